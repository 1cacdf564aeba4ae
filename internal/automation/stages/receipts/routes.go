package receipts

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

// Finder gives the site of a content: named when it has it, else the first of the account's
// sites that has. NotFound when none has.
type Finder interface {
	SiteOf(ctx context.Context, s account.Scope, named, content string) (string, error)
}

type receiptInput struct {
	ID   string `path:"id"`
	Site string `query:"site_id" doc:"saves a look through the account's sites"`
}

// Routes are the operations of receipts.
func (v *Service) Routes(find Finder) []httpapi.Operation {
	return []httpapi.Operation{
		httpapi.Route(httpapi.RouteSpec{
			ID: "get_receipt", Method: http.MethodGet, Path: "/v1/writer/content/{id}/receipt/", Permission: account.Viewer,
			Throttle: httpapi.ThrottleContentRead, Summary: "What a content cost: every provider call, in thousandths of credits and micro-dollars", Tags: []string{"writer"},
			Description: "Calls that several contents share are divided among what came of them; the parts add up to the whole.",
		}, func(ctx context.Context, s account.Scope, in *receiptInput) (Receipt, error) {
			site, err := find.SiteOf(ctx, s, in.Site, in.ID)
			if err != nil {
				return Receipt{}, err
			}
			return v.Of(ctx, s, site, in.ID)
		}),
	}
}
