package content

import (
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
	// Holding gives the site that has a record: site when it is named, else the first of the
	// account's sites for which has is nil; NotFound when there is none.
	Holding(ctx context.Context, s account.Scope, site string, has func(site string) error) (string, error)
}

// Pictures gives the pictures of a content as its answer shows them.
type Pictures interface {
	OfContent(ctx context.Context, s account.Scope, c Content) ([]Picture, error)
}

// Work tells which contents a job works on.
type Work interface {
	// InWork gives the ids of those contents on which, or on whose pictures, a job works.
	InWork(ctx context.Context, s account.Scope, site string, contents ...Content) (map[string]bool, error)
}

// Around is what the routes need of others.
type Around struct {
	Sites    Sites
	Pictures Pictures
	Work     Work
}

// Picture is an image beside its content.
type Picture struct {
	ID        string `json:"id"`
	ImageType string `json:"image_type"`
	Position  int    `json:"position"`
	Status    string `json:"status"`
	AltText   string `json:"alt_text"`
	Caption   string `json:"caption"`
	URL       string `json:"image_url,omitempty" doc:"good for an hour; absent until the picture is drawn"`
}

// Full is a content with its body and its pictures.
type Full struct {
	Content
	HTML   string    `json:"content_html"`
	Images []Picture `json:"images"`
}

type listInput struct {
	httpapi.ListQuery
	Site       string     `query:"site_id" required:"true" minLength:"1"`
	Status     Status     `query:"status" enum:"draft,review,approved"`
	SiteStatus SiteStatus `query:"site_status" enum:"not_published,scheduled,publishing,published,failed"`
	Cluster    string     `query:"cluster_id"`
	Task       string     `query:"task_id"`
	Type       string     `query:"content_type"`
	Structure  string     `query:"content_structure"`
	Stale      string     `query:"changed_since_publish" enum:"true,false"`
}

type contentEditInput struct {
	httpapi.One
	Body struct{ Edit }
}

type contentRejectInput struct {
	httpapi.One
	Body struct {
		Reason string `json:"reason" minLength:"1" doc:"what has to change"`
	}
}

type contentBulkInput struct{ Body struct{ httpapi.Selected } }

// Routes are the operations of this feature. To publish is a job: see automation.
func (v *Service) Routes(a Around) []httpapi.Operation { return routes{v, a}.operations() }

type routes struct {
	*Service
	Around
}

// maxBody is that of a request with a whole text, written as JSON.
const maxBody = 2 * MaxHTML

func (r routes) operations() []httpapi.Operation {
	spec := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: method, Path: "/v1/writer/content/" + path, Permission: account.Editor, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: httpapi.ThrottleContentWrite, Summary: summary, Tags: []string{"writer"}}
	}
	list := spec("list_content", http.MethodGet, "", "The contents of a site, without their bodies")
	get := spec("get_content", http.MethodGet, "{id}/", "A content with its body and its images")
	list.Permission, get.Permission = account.Viewer, account.Viewer
	list.Throttle, get.Throttle = httpapi.ThrottleContentRead, httpapi.ThrottleContentRead
	update := spec("update_content", http.MethodPatch, "{id}/", "Change a content")
	update.MaxBody = maxBody
	reject := spec("reject_content", http.MethodPost, "{id}/reject/", "Send a content back to draft, with the reason")
	reject.IfMatch = true
	remove := spec("delete_content", http.MethodDelete, "{id}/", "Delete a content that no job works on; its post stays")
	return []httpapi.Operation{
		httpapi.ListRoute(list, r.list),
		httpapi.OneRoute(get, r.site, r.one),
		httpapi.OneRoute(update, r.site, r.update),
		httpapi.OneRoute(remove, r.site, r.delete),
		httpapi.OneRoute(spec("restore_content", http.MethodPost, "{id}/restore/", "Bring a deleted content back"), r.site, r.restore),
		httpapi.OneRoute(spec("review_content", http.MethodPost, "{id}/to_review/", "Move a draft to review, with the pictures that it has"), r.site, r.step(r.review)),
		httpapi.OneRoute(spec("approve_content", http.MethodPost, "{id}/approve/", "Stand for a content in review"), r.site, r.step(r.Approve)),
		httpapi.OneRoute(reject, r.site, r.reject),
		httpapi.Route(spec("bulk_approve_content", http.MethodPost, "bulk_approve/", "Stand for contents in review, all or none"), r.bulkApprove),
		httpapi.Route(spec("bulk_delete_content", http.MethodPost, "bulk_delete/", "Delete contents, all or none; their posts stay"), r.bulkDelete),
	}
}

func (r routes) list(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Content], error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[Content]{}, err
	}
	all, err := r.List(ctx, s, in.Site, Filter{Status: in.Status, SiteStatus: in.SiteStatus, Cluster: in.Cluster})
	if err != nil {
		return httpapi.Page[Content]{}, err
	}
	return in.lister().Page(all, in.ListQuery)
}

