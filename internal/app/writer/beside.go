package writer

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

// neighbours writes what a change of one record means for those beside it.
type neighbours struct{ Writer }

// ideaOf gives an idea free whose task is deleted unwritten, if it is there and waits for it.
func (g neighbours) ideaOf(ctx context.Context, s account.Scope, t task.Task) ([]table.Op, error) {
	x, err := g.ideas.Get(ctx, s, t.Site, t.Idea)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil || x.Status != idea.Queued || x.Task != t.ID {
		return nil, err
	}
	return []table.Op{idea.FreedOp(s, t.Site, x.ID, t.ID)}, nil
}

// ideaAgain gives its idea to a task that is brought back, if the idea is there; Conflict
// when it was queued again meanwhile: one idea is written once.
func (g neighbours) ideaAgain(ctx context.Context, s account.Scope, t task.Task) ([]table.Op, error) {
	x, err := g.ideas.Get(ctx, s, t.Site, t.Idea)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case x.Status == idea.New:
		return []table.Op{idea.TakenOp(s, t.Site, x.ID, t.ID)}, nil
	case x.Task != t.ID:
		return nil, errs.New(errs.Conflict, "idea_taken", "its idea was queued again meanwhile, as the task "+x.Task+": one idea is written once")
	}
	return nil, nil
}

// Dropped lets a content do without a picture, also a deleted one, which may be restored.
func (g neighbours) Dropped(ctx context.Context, s account.Scope, i imagery.Image) ([]table.Op, error) {
	known, err := g.Contents.Known(ctx, s, i.Site, i.Content)
	if err != nil || !known {
		return nil, err
	}
	return []table.Op{content.ImageDroppedOp(s, i.Site, i.Content)}, nil
}

// Differs notes that a published content is not as its post any more.
func (g neighbours) Differs(ctx context.Context, s account.Scope, i imagery.Image) error {
	err := g.table.Write(ctx, content.StaleOp(s, i.Site, i.Content))
	if table.FailedCondition(err) != nil {
		return nil // it is not published
	}
	return err
}

// work tells on which contents jobs work, on their pictures included.
type work struct{ engine *automation.Engine }

// InWork looks for the contents and the pictures that they may have.
func (w work) InWork(ctx context.Context, s account.Scope, site string, contents ...content.Content) (map[string]bool, error) {
	of := map[string]string{} // item: content
	var items []string
	for _, c := range contents {
		of[c.ID] = c.ID
		if c.ImagesExpected > 0 {
			of[imagery.ID(c.ID, imagery.Featured, 0)] = c.ID
		}
		for n := range c.ImagesExpected - 1 {
			of[imagery.ID(c.ID, imagery.InArticle, n)] = c.ID
		}
	}
	for item := range of {
		items = append(items, item)
	}
	busy, err := w.engine.InWork(ctx, s, site, items...)
	out := map[string]bool{}
	for item := range busy {
		out[of[item]] = true
	}
	return out, err
}
