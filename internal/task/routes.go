package task

import (
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
	// Sector gives the sector of that id, or the site's first one; Invalid by field.
	Sector(ctx context.Context, s account.Scope, site, sector string) (string, error)
	// Holding gives the site that has a record: site when it is named, else the first of the
	// account's sites for which has is nil; NotFound when there is none.
	Holding(ctx context.Context, s account.Scope, site string, has func(site string) error) (string, error)
}

// Work tells which records a job works on.
type Work interface {
	// InWork gives those of the items that an open job of the site works on.
	InWork(ctx context.Context, s account.Scope, site string, items ...string) (map[string]bool, error)
}

// Around is what the routes need of others.
type Around struct {
	Sites  Sites
	Work   Work
	Beside Beside // at its deletion
	Back   Beside // when it is brought back
	IDs    *id.Source
}

type listInput struct {
	httpapi.ListQuery
	Site      string `query:"site_id" required:"true" minLength:"1"`
	Status    Status `query:"status" enum:"queued,completed"`
	Cluster   string `query:"cluster_id"`
	Type      string `query:"content_type"`
	Structure string `query:"content_structure"`
	Run       string `query:"run_id"`
}

type newTaskInput struct {
	Body struct {
		Site   string `json:"site_id" minLength:"1"`
		Sector string `json:"sector_id,omitempty" doc:"the site's first one when absent"`
		Edit
	}
}

type taskEditInput struct {
	httpapi.One
	Body struct{ Edit }
}

type taskBulkInput struct{ Body struct{ httpapi.Selected } }

// TasksAlike is what can be changed of several tasks at once; nil leaves a field.
type TasksAlike struct {
	ContentType      *string `json:"content_type,omitempty" enum:"post,page,product,taxonomy"`
	ContentStructure *string `json:"content_structure,omitempty"`
	WordCount        *int    `json:"word_count,omitempty" doc:"200 to 5000"`
}

type taskBulkEditInput struct {
	Body struct {
		httpapi.Selected
		Set TasksAlike `json:"set"`
	}
}

// Routes are the operations of this feature. To write a task is a job: see automation.
func (v *Service) Routes(a Around) []httpapi.Operation { return routes{v, a}.operations() }

type routes struct {
	*Service
	Around
}

func (r routes) operations() []httpapi.Operation {
	spec := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/writer/tasks/" + path, Permission: account.Editor, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: httpapi.ThrottleWriter, Summary: summary, Tags: []string{"writer"},
		}
	}
	list, get := spec("list_tasks", http.MethodGet, "", "The writing tasks of a site"), spec("get_task", http.MethodGet, "{id}/", "One task")
	list.Permission, get.Permission = account.Viewer, account.Viewer
	create := spec("create_task", http.MethodPost, "", "Queue a text to be written")
	create.Idempotent, create.Status = true, http.StatusCreated
	remove := spec("delete_task", http.MethodDelete, "{id}/", "Delete a task that no job works on")
	remove.Description = "409 with the code in_work while it is being written. What was written for it stays; the idea of an unwritten task is new again."
	return []httpapi.Operation{
		httpapi.ListRoute(list, r.list),
		httpapi.Route(create, r.create),
		httpapi.OneRoute(get, r.site, r.one),
		httpapi.OneRoute(spec("update_task", http.MethodPatch, "{id}/", "Change a task that is not written yet"), r.site, r.update),
		httpapi.OneRoute(remove, r.site, r.delete),
		httpapi.OneRoute(spec("restore_task", http.MethodPost, "{id}/restore/", "Bring a deleted task back"), r.site, r.restore),
		httpapi.Route(spec("bulk_delete_tasks", http.MethodPost, "bulk_delete/", "Delete tasks, all or none"), r.bulkDelete),
		httpapi.Route(spec("bulk_update_tasks", http.MethodPost, "bulk_update/", "Change tasks alike, all or none"), r.bulkUpdate),
	}
}

