package openai

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/schema"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/errs"
)

type writer struct{ wire *wire.Client }

// responseRequest is a request of the Responses API.
type responseRequest struct {
	Model        string     `json:"model"`
	Input        string     `json:"input"`
	Instructions string     `json:"instructions,omitempty"`
	MaxTokens    int64      `json:"max_output_tokens,omitempty"`
	Store        bool       `json:"store"` // false: we keep the answer ourselves
	Reasoning    *reasoning `json:"reasoning,omitempty"`
	Text         *format    `json:"text,omitempty"`
}

type reasoning struct {
	Effort string `json:"effort"`
}

// format asks for a document of a schema. The schema is sent as it stands: models write the
// fields in its order.
type format struct {
	Format struct {
		Type   string          `json:"type"`
		Name   string          `json:"name"`
		Strict bool            `json:"strict"`
		Schema json.RawMessage `json:"schema"`
	} `json:"format"`
}

func responseOf(m ai.Model, r ai.TextRequest) responseRequest {
	in := responseRequest{Model: m.ID, Input: r.Prompt, Instructions: r.Instructions}
	if r.MaxTokens > 0 {
		in.MaxTokens = min(r.MaxTokens, m.MaxOut)
	}
	if m.Reasoning {
		in.Reasoning = &reasoning{m.Effort}
	}
	if len(r.Schema.JSON) > 0 {
		in.Text = &format{}
		f := &in.Text.Format
		f.Type, f.Name, f.Strict, f.Schema = "json_schema", r.Schema.Name, true, r.Schema.JSON
	}
	return in
}

// Write asks for one document. See ai.Text for its errors.
func (w writer) Write(ctx context.Context, r ai.TextRequest) (ai.Answer, error) {
	m, err := w.wire.Model(r.Model, ai.KindText)
	if err != nil {
		return ai.Answer{}, err
	}
	reply, err := w.wire.PostJSON(ctx, wire.Request{Op: "openai: write", Path: "/responses", ID: r.Key}, responseOf(m, r))
	if err != nil {
		return ai.Answer{}, err
	}
	a, e, err := answer(w.wire, m, reply)
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
		return nil, wire.Unusable("bad_json", "the stored answer is no JSON document").With(err)
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
		return nil, wire.Unusable("refusal", "the model refused: "+wire.Short(refusal.String()))
	case reason == "content_filter":
		return nil, wire.Unusable("content_filter", "the provider's filter stopped the text; change the wording of the task")
	case b.Status == "incomplete":
		return nil, wire.Unusable("cut_off", "the text was longer than the limit and is cut off")
	case b.Status != "completed":
		return nil, wire.Unusable("bad_json", "the provider ended without a text (status "+b.Status+")")
	}
	return schema.Check(r.Schema, text.String())
}
