package overview

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

// holdings is what a site has, counted.
type holdings struct {
	rows                           map[rowset.Kind]rowset.Totals
	ideas, tasks, contents, images tally

	ideasWait, promptsWait, imagesWait int64
	unpublished                        int64
	failed                             map[string]int64 // tasks and drafts that wait, by the run in which they failed last
}

// tally counts by status.
type tally map[string]int64

func (t tally) total() (n int64) {
	for _, x := range t {
		n += x
	}
	return n
}

func empty() holdings {
	return holdings{ideas: tally{}, tasks: tally{}, contents: tally{}, images: tally{}, failed: map[string]int64{}}
}

// holdings counts everything that a site has in three requests, side by side: the head of
// its rows, its tasks, and contents, ideas and images, which lie beside each other. It holds
// a page of them at a time.
func (v *Service) holdings(ctx context.Context, s account.Scope, site string) (holdings, error) {
	h, tasks := empty(), empty()
	err := together(
		func() (err error) { h.rows, err = v.planner.Rows.Totals(ctx, s, site); return err },
		func() error { return v.countRecords(ctx, s, site, &h) },
		func() error {
			for t, err := range v.writer.Tasks.Each(ctx, s, site) {
				if err != nil {
					return err
				}
				tasks.task(t)
			}
			return nil
		},
	)
	h.tasks = tasks.tasks
	for run, n := range tasks.failed {
		h.failed[run] += n
	}
	return h, err
}

// countRecords counts contents, ideas and images: one walk over the keys from the first
// content to the last image, with the little that else lies between them.
func (v *Service) countRecords(ctx context.Context, s account.Scope, site string, h *holdings) error {
	for it, err := range v.writer.Walk(ctx, s, site) {
		if err == nil {
			err = h.record(it)
		}
		if err != nil {
			return errs.Wrap("count records", err)
		}
	}
	return nil
}

func (h *holdings) record(it table.Item) error {
	switch it.Type {
	case "content":
		return counted(it, content.Read, h.content)
	case "idea":
		return counted(it, idea.Read, h.idea)
	case "image":
		return counted(it, imagery.Read, h.image)
	}
	return nil
}

func counted[T any](it table.Item, read func(table.Item) (T, error), count func(T)) error {
	x, err := read(it)
	if err == nil {
		count(x)
	}
	return err
}

func (h *holdings) idea(i idea.Idea) {
	if i.Deleted {
		return
	}
	h.ideas[string(i.Status)]++
	add(&h.ideasWait, i.Status == idea.New && !i.Disabled)
}

func (h *holdings) task(t task.Task) {
	h.tasks[string(t.Status)]++
	if t.Status == task.Queued {
		h.failed[t.FailedRun]++
	}
}

func (h *holdings) content(c content.Content) {
	if c.Deleted {
		return
	}
	h.contents[statusOfContent(c)]++
	add(&h.promptsWait, c.Status == content.Draft && !c.HasImagePrompts)
	add(&h.unpublished, c.SiteStatus == content.Failed)
	if c.Status == content.Draft {
		h.failed[c.FailedRun]++
	}
}

func (h *holdings) image(i imagery.Image) {
	if i.Deleted {
		return
	}
	h.images[string(i.Status)]++
	add(&h.imagesWait, i.Status != imagery.Generated)
}

func add(n *int64, is bool) {
	if is {
		*n++
	}
}

// statusOfContent is a content's status, and "published" once it is.
func statusOfContent(c content.Content) string {
	if c.SiteStatus == content.Published {
		return string(content.Published)
	}
	return string(c.Status)
}

func (h holdings) byStatus(k rowset.Kind) tally {
	out := tally{}
	for status, n := range h.rows[k].Values[rowset.ColStatus] {
		if n > 0 {
			out[status] = n
		}
	}
	return out
}