func (r routes) list(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Task], error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[Task]{}, err
	}
	all, err := r.List(ctx, s, in.Site, Filter{Status: in.Status, Cluster: in.Cluster, Run: in.Run})
	if err != nil {
		return httpapi.Page[Task]{}, err
	}
	return in.lister().Page(all, in.ListQuery)
}

func (r routes) create(ctx context.Context, s account.Scope, in *newTaskInput) (Task, error) {
	b := in.Body
	sector, err := r.Sites.Sector(ctx, s, b.Site, b.Sector)
	if err != nil {
		return Task{}, err
	}
	t, err := b.apply(Task{ID: r.IDs.New("tsk"), Site: b.Site, Sector: sector, Status: Queued, Outline: []Section{}, Keywords: []Keyword{},
		ContentType: "post", ContentStructure: "article", WordCount: 1000})
	if err != nil {
		return Task{}, err
	}
	return r.Add(ctx, s, t, httpapi.IdempotencyKey(ctx))
}

// site is where the task of an id is.
func (r routes) site(ctx context.Context, s account.Scope, id string) (string, error) {
	return r.Sites.Holding(ctx, s, "", func(site string) error { _, err := r.records.Load(ctx, s, site, id); return err })
}

func (r routes) one(ctx context.Context, s account.Scope, in *httpapi.One) (Task, error) {
	return r.Get(ctx, s, in.Site, in.ID)
}

func (r routes) update(ctx context.Context, s account.Scope, in *taskEditInput) (Task, error) {
	return r.Update(ctx, s, in.Site, in.ID, in.Body.Edit)
}

func (r routes) delete(ctx context.Context, s account.Scope, in *httpapi.One) (httpapi.Gone, error) {
	busy, err := r.Work.InWork(ctx, s, in.Site, in.ID)
	if err != nil {
		return httpapi.Gone{}, err
	}
	if busy[in.ID] {
		return httpapi.Gone{}, httpapi.Busy()
	}
	was, until, err := r.Remove(ctx, s, in.Site, in.ID, r.Beside)
	if err != nil {
		return httpapi.Gone{}, err
	}
	out := httpapi.Gone{ID: in.ID, Until: until}
	if was.Content != "" {
		out.Stays = "the content " + was.Content + " that was written for it"
	}
	return out, nil
}

func (r routes) restore(ctx context.Context, s account.Scope, in *httpapi.One) (Task, error) {
	if err := r.Restore(ctx, s, in.Site, in.ID, r.Back); err != nil {
		return Task{}, err
	}
	return r.Get(ctx, s, in.Site, in.ID)
}

func (r routes) bulkDelete(ctx context.Context, s account.Scope, in *taskBulkInput) (httpapi.Bulk, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return httpapi.Bulk{}, err
	}
	return r.DeleteAll(ctx, s, in.Body.Site, in.Body.Unique(), r.Work, r.Beside)
}

func (r routes) bulkUpdate(ctx context.Context, s account.Scope, in *taskBulkEditInput) (httpapi.Bulk, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return httpapi.Bulk{}, err
	}
	e := in.Body.Set
	return r.UpdateAll(ctx, s, in.Body.Site, in.Body.Unique(), Edit{ContentType: e.ContentType, ContentStructure: e.ContentStructure, WordCount: e.WordCount})
}

func (in *listInput) lister() httpapi.Lister[Task] {
	return httpapi.Lister[Task]{
		Keep: func(t Task) bool {
			return (in.Type == "" || t.ContentType == in.Type) && (in.Structure == "" || t.ContentStructure == in.Structure)
		},
		Text: func(t Task) []string { return append([]string{t.Title}, t.KeywordTexts()...) },
		Order: map[string]func(a, b Task) int{
			"title":      func(a, b Task) int { return strings.Compare(a.Title, b.Title) },
			"status":     func(a, b Task) int { return strings.Compare(string(a.Status), string(b.Status)) },
			"word_count": func(a, b Task) int { return a.WordCount - b.WordCount },
			"created_at": func(a, b Task) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"updated_at": func(a, b Task) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
		},
		Default: "-created_at",
	}
}
