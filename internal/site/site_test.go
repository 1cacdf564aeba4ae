package site_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

type models struct{}

func (models) TextModels() []string  { return []string{"text-1", "text-2"} }
func (models) ImageModels() []string { return []string{"image-1"} }

const owner, editor, other = apitest.As("owner@acc_1"), apitest.As("editor@acc_1"), apitest.As("owner@acc_2")

func service(t *testing.T) (*apitest.Kit, *site.Service, http.Handler) {
	t.Helper()
	k := apitest.NewKit(t)
	v := site.New(site.Options{Table: k.Table, Clock: k.Clock, IDs: k.IDs, Models: models{}, TextModel: "text-1", ImageModel: "image-1", ImageQuality: "medium"})
	return k, v, k.Handler(t, append(v.Routes(&leaving{}), v.CommonRoutes()...))
}

func TestIndustries(t *testing.T) {
	t.Parallel()
	var l site.Industries
	sectors, ids := 0, map[string]bool{}
	for _, i := range l.All() {
		sectors += len(i.Sectors)
		for _, id := range append([]string{i.ID}, sectorIDs(i)...) {
			if ids[id] || id == "" {
				t.Errorf("id %q is there twice, or empty", id)
			}
			ids[id] = true
		}
		if len(i.Sectors) < site.MaxSectors {
			t.Errorf("%s has %d sectors", i.Name, len(i.Sectors))
		}
	}
	if len(l.All()) < 45 || sectors < 449 {
		t.Errorf("%d industries, %d sectors", len(l.All()), sectors)
	}
}

func sectorIDs(i site.Industry) (out []string) {
	for _, s := range i.Sectors {
		out = append(out, s.ID)
	}
	return out
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	_, _, h := service(t)
	post := func(name, body string, status int, has ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, As: owner, Method: "POST", Path: "/v1/auth/sites/", Body: body, Status: status, Has: has}
	}
	for _, s := range []apitest.Scenario{
		post("full", `{"name":"Warm Feet","domain":"https://Feet.example:8080/blog","industry":"apparel-and-fashion","sectors":["socks-and-hosiery","Footwear"],"description":"Socks.","auto_publish_enabled":true,"destination":"wordpress","default_word_count":800,"language":"pt-BR","text_model":"text-2"}`, 201,
			`"slug":"warm-feet"`, `"domain":"feet.example:8080"`, `"industry":"apparel-and-fashion"`, `"slug":"socks-and-hosiery"`, `"slug":"footwear"`, `"auto_publish_enabled":true`, `"destination":"wordpress"`, `"default_word_count":800`, `"text_model":"text-2"`, `"max_in_article_images":2`, `"language":"pt-BR"`, `"created_at":"2026-05-04T10:00:00Z"`),
		post("defaults", `{"name":"Warm feet","industry":"Pets & Animals"}`, 201, `"slug":"warm-feet-2"`, `"destination":"preview"`, `"default_word_count":1000`, `"language":"en"`, `"industry_sector":"dog-food"`, `"text_model":"text-1"`, `"image_quality":"medium"`, `"auto_publish_enabled":false`),
		post("no industry", `{"name":"x","industry":" "}`, 400, `"industry":["is required`),
		post("no industry at all", `{"name":"x"}`, 400, `"industry":["is required"]`),
		post("all wrong", `{"name":"","domain":"no host!","industry":"Nothing","destination":"moon","default_word_count":9,"max_in_article_images":99,"language":"english please","text_model":"x"}`, 400,
			`"destination":["has to be one of: wordpress, preview"]`),
		post("all wrong 2", `{"name":"","domain":"no host!","industry":"Nothing","default_word_count":9,"max_in_article_images":99,"language":"english please","text_model":"x"}`, 400,
			`"name":["is required"]`, `"domain":["\"no host!\"`, `"industry":["\"Nothing\" is not known`, `"default_word_count":["has to be between`, `"max_in_article_images":["has`, `"language":["`, `"text_model":["has to be one of: text-1, text-2"]`),
		post("six sectors", `{"name":"x","industry":"travel-and-tourism","sectors":["flights","cruises","city-breaks","road-trips","luxury-travel","beach-holidays"]}`, 400, `at most 5 sectors, not 6`),
		post("strange sector", `{"name":"x","industry":"travel-and-tourism","sectors":["dog-food"]}`, 400, `"sectors":["\"dog-food\" is not a sector of Travel`),
		post("doubled sector", `{"name":"x","industry":"travel-and-tourism","sectors":["flights","Flights"]}`, 400, `is there twice`),
		{Name: "list", As: editor, Method: "GET", Path: "/v1/auth/sites/", Status: 200, Has: []string{`"count":2`, "warm-feet-2"}, Not: []string{"PK"}},
		{Name: "search", As: editor, Method: "GET", Path: "/v1/auth/sites/?search=feet.example", Status: 200, Has: []string{`"count":1`}},
		{Name: "filter", As: editor, Method: "GET", Path: "/v1/auth/sites/?industry=pets-and-animals&ordering=-name", Status: 200, Has: []string{`"count":1`, "dog-food"}},
		{Name: "another tenant", As: other, Method: "GET", Path: "/v1/auth/sites/", Status: 200, Has: []string{`"count":0`, `"results":[]`}},
		{Name: "industries", As: editor, Method: "GET", Path: "/v1/auth/industries/?page_size=100", Status: 200, Has: []string{`"count":50`, `"slug":"socks-and-hosiery"`}},
		{Name: "editor may not create", As: editor, Method: "POST", Path: "/v1/auth/sites/", Body: `{"name":"x","industry":"insurance"}`, Status: 403},
	} {
		s.Run(t, h)
	}
}

