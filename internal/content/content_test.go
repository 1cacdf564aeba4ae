package content_test

import (
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
)

const site = "sit"

func setUp(t *testing.T) (*content.Service, func(id string, st content.Status) content.Content, func(time.Duration)) {
	tb, bs, clk := open(t)
	v := content.NewService(tb, bs, clk)
	add := func(id string, st content.Status) content.Content {
		t.Helper()
		c := content.Content{ID: id, Site: site, Title: "Cold Brew", Slug: "cold-brew", Status: st, SiteStatus: content.NotPublished, Source: content.SourceIGNY8}
		if err := v.Store(t.Context(), owner, &c, "<h2>H</h2><p>one two three</p>"); err != nil {
			t.Fatal(err)
		}
		op, err := content.NewOp(owner, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := tb.Write(t.Context(), op); err != nil {
			t.Fatal(err)
		}
		if err := tb.Write(t.Context(), op); !errs.Is(err, errs.Conflict) {
			t.Fatalf("stored twice: %v", err)
		}
		return c
	}
	return v, add, clk.Advance
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	v, add, _ := setUp(t)
	want := add("con_a", content.Draft)
	got, err := v.Get(t.Context(), owner, site, "con_a")
	if err != nil || got.WordCount != 4 || got.HTMLHash != want.HTMLHash || got.CreatedAt != epoch || got.Version != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if body, err := v.HTML(t.Context(), owner, site, "con_a"); err != nil || body != "<h2>H</h2><p>one two three</p>" {
		t.Errorf("%q, %v", body, err)
	}
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	v, add, _ := setUp(t)
	add("con_a", content.Review)
	ctx := t.Context()
	if _, err := v.Get(ctx, other, site, "con_a"); !errs.Is(err, errs.NotFound) {
		t.Errorf("get: %v", err)
	}
	if _, err := v.HTML(ctx, nobody, site, "con_a"); !errs.Is(err, errs.NotFound) {
		t.Errorf("html: %v", err)
	}
	if list, err := v.List(ctx, other, site, content.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("list: %v, %v", list, err)
	}
	if _, err := v.List(ctx, nobody, site, content.Filter{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("list of a site not seen: %v", err)
	}
	if err := v.Approve(ctx, nobody, site, "con_a"); !errs.Is(err, errs.NotFound) {
		t.Errorf("approve: %v", err)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	v, add, _ := setUp(t)
	before := add("con_a", content.Draft)
	text := func(s string) *string { return &s }
	got, err := v.Update(t.Context(), owner, site, "con_a", content.Edit{Title: text("New"), HTML: text(`<p onclick="x">only four words here</p><script>x</script>`)})
	if err != nil || got.WordCount != 4 || got.HTMLHash == before.HTMLHash {
		t.Fatalf("%+v, %v", got, err)
	}
	if body, err := v.HTML(t.Context(), owner, site, "con_a"); err != nil || body != "<p>only four words here</p>" {
		t.Errorf("%q, %v", body, err)
	}
	for field, e := range map[string]content.Edit{
		"title": {Title: text(" ")}, "slug": {Slug: text("Not a slug")}, "content_html": {HTML: text("<script>x</script>")},
		"meta_title": {MetaTitle: text(strings.Repeat("x", 201))}, "meta_description": {MetaDescription: text(strings.Repeat("x", 501))},
	} {
		if _, err := v.Update(t.Context(), owner, site, "con_a", e); !errs.Is(err, errs.Invalid) || errs.Of(err).Fields[field] == nil {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestEditorialSteps(t *testing.T) {
	t.Parallel()
	v, add, _ := setUp(t)
	ctx := t.Context()
	add("con_a", content.Draft)
	if err := v.Approve(ctx, owner, site, "con_a"); !errs.Is(err, errs.Conflict) {
		t.Errorf("a draft was approved: %v", err)
	}
	if err := v.ToReview(ctx, owner, site, "con_a"); err != nil {
		t.Fatal(err)
	}
	if err := v.ToReview(ctx, owner, site, "con_a"); !errs.Is(err, errs.Conflict) {
		t.Errorf("to review twice: %v", err)
	}
	for range 2 {
		if err := v.Approve(ctx, owner, site, "con_a"); err != nil {
			t.Fatal(err)
		}
	}
	if c, _ := v.Get(ctx, owner, site, "con_a"); c.Status != content.Approved || c.ApprovedBy != "usr" {
		t.Errorf("%+v", c)
	}
	if err := v.Reject(ctx, owner, site, "con_a", "too short"); err != nil {
		t.Fatal(err)
	}
	if c, _ := v.Get(ctx, owner, site, "con_a"); c.Status != content.Draft || c.ApprovedBy != "" {
		t.Errorf("%+v", c)
	}
}

func TestPublicationBelongsToOneJob(t *testing.T) {
	t.Parallel()
	tb, bs, clk := open(t)
	v := content.NewService(tb, bs, clk)
	ctx := t.Context()
	c := content.Content{ID: "con_a", Site: site, Title: "T", Slug: "t", Status: content.Review, SiteStatus: content.NotPublished}
	if err := v.Store(ctx, owner, &c, "<p>x</p>"); err != nil {
		t.Fatal(err)
	}
	op, err := content.NewOp(owner, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, op); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := v.StartPublishing(ctx, owner, site, "con_a", content.Claim{Job: "job_1"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.StartPublishing(ctx, owner, site, "con_a", content.Claim{Job: "job_2"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("two jobs have it: %v", err)
	}
	title := "Other"
	if _, err := v.Update(ctx, owner, site, "con_a", content.Edit{Title: &title}); !errs.Is(err, errs.Conflict) {
		t.Errorf("edited while it is published: %v", err)
	}
	if err := tb.Write(ctx, content.PublishedOp(owner, site, "con_a", "job_2", "9", "u9", nil, epoch)); !errs.Is(err, errs.Conflict) {
		t.Errorf("the wrong job published it: %v", err)
	}
	if err := tb.Write(ctx, content.PublishFailedOp(owner, site, "con_a", "job_2", 0, "", errs.Ours, "x", epoch)); !errs.Is(err, errs.Conflict) {
		t.Errorf("the wrong job failed it: %v", err)
	}
	if err := tb.Write(ctx, content.PublishedOp(owner, site, "con_a", "job_1", "7", "u7", nil, epoch)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.StartPublishing(ctx, owner, site, "con_a", content.Claim{Job: "job_1"}); errs.Of(err) == nil || errs.Of(err).Code != "already_published" {
		t.Errorf("published again: %v", err)
	}
	if err := v.Reject(ctx, owner, site, "con_a", "too short"); !errs.Is(err, errs.Conflict) {
		t.Errorf("a published text became a draft: %v", err)
	}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	v, add, advance := setUp(t)
	ctx := t.Context()
	add("con_a", content.Approved)
	add("con_b", content.Review)
	at := epoch.Add(time.Hour)
	if err := v.Schedule(ctx, owner, site, "con_a", at); err != nil {
		t.Fatal(err)
	}
	if c, _ := v.Get(ctx, owner, site, "con_a"); c.SiteStatus != content.Scheduled || !c.ScheduledPublishAt.Equal(at) {
		t.Errorf("%+v", c)
	}
	if err := v.Schedule(ctx, owner, site, "con_a", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if c, _ := v.Get(ctx, owner, site, "con_a"); c.SiteStatus != content.NotPublished || !c.ScheduledPublishAt.IsZero() {
		t.Errorf("%+v", c)
	}
	if err := v.Schedule(ctx, owner, site, "con_b", at); !errs.Is(err, errs.Conflict) {
		t.Errorf("not approved: %v", err)
	}
	advance(2 * time.Hour)
	if err := v.Schedule(ctx, owner, site, "con_a", at); !errs.Is(err, errs.Invalid) {
		t.Errorf("in the past: %v", err)
	}
}

func TestDeleteAndRestore(t *testing.T) {
	t.Parallel()
	v, add, advance := setUp(t)
	ctx := t.Context()
	add("con_a", content.Draft)
	for range 2 {
		if err := v.Delete(ctx, owner, site, "con_a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Get(ctx, owner, site, "con_a"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if list, _ := v.List(ctx, owner, site, content.Filter{}); len(list) != 0 {
		t.Error("a deleted text is listed")
	}
	if err := v.Restore(ctx, owner, site, "con_a"); err != nil {
		t.Fatal(err)
	}
	advance(content.KeepDeleted + time.Hour)
	if _, err := v.Get(ctx, owner, site, "con_a"); err != nil {
		t.Errorf("a restored text is gone: %v", err)
	}
	if err := v.Delete(ctx, owner, site, "con_a"); err != nil {
		t.Fatal(err)
	}
	advance(content.KeepDeleted + time.Hour)
	if list, err := v.List(ctx, owner, site, content.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}
