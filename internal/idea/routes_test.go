package idea_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/idea"
)

const (
	editor, viewer, eve = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	at                  = "/v1/planner/ideas/"
)

// around knows the one site of acc_1, its sector and its cluster.
type around struct{ apitest.Site }

func (a around) Sector(ctx context.Context, s account.Scope, site, sector string) (string, error) {
	if sector != "" && sector != "sec_1" {
		return "", errs.Field("sector_id", "the site has no such sector")
	}
	return "sec_1", a.Check(ctx, s, site)
}

func (around) Named(_ context.Context, _ account.Scope, _, cluster string) (name, sector string, err error) {
	if cluster != "clu_1" {
		return "", "", errs.Field("keyword_cluster_id", "there is no cluster "+cluster)
	}
	return "Coffee", "sec_1", nil
}

func served(t *testing.T) (*idea.Service, *apitest.Kit, apitest.Caller) {
	t.Helper()
	k := apitest.NewKit(t)
	v := idea.NewService(k.Table, k.Clock)
	return v, k, apitest.Caller{T: t, H: k.Handler(t, v.Routes(idea.Around{Sites: around{"sit_1"}, Clusters: around{}, IDs: k.IDs}))}
}

func TestOneIdea(t *testing.T) {
	t.Parallel()
	_, k, c := served(t)
	const one = `{"site_id":"sit_1","keyword_cluster_id":"clu_1","idea_title":" Cold brew ","content_structure":"guide","outline":[{"heading":"Why","notes":"taste"}]}`
	made := c.Call(editor, http.MethodPost, at, one, 201, []string{`"idea_title":"Cold brew"`, `"status":"new"`, `"cluster_name":"Coffee"`, `"sector":"sec_1"`, `"version":1`}, "Idempotency-Key", "a")
	again := c.Call(editor, http.MethodPost, at, one, 201, nil, "Idempotency-Key", "a")
	if made["id"] != again["id"] || made["ETag"] != `"1"` {
		t.Errorf("the key made two, or there is no tag: %v, %v", made, again)
	}
	c.Call(editor, http.MethodPost, at, strings.Replace(one, "Cold", "Hot", 1), 409, []string{"idempotency_key_reused"}, "Idempotency-Key", "a")
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1", "", 200, []string{`"count":1`})
	for body, says := range map[string]string{
		`{"site_id":"sit_1"}`: "idea_title: ", `{"site_id":"sit_1","idea_title":"x","content_structure":"poem"}`: "content_structure: ",
		`{"site_id":"sit_1","idea_title":"x","content_type":"page","content_structure":"guide"}`: "content_structure: ",
		`{"site_id":"sit_1","idea_title":"x","estimated_word_count":7}`:                          "estimated_word_count: ",
		`{"site_id":"sit_1","idea_title":"x","keyword_cluster_id":"clu_x"}`:                      "keyword_cluster_id: ",
		`{"site_id":"sit_1","idea_title":"x","sector_id":"sec_x"}`:                               "sector_id: ",
		`{"site_id":"sit_1","idea_title":"x","status":"queued"}`:                                 "status: ",
	} {
		c.Call(editor, http.MethodPost, at, body, 400, []string{says})
	}
	c.Call(editor, http.MethodPost, at, `{"site_id":"sit_1","idea_title":"Page","content_type":"page"}`, 201, []string{`"content_structure":"landing_page"`})
	c.Call(viewer, http.MethodPost, at, one, 403, nil)
	c.Call(eve, http.MethodPost, at, one, 404, nil)

	mine := at + made["id"].(string) + "/"
	for _, path := range []string{mine, mine + "?site_id=sit_1"} {
		c.Call(eve, http.MethodGet, path, "", 404, nil)
		c.Call(eve, http.MethodPatch, path, `{"idea_title":"Mine"}`, 404, nil)
		c.Call(eve, http.MethodDelete, path, "", 404, nil)
		c.Call(eve, http.MethodPost, strings.Replace(path, mine, mine+"restore/", 1), "", 404, nil)
		c.Call(viewer, http.MethodPatch, path, `{"idea_title":"Mine"}`, 403, nil)
		c.Call(viewer, http.MethodDelete, path, "", 403, nil)
		c.Call(viewer, http.MethodGet, path, "", 200, []string{`"idea_title":"Cold brew"`})
	}
	c.Call(editor, http.MethodPatch, mine, `{"idea_title":"New","disabled":true}`, 200, []string{`"idea_title":"New"`, `"disabled":true`, `"version":2`, `"notes":"taste"`}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"idea_title":"Old"}`, 412, []string{"changed_meanwhile", "read it again"}, "If-Match", `"1"`)
	c.Call(editor, http.MethodDelete, mine, "", 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"disabled":false}`, 200, []string{`"version":3`})
	c.Call(editor, http.MethodPatch, mine, `{"estimated_word_count":1}`, 400, []string{"estimated_word_count: "})
	if err := k.Table.Write(t.Context(), idea.QueueOp(editor.Scope(), "sit_1", made["id"].(string), "tsk_1")); err != nil {
		t.Fatal(err)
	}
	c.Call(editor, http.MethodPatch, mine, `{"idea_title":"Late"}`, 409, []string{"idea_queued"})
	c.Call(editor, http.MethodDelete, mine, "", 200, []string{"tsk_1", "restorable_until"})
	c.Call(editor, http.MethodGet, mine, "", 404, nil)
	c.Call(editor, http.MethodDelete, mine, "", 404, nil)
	c.Call(editor, http.MethodPost, mine+"restore/", "", 200, []string{`"idea_title":"New"`})
}