func TestTenantsAndChanges(t *testing.T) {
	t.Parallel()
	k, v, h := service(t)
	st, err := v.Create(t.Context(), owner.Scope(), site.Draft{Name: "A", Domain: "a.example", Industry: "insurance"}, idem.Key{})
	if err != nil {
		t.Fatal(err)
	}
	path := "/v1/auth/sites/" + st.ID + "/"
	k.Clock.Advance(3600_000_000_000)
	apitest.Scenario{Name: "one", As: owner, Method: "GET", Path: path, Status: 200, Has: []string{st.ID}}.Run(t, h)
	apitest.Scenario{Name: "patch", As: owner, Method: "PATCH", Path: path, Body: `{"tone":"plain","is_active":false,"max_in_article_images":0}`, Status: 200, Has: []string{`"tone":"plain"`, `"is_active":false`, `"max_in_article_images":0`, `"default_word_count":1000`, `"created_at":"2026-05-04T10:00:00Z"`, `"updated_at":"2026-05-04T11:00:00Z"`}}.Run(t, h)
	apitest.Scenario{Name: "patch nested", As: owner, Method: "PATCH", Path: path, Body: `{"settings":{"tone":"warm"}}`, Status: 200, Has: []string{`"tone":"warm"`, `"max_in_article_images":0`}}.Run(t, h)
	apitest.Scenario{Name: "bad patch", As: owner, Method: "PATCH", Path: path, Body: `{"default_word_count":1}`, Status: 400, Has: []string{`default_word_count`}}.Run(t, h)
	for _, m := range []string{"GET", "PATCH"} {
		foreign := apitest.Do(h, other, m, path, `{}`, nil)
		absent := apitest.Do(h, other, m, "/v1/auth/sites/sit_nothing/", `{}`, nil)
		if foreign.Code != 404 || cut(foreign.Body.String()) != cut(absent.Body.String()) {
			t.Errorf("%s: %d %s, an absent one %s", m, foreign.Code, foreign.Body, absent.Body)
		}
	}
	if got, err := v.ByDomain(t.Context(), owner.Scope(), "https://A.example/"); err != nil || got.ID != st.ID {
		t.Errorf("by domain: %v %v", got.ID, err)
	}
	if _, err := v.ByDomain(t.Context(), other.Scope(), "a.example"); !errs.Is(err, errs.NotFound) {
		t.Errorf("by domain, another tenant: %v", err)
	}
	if _, err := v.ByDomain(t.Context(), owner.Scope(), ""); !errs.Is(err, errs.NotFound) {
		t.Errorf("by no domain: %v", err)
	}
}