// site is where the content of an id is.
func (r routes) site(ctx context.Context, s account.Scope, id string) (string, error) {
	return r.Sites.Holding(ctx, s, "", func(site string) error { _, err := r.records.Load(ctx, s, site, id); return err })
}

func (r routes) one(ctx context.Context, s account.Scope, in *httpapi.One) (Full, error) {
	c, err := r.Get(ctx, s, in.Site, in.ID)
	if err != nil {
		return Full{}, err
	}
	return r.full(ctx, s, c)
}

// full puts body and pictures to a content as it was read.
func (r routes) full(ctx context.Context, s account.Scope, c Content) (Full, error) {
	body, err := r.body(ctx, s, c)
	if err != nil {
		return Full{}, err
	}
	images, err := r.Pictures.OfContent(ctx, s, c)
	return Full{Content: c, HTML: body, Images: images}, err
}

func (r routes) update(ctx context.Context, s account.Scope, in *contentEditInput) (Full, error) {
	c, err := r.Update(ctx, s, in.Site, in.ID, in.Body.Edit)
	if err != nil {
		return Full{}, err
	}
	return r.full(ctx, s, c)
}

func (r routes) delete(ctx context.Context, s account.Scope, in *httpapi.One) (httpapi.Gone, error) {
	c, err := r.Get(ctx, s, in.Site, in.ID)
	if err != nil {
		return httpapi.Gone{}, err
	}
	if err := r.idle(ctx, s, c); err != nil {
		return httpapi.Gone{}, err
	}
	c, until, err := r.Remove(ctx, s, in.Site, in.ID)
	if err != nil {
		return httpapi.Gone{}, err
	}
	out := httpapi.Gone{ID: in.ID, Until: until}
	if c.SiteStatus == Published {
		out.Stays = "the post at " + c.ExternalURL + ": delete it on the site itself"
	}
	return out, nil
}

// idle refuses a content on which, or on whose pictures, a job works.
func (r routes) idle(ctx context.Context, s account.Scope, c Content) error {
	busy, err := r.Work.InWork(ctx, s, c.Site, c)
	if err == nil && busy[c.ID] {
		return httpapi.Busy()
	}
	return err
}

func (r routes) restore(ctx context.Context, s account.Scope, in *httpapi.One) (Full, error) {
	return r.step(func(ctx context.Context, s account.Scope, site, id string) error {
		if _, err := r.records.Load(ctx, s, site, id); err != nil {
			return err
		}
		return r.Restore(ctx, s, site, id)
	})(ctx, s, in)
}

func (r routes) review(ctx context.Context, s account.Scope, site, id string) error {
	c, err := r.Get(ctx, s, site, id)
	switch {
	case err != nil || c.Status == Review:
		return err
	case c.Status != Draft:
		return notDraft()
	}
	if err := r.idle(ctx, s, c); err != nil {
		return err
	}
	return r.ToReview(ctx, s, site, id)
}

// step makes a handler of an editorial step: it gives the content as it is then.
func (r routes) step(do func(ctx context.Context, s account.Scope, site, id string) error) func(context.Context, account.Scope, *httpapi.One) (Full, error) {
	return func(ctx context.Context, s account.Scope, in *httpapi.One) (Full, error) {
		if err := do(ctx, s, in.Site, in.ID); err != nil {
			return Full{}, err
		}
		return r.one(ctx, s, in)
	}
}

func (r routes) reject(ctx context.Context, s account.Scope, in *contentRejectInput) (Full, error) {
	return r.step(func(ctx context.Context, s account.Scope, site, id string) error {
		return r.Reject(ctx, s, site, id, in.Body.Reason)
	})(ctx, s, &in.One)
}

func (r routes) bulkApprove(ctx context.Context, s account.Scope, in *contentBulkInput) (httpapi.Bulk, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return httpapi.Bulk{}, err
	}
	return r.ApproveAll(ctx, s, in.Body.Site, in.Body.Unique())
}

func (r routes) bulkDelete(ctx context.Context, s account.Scope, in *contentBulkInput) (httpapi.Bulk, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return httpapi.Bulk{}, err
	}
	return r.DeleteAll(ctx, s, in.Body.Site, in.Body.Unique(), r.Work)
}

func (in *listInput) lister() httpapi.Lister[Content] {
	is := func(want, have string) bool { return want == "" || want == have }
	return httpapi.Lister[Content]{
		Keep: func(c Content) bool {
			return is(in.Task, c.Task) && is(in.Type, c.ContentType) && is(in.Structure, c.ContentStructure) &&
				(in.Stale == "" || c.ChangedSincePublish == (in.Stale == "true"))
		},
		Text: func(c Content) []string { return []string{c.Title, c.PrimaryKeyword} },
		Order: map[string]func(a, b Content) int{
			"title":      func(a, b Content) int { return strings.Compare(a.Title, b.Title) },
			"word_count": func(a, b Content) int { return a.WordCount - b.WordCount },
			"status":     func(a, b Content) int { return strings.Compare(string(a.Status), string(b.Status)) },
			"created_at": func(a, b Content) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"updated_at": func(a, b Content) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
		},
		Default: "-created_at",
	}
}
