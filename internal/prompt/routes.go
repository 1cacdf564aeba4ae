package prompt

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type typeInput struct {
	Type Type `path:"type" enum:"ideas,content_generation,image_prompt_extraction"`
}

type putInput struct {
	Type Type `path:"type" enum:"ideas,content_generation,image_prompt_extraction"`
	Body struct {
		Prompt string `json:"prompt" doc:"how to work, in your own words, at most 10,000 characters; it may hold the type's placeholders"`
	}
}

type resetInput struct {
	Body struct {
		Type Type `json:"type" enum:"ideas,content_generation,image_prompt_extraction"`
	}
}

// Routes are the operations of this feature.
func (v *Service) Routes() []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, summary, description string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: method, Path: "/v1/system/prompts/" + path, Permission: least, IfMatch: method == http.MethodPut || id == "reset_prompt",
			Throttle: httpapi.ThrottleSystem, Summary: summary, Description: description, Tags: []string{"system"}}
	}
	return []httpapi.Operation{
		httpapi.ListRoute(spec("list_prompts", http.MethodGet, "", account.Viewer, "The prompts that the account uses", "A prompt says how to work; what to work on (keywords, outline, language, the form of the answer) always goes along."),
			func(ctx context.Context, s account.Scope, in *httpapi.ListQuery) (httpapi.Page[Prompt], error) {
				all, err := v.List(ctx, s)
				if err != nil {
					return httpapi.Page[Prompt]{}, err
				}
				return httpapi.Lister[Prompt]{Text: func(p Prompt) []string { return []string{string(p.Type), p.Text} }}.Page(all, *in)
			}),
		httpapi.Route(spec("get_prompt", http.MethodGet, "by_type/{type}/", account.Viewer, "The prompt of a type", ""),
			func(ctx context.Context, s account.Scope, in *typeInput) (Prompt, error) {
				return v.Get(ctx, s, in.Type)
			}),
		httpapi.Route(spec("put_prompt", http.MethodPut, "by_type/{type}/", account.Editor, "Give the account a prompt of its own",
			"It is used by jobs that begin from now on; what was answered before is not bought again. 400 names a placeholder that there is not, and those that there are."),
			func(ctx context.Context, s account.Scope, in *putInput) (Prompt, error) {
				return v.Put(ctx, s, in.Type, in.Body.Prompt)
			}),
		httpapi.Route(spec("reset_prompt", http.MethodPost, "reset/", account.Editor, "Go back to the product's own prompt", ""),
			func(ctx context.Context, s account.Scope, in *resetInput) (Prompt, error) {
				return v.Reset(ctx, s, in.Body.Type)
			}),
	}
}