func TestManyIdeas(t *testing.T) {
	t.Parallel()
	v, k, c := served(t)
	var ids []string
	for n := range 230 { // more than two transactions hold
		x := sample(fmt.Sprintf("ide_%03d", n))
		x.Site = "sit_1"
		if err := v.Create(t.Context(), editor.Scope(), x); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, `"`+x.ID+`"`)
	}
	all := strings.Join(ids, ",")
	say := func(list, more string) string { return `{"site_id":"sit_1","ids":[` + list + `]` + more + `}` }
	if err := k.Table.Write(t.Context(), idea.QueueOp(editor.Scope(), "sit_1", "ide_229", "tsk_1")); err != nil {
		t.Fatal(err)
	}
	c.Call(editor, http.MethodPost, at+"bulk_update/", say(all+`,"ide_x","ide_y"`, `,"set":{"disabled":true}`), 404, []string{"nothing was done", "ide_x", "ide_y"})
	c.Call(editor, http.MethodPost, at+"bulk_update/", say(all, `,"set":{"content_structure":"review"}`), 409, []string{"ide_229", "idea_queued"})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1&content_structure=review", "", 200, []string{`"count":0`})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1&disabled=true", "", 200, []string{`"count":0`})
	c.Call(editor, http.MethodPost, at+"bulk_update/", say(all, `,"set":{"content_structure":"poem"}`), 400, []string{"ide_000: content_structure"})
	c.Call(editor, http.MethodPost, at+"bulk_update/", say(all+","+all, `,"set":{"disabled":true}`), 200, []string{`"count":230`, `"changed":230`})
	c.Call(editor, http.MethodPost, at+"bulk_update/", say(all, `,"set":{"disabled":true}`), 200, []string{`"count":230`, `"changed":0`})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1&disabled=true", "", 200, []string{`"count":230`})

	c.Call(editor, http.MethodPost, at+"bulk_delete/", say(all+`,"ide_x"`, ""), 404, []string{"ide_x"})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1", "", 200, []string{`"count":230`})
	c.Call(viewer, http.MethodPost, at+"bulk_delete/", say(all, ""), 403, nil)
	c.Call(eve, http.MethodPost, at+"bulk_delete/", say(all, ""), 404, nil)
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say(all, ""), 200, []string{`"changed":230`})
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say(all, ""), 200, []string{`"changed":0`, `"count":230`})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1", "", 200, []string{`"count":0`})
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say("", ""), 400, []string{"ids"})
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say(strings.Repeat(`"a",`, 500)+`"b"`, ""), 400, []string{"ids", "at most 500 entries"})
}

// TestTwoEdits: of two edits of one version, one is done and the other one told.
func TestTwoEdits(t *testing.T) {
	t.Parallel()
	v, _, c := served(t)
	x := sample("ide_a")
	x.Site = "sit_1"
	if err := v.Create(t.Context(), editor.Scope(), x); err != nil {
		t.Fatal(err)
	}
	for version := 1; version <= 8; version++ {
		var wg sync.WaitGroup
		codes := make([]int, 4)
		for n := range codes {
			wg.Go(func() {
				codes[n] = apitest.Do(c.H, editor, http.MethodPatch, at+"ide_a/?site_id=sit_1", fmt.Sprintf(`{"idea_title":"Title %d %d"}`, version, n), map[string]string{"If-Match": fmt.Sprintf(`"%d"`, version)}).Code
			})
		}
		wg.Wait()
		count := map[int]int{}
		for _, code := range codes {
			count[code]++
		}
		if count[200] != 1 || count[412] != 3 {
			t.Fatalf("version %d: %v", version, codes)
		}
	}
	var wg sync.WaitGroup
	for n := range 8 { // without a version, each is done
		wg.Go(func() {
			if code := apitest.Do(c.H, editor, http.MethodPatch, at+"ide_a/", fmt.Sprintf(`{"description":"d %d"}`, n), nil).Code; code != 200 {
				t.Error(code)
			}
		})
	}
	wg.Wait()
}
