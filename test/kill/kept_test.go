package kill_test

import (
	"log/slog"
	"testing"

	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/task"
)

// checkKept opens the data folder after all and holds that every item of the pipeline is
// there and went through: as many as in a run that nobody killed. It gives how many different
// pictures there are.
func checkKept(t *testing.T, data string, r, whole result, s *tally) (pictures int) {
	t.Helper()
	rt, err := embedded.Open(embedded.Options{Data: data, BaseURL: "http://127.0.0.1", PreviewBase: "http://127.0.0.1", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	ctx := t.Context()
	scope, err := rt.Identity.LocalOwner(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lose := func(format string, args ...any) {
		s.lost++
		t.Errorf("lost: "+format, args...)
	}
	ideas, err := rt.Ideas.List(ctx, scope, r.SiteID, idea.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	covered := map[int64]int{}
	for _, i := range ideas {
		for _, k := range i.Keywords {
			covered[k.ID]++
		}
		if i.Status != idea.Completed {
			lose("idea %s is %s", i.ID, i.Status)
		}
	}
	rows, _, err := rt.Keywords.List(ctx, scope, r.SiteID, keyword.Filter{PageSize: keyword.MaxPageSize})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range rows {
		if covered[k.ID] != 1 || k.ClusterID == "" {
			lose("keyword %q: cluster %q, in %d ideas", k.Keyword, k.ClusterID, covered[k.ID])
		}
	}
	tasks, err := rt.Tasks.List(ctx, scope, r.SiteID, task.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tasks {
		if x.Status != task.Completed || x.Content == "" {
			lose("task %s is %s", x.ID, x.Status)
		}
	}
	texts, err := rt.Contents.List(ctx, scope, r.SiteID, content.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range texts {
		if c.SiteStatus != content.Published || c.ExternalID == "" {
			lose("content %s is %s", c.ID, c.SiteStatus)
		}
	}
	images, err := rt.Images.List(ctx, scope, r.SiteID, imagery.Filter{Status: imagery.Generated})
	if err != nil {
		t.Fatal(err)
	}
	different := map[string]bool{} // two of the same bytes are one medium
	for _, i := range images {
		different[i.SHA256] = true
	}
	checkMoney(t, rt, scope, r.SiteID, s)
	n := len(texts)
	if len(rows) != whole.Keywords || len(ideas) != whole.Ideas || len(tasks) != n || len(ideas) != n || len(images) != whole.Images || len(r.Faults) != 0 || r.Status != "completed" {
		lose("%d keywords, %d ideas, %d tasks, %d contents, %d images, %d faults, status %s; undisturbed: %d keywords, %d articles, %d images", len(rows), len(ideas), len(tasks), n, len(images), len(r.Faults), r.Status, whole.Keywords, whole.Articles, whole.Images)
	}
	return len(different)
}