func cut(body string) string { s, _, _ := strings.Cut(body, `"request_id"`); return s }

func TestCreateOnceByKey(t *testing.T) {
	t.Parallel()
	_, v, h := service(t)
	body := `{"name":"Once","industry":"insurance"}`
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			w := apitest.Do(h, owner, "POST", "/v1/auth/sites/", body, map[string]string{"Idempotency-Key": "k1"})
			var got struct{ Data site.Site }
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 201 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			ids[i] = got.Data.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Errorf("sites made: %v", ids)
		}
	}
	key := map[string]string{"Idempotency-Key": "k1"}
	apitest.Scenario{Name: "other request", As: owner, Method: "POST", Path: "/v1/auth/sites/", Body: `{"name":"Two","industry":"insurance"}`, Header: key, Status: 409, Has: []string{"idempotency_key_reused"}}.Run(t, h)
	apitest.Scenario{Name: "other tenant", As: other, Method: "POST", Path: "/v1/auth/sites/", Body: `{"name":"Two","industry":"insurance"}`, Header: key, Status: 201}.Run(t, h)
	all, err := v.List(context.Background(), owner.Scope())
	if err != nil || len(all) != 1 {
		t.Errorf("%d sites, %v", len(all), err)
	}
}

func TestUpdatesDoNotGetLost(t *testing.T) {
	t.Parallel()
	_, v, _ := service(t)
	st, err := v.Create(t.Context(), owner.Scope(), site.Draft{Name: "A", Industry: "insurance"}, idem.Key{})
	if err != nil {
		t.Fatal(err)
	}
	tone, lang := "plain", "de"
	var wg sync.WaitGroup
	for _, p := range []site.Patch{{Tone: &tone}, {Language: &lang}} {
		wg.Go(func() {
			if _, err := v.UpdateSettings(context.Background(), owner.Scope(), st.ID, p); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := v.Get(t.Context(), owner.Scope(), st.ID)
	if err != nil || got.Settings.Tone != tone || got.Settings.Language != lang {
		t.Errorf("%+v %v", got.Settings, err)
	}
}

func TestPermissionsWalk(t *testing.T) {
	t.Parallel()
	k, v, _ := service(t)
	apitest.Walk(t, k, v.Routes(&leaving{}))
}

// The account chooses for all its sites; a site's own choice goes before it, and an empty
// one is taken back.
func TestAccountChoosesModels(t *testing.T) {
	t.Parallel()
	_, v, h := service(t)
	ctx, s := t.Context(), owner.Scope()
	newSite := func(name string, p site.Patch) site.Site {
		t.Helper()
		st, err := v.Create(ctx, s, site.Draft{Name: name, Industry: v.Industries()[0].Slug, Settings: p}, idem.Key{})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	one, empty, high, low := "text-1", "", "high", "low"
	follows, own := newSite("follows", site.Patch{}), newSite("own", site.Patch{TextModel: &one, ImageQuality: &low})
	if got := apitest.Do(h, owner, http.MethodGet, "/v1/system/settings/ai/", "", nil); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"text_model":""`) {
		t.Errorf("nothing chosen: %d %s", got.Code, got.Body)
	}
	if got := apitest.Do(h, editor, http.MethodPatch, "/v1/system/settings/ai/", `{"text_model":"text-2"}`, nil); got.Code != http.StatusForbidden {
		t.Errorf("an editor chose: %d", got.Code)
	}
	if got := apitest.Do(h, owner, http.MethodPatch, "/v1/system/settings/ai/", `{"text_model":"text-9"}`, nil); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), "text-1, text-2") {
		t.Errorf("an unknown model: %d %s", got.Code, got.Body)
	}
	if got := apitest.Do(h, owner, http.MethodPatch, "/v1/system/settings/ai/", `{"text_model":"text-2","image_quality":"high"}`, nil); got.Code != http.StatusOK {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	check := func(id, text, quality string) {
		t.Helper()
		st, err := v.Get(ctx, s, id)
		if err != nil || st.Settings.TextModel != text || st.Settings.ImageQuality != quality || st.Settings.ImageModel != "image-1" {
			t.Errorf("%s: %+v, %v", st.Name, st.Settings, err)
		}
		all, err := v.List(ctx, s)
		if err != nil || len(all) != 2 {
			t.Fatal(len(all), err)
		}
		for _, x := range all {
			if x.ID == id && (x.Settings.TextModel != text || x.Settings.ImageQuality != quality) {
				t.Errorf("%s in the list: %+v", x.Name, x.Settings)
			}
		}
	}
	check(follows.ID, "text-2", "high")
	check(own.ID, "text-1", "low")
	if _, err := v.UpdateSettings(ctx, s, own.ID, site.Patch{TextModel: &empty, ImageQuality: &empty}); err != nil {
		t.Fatal(err)
	}
	check(own.ID, "text-2", "high")
	if c, err := v.UpdateCommon(ctx, s, site.CommonPatch{TextModel: &empty}); err != nil || c.TextModel != "" || c.ImageQuality != high {
		t.Errorf("%+v, %v", c, err)
	}
	check(own.ID, "text-1", "high")
	if c, err := v.Common(ctx, other.Scope()); err != nil || c.TextModel != "" || c.ImageQuality != "" {
		t.Errorf("another account has %+v, %v", c, err)
	}
}

// TestCompareBy: keywords are compared by the product's own until somebody chooses, also on
// sites that were made before there was a choice.
func TestCompareBy(t *testing.T) {
	t.Parallel()
	k, v, h := service(t)
	ctx, s := t.Context(), owner.Scope()
	st, err := v.Create(ctx, s, site.Draft{Name: "old", Industry: v.Industries()[0].Slug}, idem.Key{})
	if err != nil || st.Settings.CompareBy != site.CompareByBuiltIn {
		t.Fatalf("%+v %v", st.Settings, err)
	}
	key := table.Key{Partition: table.Of(s), Sort: "SITE#" + st.ID}
	it, err := k.Table.Get(ctx, key, table.Consistent)
	if err != nil {
		t.Fatal(err)
	}
	delete(it.Attrs["settings"].(map[string]any), "compare_by") //nolint:forcetypeassert // a fault of the test
	if err := k.Table.Write(ctx, table.Put(it, table.VersionIs(it.Version))); err != nil {
		t.Fatal(err)
	}
	is := func(what, want string) {
		t.Helper()
		if st, err = v.Get(ctx, s, st.ID); err != nil || st.Settings.CompareBy != want {
			t.Errorf("%s: %q %v", what, st.Settings.CompareBy, err)
		}
	}
	is("made before", site.CompareByBuiltIn)
	for body, status := range map[string]int{`{"compare_by":"guess"}`: 400, `{"compare_by":"openai"}`: 200} {
		if got := apitest.Do(h, owner, http.MethodPatch, "/v1/system/settings/ai/", body, nil); got.Code != status {
			t.Errorf("%s: %d %s", body, got.Code, got.Body)
		}
	}
	is("the account's choice", site.CompareByOpenAI)
	own, none := site.CompareByBuiltIn, ""
	if _, err := v.UpdateSettings(ctx, s, st.ID, site.Patch{CompareBy: &own}); err != nil {
		t.Fatal(err)
	}
	is("its own choice", site.CompareByBuiltIn)
	if _, err := v.UpdateSettings(ctx, s, st.ID, site.Patch{CompareBy: &none}); err != nil {
		t.Fatal(err)
	}
	is("taken back", site.CompareByOpenAI)
}
