package imagery

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// AddressLife is how long the address of a picture's file is good.
const AddressLife = time.Hour

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
	// Holding gives the site that has a record: site when it is named, else the first of the
	// account's sites for which has is nil; NotFound when there is none.
	Holding(ctx context.Context, s account.Scope, site string, has func(site string) error) (string, error)
}

// Work tells which pictures a job works on.
type Work interface {
	// InWork gives those of the items that an open job of the site works on.
	InWork(ctx context.Context, s account.Scope, site string, items ...string) (map[string]bool, error)
}

// Contents is what the routes need of contents.
type Contents interface {
	// Dropped is written with the deletion of a picture.
	Dropped(ctx context.Context, s account.Scope, i Image) ([]table.Op, error)
	// Differs notes that a published content is not as its post any more; nothing for others.
	Differs(ctx context.Context, s account.Scope, i Image) error
}

// Around is what the routes need of others.
type Around struct {
	Sites    Sites
	Work     Work
	Contents Contents
}

// Address is where a picture's file can be read.
type Address struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Seconds     int    `json:"expires_in" doc:"seconds that the address is good"`
}

// Address gives an address for the file of a drawn picture, good for AddressLife; NotFound
// when it is not drawn.
func (v *Service) Address(ctx context.Context, s account.Scope, i Image) (Address, error) {
	if i.Status != Generated || i.File == "" {
		return Address{}, errs.New(errs.NotFound, "not_found", "this picture is not drawn yet")
	}
	url, err := v.blobs.DownloadURL(ctx, fileName(s, i.Site, i.File), AddressLife)
	if err != nil {
		return Address{}, errs.Wrap("imagery.Address", err)
	}
	return Address{URL: url, ContentType: i.FileType, Width: i.Width, Height: i.Height, Seconds: int(AddressLife / time.Second)}, nil
}

type listInput struct {
	httpapi.ListQuery
	Site    string `query:"site_id" required:"true" minLength:"1"`
	Status  Status `query:"status" enum:"pending,generated,failed"`
	Type    Type   `query:"image_type" enum:"featured,in_article"`
	Content string `query:"content_id"`
}

type imageEditInput struct {
	httpapi.One
	Body struct{ Edit }
}

// Routes are the operations of this feature. To draw is a job: see automation.
func (v *Service) Routes(a Around) []httpapi.Operation { return routes{v, a}.operations() }

type routes struct {
	*Service
	Around
}

func (r routes) operations() []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, th httpapi.ThrottleScope, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/writer/images/" + path, Permission: least, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: th, Summary: summary, Tags: []string{"writer"},
		}
	}
	read := func(id, path, summary string) httpapi.RouteSpec {
		return spec(id, http.MethodGet, path, account.Viewer, httpapi.ThrottleContentRead, summary)
	}
	write := func(id, method, summary string) httpapi.RouteSpec {
		return spec(id, method, "{id}/", account.Editor, httpapi.ThrottleContentWrite, summary)
	}
	return []httpapi.Operation{
		httpapi.ListRoute(read("list_images", "", "The images of a site"), r.list),
		httpapi.OneRoute(read("get_image", "{id}/", "One image"), r.site, r.one),
		httpapi.OneRoute(read("get_image_file", "{id}/file/", "An address for the file of an image"), r.site, r.file),
		httpapi.OneRoute(write("update_image", http.MethodPatch, "Change an image's texts; its prompt until it is drawn"), r.site, r.update),
		httpapi.OneRoute(write("delete_image", http.MethodDelete, "Delete an image: its content does without"), r.site, r.delete),
	}
}

func (r routes) list(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Image], error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[Image]{}, err
	}
	all, err := r.List(ctx, s, in.Site, Filter{Status: in.Status, ImageType: in.Type, Content: in.Content})
	if err != nil {
		return httpapi.Page[Image]{}, err
	}
	return lister().Page(all, in.ListQuery)
}

// site is where the picture of an id is.
func (r routes) site(ctx context.Context, s account.Scope, id string) (string, error) {
	return r.Sites.Holding(ctx, s, "", func(site string) error { _, err := r.Get(ctx, s, site, id); return err })
}

func (r routes) one(ctx context.Context, s account.Scope, in *httpapi.One) (Image, error) {
	return r.Get(ctx, s, in.Site, in.ID)
}

func (r routes) file(ctx context.Context, s account.Scope, in *httpapi.One) (Address, error) {
	i, err := r.one(ctx, s, in)
	if err != nil {
		return Address{}, err
	}
	return r.Address(ctx, s, i)
}

// idle gives a picture that nobody draws, and whose content nobody publishes.
func (r routes) idle(ctx context.Context, s account.Scope, in *httpapi.One) (Image, error) {
	i, err := r.one(ctx, s, in)
	if err != nil {
		return Image{}, err
	}
	busy, err := r.Work.InWork(ctx, s, i.Site, i.ID, i.Content)
	if err != nil {
		return Image{}, err
	}
	if len(busy) > 0 {
		return Image{}, httpapi.Busy()
	}
	return i, nil
}

func (r routes) update(ctx context.Context, s account.Scope, in *imageEditInput) (Image, error) {
	i, err := r.idle(ctx, s, &in.One)
	if err != nil {
		return Image{}, err
	}
	out, err := r.Update(ctx, s, i.Site, i.ID, in.Body.Edit)
	if err != nil {
		return Image{}, err
	}
	if i.Status == Generated && (out.AltText != i.AltText || out.Caption != i.Caption) {
		err = r.Contents.Differs(ctx, s, out)
	}
	return out, err
}

func (r routes) delete(ctx context.Context, s account.Scope, in *httpapi.One) (httpapi.Gone, error) {
	i, err := r.idle(ctx, s, in)
	if err != nil {
		return httpapi.Gone{}, err
	}
	if i, err = r.Remove(ctx, s, i.Site, i.ID, r.Contents.Dropped); err != nil {
		return httpapi.Gone{}, err
	}
	out := httpapi.Gone{ID: i.ID}
	if i.Status == Generated {
		out.Stays = "what is on the outside site already: a post that shows this picture goes on showing it"
		err = r.Contents.Differs(ctx, s, i)
	}
	return out, err
}

// lister keeps the order of List, by content, unless another is asked for.
func lister() httpapi.Lister[Image] {
	return httpapi.Lister[Image]{
		Text: func(i Image) []string { return []string{i.Prompt, i.AltText, i.ContentTitle} },
		Order: map[string]func(a, b Image) int{
			"created_at": func(a, b Image) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"updated_at": func(a, b Image) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
			"position":   func(a, b Image) int { return cmp.Compare(a.Position, b.Position) },
			"id":         func(a, b Image) int { return strings.Compare(a.ID, b.ID) },
		},
	}
}
