package stack

import "fmt"

// Lost tells what was lost between so many keywords and their contents: each has to be in
// one cluster and one idea, and each idea an article with its pictures.
func (w Workspace) Lost(keywords int) (faults []string) {
	lose := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if len(w.Keywords) != keywords {
		lose("%d keywords, want %d", len(w.Keywords), keywords)
	}
	covered := map[int64]int{}
	for _, i := range w.Ideas {
		for _, k := range i.Keywords {
			covered[k.ID]++
		}
		if i.Status != "completed" {
			lose("idea %s is %s", i.ID, i.Status)
		}
	}
	for _, k := range w.Keywords {
		if k.Status != "mapped" || k.Cluster == "" || covered[k.ID] != 1 {
			lose("keyword %q: status %q, cluster %q, in %d ideas", k.Keyword, k.Status, k.Cluster, covered[k.ID])
		}
	}
	if len(w.Ideas) != len(w.Tasks) || len(w.Tasks) != len(w.Contents) || len(w.Contents) == 0 {
		lose("%d ideas, %d tasks, %d contents", len(w.Ideas), len(w.Tasks), len(w.Contents))
	}
	for _, x := range w.Tasks {
		if x.Status != "completed" || x.Content == "" {
			lose("task %s: %s, content %q", x.ID, x.Status, x.Content)
		}
	}
	for _, i := range w.Images {
		if i.Status != "generated" || i.Alt == "" || i.SHA == "" {
			lose("image %s: %+v", i.ID, i)
		}
	}
	return faults
}
