package stack

import "testing"

// Check holds that nothing was lost between keywords and contents.
func (w Workspace) Check(t testing.TB, keywords int) {
	t.Helper()
	if len(w.Keywords) != keywords {
		t.Errorf("%d keywords, want %d", len(w.Keywords), keywords)
	}
	covered := map[int64]int{}
	for _, i := range w.Ideas {
		for _, k := range i.Keywords {
			covered[k.ID]++
		}
		if i.Status != "completed" {
			t.Errorf("idea %s is %s", i.ID, i.Status)
		}
	}
	for _, k := range w.Keywords {
		if k.Status != "mapped" || k.Cluster == "" || covered[k.ID] != 1 {
			t.Errorf("keyword %q: status %q, cluster %q, in %d ideas", k.Keyword, k.Status, k.Cluster, covered[k.ID])
		}
	}
	if len(w.Ideas) != len(w.Tasks) || len(w.Tasks) != len(w.Contents) || len(w.Contents) == 0 {
		t.Errorf("%d ideas, %d tasks, %d contents", len(w.Ideas), len(w.Tasks), len(w.Contents))
	}
	for _, x := range w.Tasks {
		if x.Status != "completed" || x.Content == "" {
			t.Errorf("task %s: %s, content %q", x.ID, x.Status, x.Content)
		}
	}
	for _, i := range w.Images {
		if i.Status != "generated" || i.Alt == "" || i.SHA == "" {
			t.Errorf("image %s: %+v", i.ID, i)
		}
	}
}
