package upload

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type startInput struct {
	Body struct {
		Filename    string `json:"filename"`
		ContentType string `json:"content_type,omitempty" doc:"text/csv when absent"`
		Size        int64  `json:"size" doc:"bytes"`
	}
}

// Routes are the operations of this feature.
func (v *Service) Routes() []httpapi.Operation {
	return []httpapi.Operation{httpapi.Route(httpapi.RouteSpec{
		ID: "start_upload", Method: http.MethodPost, Path: "/v1/system/uploads/", Permission: account.Editor,
		Throttle: httpapi.ThrottleSystem, Idempotent: true, Status: http.StatusCreated, Summary: "An address to put a file to", Tags: []string{"system"},
	}, v.post)}
}

func (v *Service) post(ctx context.Context, s account.Scope, in *startInput) (Ticket, error) {
	return v.StartOnce(ctx, s, Request{Filename: in.Body.Filename, ContentType: in.Body.ContentType, Size: in.Body.Size}, httpapi.IdempotencyKey(ctx))
}
