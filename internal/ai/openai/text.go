package openai

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/schema"
	"github.com/igny8/igny8/internal/errs"
)

type writer struct{ c *Client }

// Write asks for one document. See ai.Text for its errors.
func (w writer) Write(ctx context.Context, r ai.TextRequest) (ai.Answer, error) {
	m, err := model(r.Model, ai.KindText)
	if err != nil {
		return ai.Answer{}, err
	}
	p := responses.ResponseNewParams{
		Model: m.ID,
		Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt(r.Prompt)},
		Store: param.NewOpt(false), // we keep the answer ourselves
	}
	if r.Instructions != "" {
		p.Instructions = param.NewOpt(r.Instructions)
	}
	if r.MaxTokens > 0 {
		p.MaxOutputTokens = param.NewOpt(min(r.MaxTokens, m.MaxOut))
	}
	if m.Reasoning {
		p.Reasoning = shared.ReasoningParam{Effort: shared.ReasoningEffort(m.Effort)}
	}
	var more []option.RequestOption
	if len(r.Schema.JSON) > 0 {
		f := responses.ResponseFormatTextConfigParamOfJSONSchema(r.Schema.Name, map[string]any{})
		f.OfJSONSchema.Strict = param.NewOpt(true)
		p.Text = responses.ResponseTextConfigParam{Format: f}
		// Set as it stands, not through a map: models write the fields in the schema's order.
		more = append(more, option.WithJSONSet("text.format.schema", r.Schema.JSON))
	}
	var x exchange
	opts, err := w.c.options(ctx, &x, r.Key, more...)
	if err != nil {
		return ai.Answer{}, err
	}
	if _, err := w.c.responses.New(ctx, p, opts...); err != nil {
		return ai.Answer{}, x.failed("openai: write", err)
	}
	a, e, err := x.answer(m)
	if err != nil {
		return ai.Answer{}, err
	}
	if e.Status == "failed" && e.Usage == nil { // nothing was made and nothing charged
		return ai.Answer{}, errs.New(errs.Unavailable, "provider_down", "OpenAI failed while it wrote; the call is repeated later").Because(errs.Provider)
	}
	return a, nil
}

// body is a response as far as Read needs it.
type body struct {
	Status     string `json:"status"`
	Incomplete *struct {
		Reason string `json:"reason"`
	} `json:"incomplete_details"`
	Output []struct {
		Type    string `json:"type"`
		Content []struct {
			Type    string `json:"type"`
			Text    string `json:"text"`
			Refusal string `json:"refusal"`
		} `json:"content"`
	} `json:"output"`
}

// Read checks a stored answer. See ai.Text for its errors.
func (writer) Read(r ai.TextRequest, a ai.Answer) (json.RawMessage, error) {
	var b body
	if err := json.Unmarshal(a.Raw, &b); err != nil {
		return nil, bad("bad_json", "the stored answer is no JSON document").With(err)
	}
	var text, refusal strings.Builder
	for _, o := range b.Output {
		for _, c := range o.Content {
			text.WriteString(c.Text)
			refusal.WriteString(c.Refusal)
		}
	}
	reason := ""
	if b.Incomplete != nil {
		reason = b.Incomplete.Reason
	}
	switch {
	case refusal.Len() > 0:
		return nil, bad("refusal", "the model refused: "+short(refusal.String()))
	case reason == "content_filter":
		return nil, bad("content_filter", "the provider's filter stopped the text; change the wording of the task")
	case b.Status == "incomplete":
		return nil, bad("cut_off", "the text was longer than the limit and is cut off")
	case b.Status != "completed":
		return nil, bad("bad_json", "the provider ended without a text (status "+b.Status+")")
	}
	return schema.Check(r.Schema, text.String())
}

func bad(code, message string) *errs.Error {
	return errs.New(errs.Invalid, code, message).Because(errs.Provider)
}
