package content_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/table"
)

const (
	editor, viewer, eve = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	contentAt           = "/v1/writer/content/"
)

// around knows the one site of acc_1, no pictures, and what jobs work on.
type around struct {
	apitest.Site
	busy map[string]bool
}

func (around) OfContent(context.Context, account.Scope, content.Content) ([]content.Picture, error) {
	return []content.Picture{}, nil
}

func (a around) InWork(_ context.Context, _ account.Scope, _ string, contents ...content.Content) (map[string]bool, error) {
	out := map[string]bool{}
	for _, c := range contents {
		if a.busy[c.ID] {
			out[c.ID] = true
		}
	}
	return out, nil
}

type bench struct {
	apitest.Caller
	*apitest.Kit
	*content.Service
	busy map[string]bool
}

func served(t *testing.T) *bench {
	t.Helper()
	k := apitest.NewKit(t)
	bs := blobtest.Open(t, k.Clock)
	b := &bench{Kit: k, Service: content.NewService(k.Table, bs, k.Clock), busy: map[string]bool{}}
	a := around{"sit_1", b.busy}
	b.Caller = apitest.Caller{T: t, H: k.Handler(t, b.Routes(content.Around{Sites: a, Pictures: a, Work: a}))}
	return b
}

func (b *bench) add(id string, st content.Status, site content.SiteStatus) {
	b.T.Helper()
	c := content.Content{ID: id, Site: "sit_1", Title: "Cold Brew", Slug: "cold-brew", Status: st, SiteStatus: site, ExternalURL: "https://blog.example/cold-brew", Tags: []string{"a"}}
	if err := b.Store(b.T.Context(), editor.Scope(), &c, "<h2>H</h2><p>one two three</p>"); err != nil {
		b.T.Fatal(err)
	}
	op, err := content.NewOp(editor.Scope(), c)
	if err == nil {
		err = b.Table.Write(b.T.Context(), op)
	}
	if err != nil {
		b.T.Fatal(err)
	}
}

