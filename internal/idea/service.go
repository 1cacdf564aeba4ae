package idea

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted idea can be restored.
const KeepDeleted = 14 * 24 * time.Hour

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	table table.Table
	clock clock.Clock
}

// NewService makes a Service on a table.
func NewService(t table.Table, c clock.Clock) *Service { return &Service{table: t, clock: c} }

// Filter narrows a list; its zero value takes all that is not deleted.
type Filter struct {
	Status           Status
	Cluster          string
	ContentType      string
	ContentStructure string
	Search           string // part of the title, in any case
	Enabled          bool   // leave out the disabled ones
}

func (f Filter) takes(i Idea) bool {
	return !i.Deleted && (f.Status == "" || i.Status == f.Status) && (f.Cluster == "" || i.KeywordCluster == f.Cluster) &&
		(f.ContentType == "" || i.ContentType == f.ContentType) && (f.ContentStructure == "" || i.ContentStructure == f.ContentStructure) &&
		(!f.Enabled || !i.Disabled) && strings.Contains(strings.ToLower(i.IdeaTitle), strings.ToLower(f.Search))
}

// List reads a site's ideas, oldest first. NotFound when the Scope does not see the site.
func (v *Service) List(ctx context.Context, s account.Scope, site string, f Filter) ([]Idea, error) {
	all, err := v.all(ctx, s, site)
	if err != nil {
		return nil, errs.Wrap("list ideas", err)
	}
	all = slices.DeleteFunc(all, func(i Idea) bool { return !f.takes(i) })
	slices.SortFunc(all, func(a, b Idea) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID)) })
	return all, nil
}

// Get reads one idea; NotFound when absent or deleted.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Idea, error) {
	i, err := v.load(ctx, s, site, id)
	if err != nil {
		return Idea{}, errs.Wrap("get idea", err)
	}
	if i.Deleted {
		return Idea{}, errs.New(errs.NotFound, "not_found", "there is no such idea")
	}
	return i, nil
}
