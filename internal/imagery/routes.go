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

type oneInput struct {
	ID   string `path:"id"`
	Site string `query:"site_id" doc:"saves a look through the account's sites"`
}

// Routes are the operations of this feature.
func (v *Service) Routes(sites Sites) []httpapi.Operation {
	spec := func(id, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: http.MethodGet, Path: "/v1/writer/images/" + path, Permission: account.Viewer,
			Throttle: httpapi.ThrottleContentRead, Summary: summary, Tags: []string{"writer"},
		}
	}
	one := func(ctx context.Context, s account.Scope, in *oneInput) (Image, error) {
		site, err := sites.Holding(ctx, s, in.Site, func(site string) error { _, err := v.Get(ctx, s, site, in.ID); return err })
		if err != nil {
			return Image{}, err
		}
		return v.Get(ctx, s, site, in.ID)
	}
	return []httpapi.Operation{
		httpapi.ListRoute(spec("list_images", "", "The images of a site"),
			func(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Image], error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return httpapi.Page[Image]{}, err
				}
				all, err := v.List(ctx, s, in.Site, Filter{Status: in.Status, ImageType: in.Type, Content: in.Content})
				if err != nil {
					return httpapi.Page[Image]{}, err
				}
				return lister().Page(all, in.ListQuery)
			}),
		httpapi.Route(spec("get_image", "{id}/", "One image"), one),
		httpapi.Route(spec("get_image_file", "{id}/file/", "An address for the file of an image"),
			func(ctx context.Context, s account.Scope, in *oneInput) (Address, error) {
				i, err := one(ctx, s, in)
				if err != nil {
					return Address{}, err
				}
				return v.Address(ctx, s, i)
			}),
	}
}

// lister keeps the order of List, by content, unless another is asked for.
func lister() httpapi.Lister[Image] {
	return httpapi.Lister[Image]{
		Text: func(i Image) []string { return []string{i.Prompt, i.AltText, i.ContentTitle} },
		Order: map[string]func(a, b Image) int{
			"created_at": func(a, b Image) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"position":   func(a, b Image) int { return cmp.Compare(a.Position, b.Position) },
			"id":         func(a, b Image) int { return strings.Compare(a.ID, b.ID) },
		},
	}
}
