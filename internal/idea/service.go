package idea

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted idea can be restored.
const KeepDeleted = 14 * 24 * time.Hour

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	records record.Store[Idea]
	table   table.Table
}

// NewService makes a Service on a table.
func NewService(t table.Table, c clock.Clock) *Service {
	return &Service{records: record.NewStore(kind, t, c), table: t}
}

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
	return v.records.List(ctx, s, site, f.takes, func(a, b Idea) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID)) })
}

// Get reads one idea; NotFound when absent or deleted.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Idea, error) {
	return v.records.Get(ctx, s, site, id)
}
