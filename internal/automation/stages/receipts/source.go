package receipts

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
)

// source is where a receipt finds what its article came from.
type source interface {
	// paid gives the jobs that bought something for an item.
	paid(ctx context.Context, item string) ([]automation.Job, error)
	// idea gives the idea of a task; empty when it has none, or is gone.
	idea(ctx context.Context, task string) (string, error)
	// set tells which job made the ideas of a cluster, and how many.
	set(ctx context.Context, cluster string) (idea.Set, error)
	// clusters gives the place of a cluster among those that a clustering made or filled; its
	// mine is -1 when it is none of them.
	clusters(ctx context.Context, j automation.Job, cluster string) (part, error)
}

// live looks up what one receipt needs.
type live struct {
	*Service
	scope account.Scope
	site  string
}

func (l *live) paid(ctx context.Context, item string) ([]automation.Job, error) {
	return l.Jobs.Paid(ctx, l.scope, l.site, item)
}

func (l *live) idea(ctx context.Context, id string) (string, error) {
	t, err := l.Tasks.Get(ctx, l.scope, l.site, id)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return t.Idea, err
}

func (l *live) set(ctx context.Context, cluster string) (idea.Set, error) {
	return l.Ideas.SetOf(ctx, l.scope, l.site, cluster)
}

func (l *live) clusters(ctx context.Context, j automation.Job, cluster string) (part, error) {
	groups, err := l.Clustered.Groups(ctx, l.scope, j.ID)
	if errs.Is(err, errs.NotFound) {
		return part{mine: -1}, nil
	}
	return newClustered(groups).place(cluster), err
}

// clustered is how a clustering is shared out among its clusters.
type clustered struct {
	division
	at map[string]int
}

func newClustered(groups []answers.Group) *clustered {
	c := &clustered{at: map[string]int{}}
	for i, g := range groups {
		c.weights = append(c.weights, g.Keywords)
		c.at[g.Cluster] = i
	}
	return c
}

func (c *clustered) place(cluster string) part {
	if i, ok := c.at[cluster]; ok {
		return part{&c.division, i}
	}
	return part{&c.division, -1}
}

// loaded holds what the receipts of a whole site need.
type loaded struct {
	live
	jobs   map[string][]automation.Job
	ideas  map[string]string // by task
	sets   map[string]idea.Set
	groups map[string]*clustered // by job
}

// load reads a site's jobs, and sums what they cost.
func (v *Service) load(ctx context.Context, s account.Scope, site string) (*loaded, Sum, error) {
	l := &loaded{live: live{v, s, site}, jobs: map[string][]automation.Job{}, ideas: map[string]string{}, groups: map[string]*clustered{}}
	var all Sum
	err := v.Jobs.EachPaid(ctx, s, site, func(j automation.Job) {
		all.Cost += j.Cost
		if j.State == automation.JobDone {
			all.Credits += j.Draw
		}
		j.Result, j.Title, j.Input, j.Reason = nil, "", "", ""
		l.jobs[j.Item] = append(l.jobs[j.Item], j)
	})
	if err != nil {
		return nil, all, err
	}
	if l.sets, err = v.Ideas.Sets(ctx, s, site); err != nil {
		return nil, all, err
	}
	for t, err := range v.Tasks.Each(ctx, s, site) {
		if err != nil {
			return nil, all, err
		}
		l.ideas[t.ID] = t.Idea
	}
	return l, all, nil
}

func (l *loaded) paid(_ context.Context, item string) ([]automation.Job, error) {
	return l.jobs[item], nil
}
func (l *loaded) idea(_ context.Context, task string) (string, error) { return l.ideas[task], nil }
func (l *loaded) set(_ context.Context, cluster string) (idea.Set, error) {
	return l.sets[cluster], nil
}

func (l *loaded) clusters(ctx context.Context, j automation.Job, cluster string) (part, error) {
	if l.groups[j.ID] == nil {
		groups, err := l.Clustered.Groups(ctx, l.scope, j.ID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return part{}, err
		}
		l.groups[j.ID] = newClustered(groups)
	}
	return l.groups[j.ID].place(cluster), nil
}