func TestEditContent(t *testing.T) {
	t.Parallel()
	b := served(t)
	b.add("con_a", content.Review, content.NotPublished)
	const mine = contentAt + "con_a/"
	b.Call(viewer, http.MethodPatch, mine, `{"title":"x"}`, 403, nil)
	for _, path := range []string{mine, mine + "?site_id=sit_1"} {
		b.Call(eve, http.MethodPatch, path, `{"title":"x"}`, 404, nil)
		b.Call(eve, http.MethodDelete, path, "", 404, nil)
	}
	b.Call(eve, http.MethodPost, mine+"reject/", `{"reason":"x"}`, 404, nil)
	got := b.Call(editor, http.MethodPatch, mine, `{"content_html":"<h1>Top</h1><p onclick=\"x()\">New <script>alert(1)</script>words<img src=x></p>","tags":["B"," b ","c"],"slug":"new-brew"}`, 200,
		[]string{`"changed_since_publish":false`, `"slug":"new-brew"`, `"version":2`, `"tags":["B","c"]`}, "If-Match", `"1"`)
	if got["content_html"] != "<h2>Top</h2><p>New words</p>" || got["word_count"] != float64(3) || got["ETag"] != `"2"` {
		t.Errorf("what is kept: %v", got)
	}
	b.Call(editor, http.MethodPatch, mine, `{"title":"x"}`, 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	b.Call(editor, http.MethodDelete, mine, "", 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	for body, says := range map[string]string{
		`{"title":" "}`: "title: ", `{"slug":"Not a slug"}`: "slug: ", `{"content_html":"<script>x</script>"}`: "content_html: ", `{"status":"approved"}`: "status: ",
		`{"excerpt":"` + strings.Repeat("x", 1001) + `"}`: "excerpt: ", `{"meta_title":"` + strings.Repeat("x", 201) + `"}`: "meta_title: ",
		`{"categories":["a","b","c","d","e","f"]}`: "categories: ", `{"tags":["` + strings.Repeat("x", 201) + `"]}`: "tags: ",
	} {
		b.Call(editor, http.MethodPatch, mine, body, 400, []string{says})
	}
	long := b.Call(editor, http.MethodPatch, mine, `{"content_html":"<p>`+strings.Repeat("word ", 300_000)+`</p>"}`, 200, nil) // more than other bodies may have
	if long["word_count"] != float64(300_000) {
		t.Error(long["word_count"])
	}
	b.Call(editor, http.MethodPatch, mine, `{"content_html":"<p>`+strings.Repeat("word ", 500_000)+`</p>"}`, 400, []string{"content_html: "})

	b.add("con_p", content.Approved, content.Published)
	b.Call(editor, http.MethodPatch, contentAt+"con_p/", `{"primary_keyword":""}`, 200, []string{`"changed_since_publish":false`})
	b.Call(editor, http.MethodPatch, contentAt+"con_p/", `{"meta_title":"Other"}`, 200, []string{`"changed_since_publish":true`})
	b.Call(editor, http.MethodPatch, contentAt+"con_p/", `{"slug":"other"}`, 409, []string{"slug_published"})
	b.Call(viewer, http.MethodGet, contentAt+"?site_id=sit_1&changed_since_publish=true", "", 200, []string{`"count":1`, "con_p"})
	b.Call(editor, http.MethodPost, contentAt+"con_p/reject/", `{"reason":"x"}`, 409, []string{"already_published"})
	b.add("con_q", content.Approved, content.Publishing)
	b.Call(editor, http.MethodPatch, contentAt+"con_q/", `{"title":"x"}`, 409, []string{"publishing"})
	b.Call(editor, http.MethodDelete, contentAt+"con_q/", "", 409, []string{"in_work"})
}

func TestContentSteps(t *testing.T) {
	t.Parallel()
	b := served(t)
	b.add("con_a", content.Review, content.NotPublished)
	b.add("con_b", content.Draft, content.NotPublished)
	b.add("con_p", content.Approved, content.Published)
	const a = contentAt + "con_a/"
	b.Call(viewer, http.MethodPost, a+"reject/", `{"reason":"x"}`, 403, nil)
	b.Call(editor, http.MethodPost, a+"reject/", `{"reason":" "}`, 400, []string{"reason: "})
	b.Call(editor, http.MethodPost, a+"reject/", `{}`, 400, []string{"reason"})
	for range 2 {
		b.Call(editor, http.MethodPost, a+"reject/", `{"reason":"too dry"}`, 200, []string{`"status":"draft"`, `"reject_reason":"too dry"`, `"rejected_by":"usr_editor"`})
	}
	b.Call(editor, http.MethodPost, contentAt+"con_b/reject/", `{"reason":"x"}`, 409, []string{"not_in_review"})
	b.busy["con_a"] = true
	b.Call(editor, http.MethodPost, a+"to_review/", "", 409, []string{"in_work"})
	delete(b.busy, "con_a")
	for range 2 {
		b.Call(editor, http.MethodPost, a+"to_review/", "", 200, []string{`"status":"review"`})
	}
	if c, err := b.Get(t.Context(), editor.Scope(), "sit_1", "con_a"); err != nil || c.RejectReason != "" || c.RejectedBy != "" {
		t.Errorf("the reason stays: %+v, %v", c, err)
	}
	b.Call(editor, http.MethodPost, contentAt+"con_p/to_review/", "", 409, []string{"not_draft"})

	all := func(ids string) string { return `{"site_id":"sit_1","ids":[` + ids + `]}` }
	b.Call(editor, http.MethodPost, contentAt+"bulk_approve/", all(`"con_a","con_b","con_x"`), 409, []string{"con_b: ", "con_x: ", "nothing was done"})
	b.Call(viewer, http.MethodGet, a, "", 200, []string{`"status":"review"`})
	b.Call(viewer, http.MethodPost, contentAt+"bulk_approve/", all(`"con_a"`), 403, nil)
	b.Call(eve, http.MethodPost, contentAt+"bulk_approve/", all(`"con_a"`), 404, nil)
	b.Call(editor, http.MethodPost, contentAt+"bulk_approve/", all(`"con_a","con_p"`), 200, []string{`"count":2`, `"changed":1`})

	b.busy["con_b"] = true
	b.Call(editor, http.MethodPost, contentAt+"bulk_delete/", all(`"con_a","con_b"`), 409, []string{"in_work", "con_b"})
	b.Call(viewer, http.MethodGet, a, "", 200, nil)
	delete(b.busy, "con_b")
	b.Call(editor, http.MethodPost, contentAt+"bulk_delete/", all(`"con_a","con_b"`), 200, []string{`"changed":2`})
	b.Call(editor, http.MethodPost, a+"restore/", "", 200, []string{`"status":"approved"`})
	b.Call(eve, http.MethodPost, contentAt+"con_b/restore/", "", 404, nil)
	b.Call(editor, http.MethodDelete, contentAt+"con_p/", "", 200, []string{"https://blog.example/cold-brew", "restorable_until"})
	b.Call(viewer, http.MethodGet, contentAt+"?site_id=sit_1", "", 200, []string{`"count":1`})
}

// TestPaidPromptsAreKept: what a person does to a text while its pictures are planned costs
// nobody the plan.
func TestPaidPromptsAreKept(t *testing.T) {
	t.Parallel()
	b := served(t)
	b.add("con_a", content.Draft, content.NotPublished)
	if err := b.ToReview(t.Context(), editor.Scope(), "sit_1", "con_a"); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(t.Context(), editor.Scope(), "sit_1", "con_a"); err != nil {
		t.Fatal(err)
	}
	op := content.PromptsOp(editor.Scope(), "sit_1", "con_a", "job_1", 3)
	if err := b.Table.Write(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	if err := b.Table.Write(t.Context(), content.PromptsOp(editor.Scope(), "sit_1", "con_a", "job_2", 3)); table.FailedCondition(err) == nil {
		t.Errorf("planned twice: %v", err)
	}
}
