package task

import (
	"cmp"
	"context"
	"iter"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted task can be restored.
const KeepDeleted = 14 * 24 * time.Hour

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	records record.Store[Task]
	table   table.Table
}

// NewService makes a Service on a table.
func NewService(t table.Table, c clock.Clock) *Service {
	return &Service{records: record.NewStore(kind, t, c), table: t}
}

// Filter narrows a list; its zero value takes all that is not deleted.
type Filter struct {
	Status  Status
	Cluster string
	Run     string // made by this run
	Search  string // part of the title, in any case
}

func (f Filter) takes(t Task) bool {
	return !t.Deleted && (f.Status == "" || t.Status == f.Status) && (f.Cluster == "" || t.Cluster == f.Cluster) &&
		(f.Run == "" || t.Run == f.Run) && strings.Contains(strings.ToLower(t.Title), strings.ToLower(f.Search))
}

// List reads a site's tasks, oldest first. NotFound when the Scope does not see the site.
func (v *Service) List(ctx context.Context, s account.Scope, site string, f Filter) ([]Task, error) {
	return v.records.List(ctx, s, site, f.takes, Compare)
}

// Each gives every task of a site that is not deleted, in no particular order, and holds few
// of them: for whoever looks for some among many. After an error there is nothing more.
func (v *Service) Each(ctx context.Context, s account.Scope, site string) iter.Seq2[Task, error] {
	return v.records.Each(ctx, s, site)
}

// Compare is the order of List: the oldest first.
func Compare(a, b Task) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
}

// Get reads one task; NotFound when absent or deleted.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Task, error) {
	return v.records.Get(ctx, s, site, id)
}
