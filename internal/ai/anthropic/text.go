package anthropic

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/schema"
	"github.com/igny8/igny8/internal/ai/wire"
)

// whole is the most tokens that are asked for. Anthropic reckons an hour for 128,000 and
// gives an answer that comes in one piece ten minutes.
const whole = 21_000

type writer struct{ wire *wire.Client }

// messageRequest is a request of the Messages API. The newer models take no temperature.
type messageRequest struct {
	Model     string    `json:"model"`
	MaxTokens int64     `json:"max_tokens"`
	System    []block   `json:"system,omitempty"`
	Messages  []message `json:"messages"`
	Output    *output   `json:"output_config,omitempty"`
}

type block struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type message struct {
	Role    string  `json:"role"`
	Content []block `json:"content"`
}

// output asks for a document of a schema, and says how long to think about it. The schema is
// sent as it stands: models write the fields in its order.
type output struct {
	Effort string  `json:"effort,omitempty"`
	Format *format `json:"format,omitempty"`
}

type format struct {
	Type   string          `json:"type"`
	Schema json.RawMessage `json:"schema"`
}

func messageOf(m ai.Model, r ai.TextRequest) messageRequest {
	in := messageRequest{Model: m.ID, MaxTokens: min(m.MaxOut, whole), Messages: []message{{"user", []block{{"text", r.Prompt}}}}}
	if r.MaxTokens > 0 {
		in.MaxTokens = min(in.MaxTokens, r.MaxTokens)
	}
	if r.Instructions != "" {
		in.System = []block{{"text", r.Instructions}}
	}
	o := output{Effort: m.Effort}
	if len(r.Schema.JSON) > 0 {
		o.Format = &format{"json_schema", r.Schema.JSON}
	}
	if o != (output{}) {
		in.Output = &o
	}
	return in
}

// body is a message as far as it is needed.
type body struct {
	Stop    string  `json:"stop_reason"`
	Content []block `json:"content"` // thinking has a type of its own and no text
	Usage   struct {
		In      int64 `json:"input_tokens"` // without the two below
		Cached  int64 `json:"cache_read_input_tokens"`
		Written int64 `json:"cache_creation_input_tokens"`
		Out     int64 `json:"output_tokens"`
	} `json:"usage"`
}

// Write asks for one document. See ai.Text for its errors.
func (w writer) Write(ctx context.Context, r ai.TextRequest) (ai.Answer, error) {
	m, err := w.wire.Model(r.Model, ai.KindText)
	if err != nil {
		return ai.Answer{}, err
	}
	reply, err := w.wire.PostJSON(ctx, wire.Request{Op: "anthropic: write", Path: "/v1/messages", ID: r.Key}, messageOf(m, r))
	if err != nil {
		return ai.Answer{}, err
	}
	var b body
	if err := w.wire.Decode(reply, &b); err != nil {
		return ai.Answer{}, err
	}
	u := w.wire.Usage(m, reply)
	u.TokensIn, u.Cached, u.TokensOut = b.Usage.In+b.Usage.Cached+b.Usage.Written, b.Usage.Cached, b.Usage.Out
	u.CostUSD = m.CostOf(ai.Tokens{In: u.TokensIn, Cached: u.Cached, Written: b.Usage.Written, Out: u.TokensOut})
	return ai.Answer{Usage: u, Raw: reply.Raw}, nil
}

// Read checks a stored answer. See ai.Text for its errors.
func (writer) Read(r ai.TextRequest, a ai.Answer) (json.RawMessage, error) {
	var b body
	if err := json.Unmarshal(a.Raw, &b); err != nil {
		return nil, wire.Unusable("bad_json", "the stored answer is no JSON document").With(err)
	}
	var text strings.Builder
	for _, c := range b.Content {
		if c.Type == "text" {
			text.WriteString(c.Text)
		}
	}
	switch b.Stop {
	case "end_turn", "stop_sequence":
		return schema.Check(r.Schema, text.String())
	case "refusal":
		return nil, wire.Unusable("refusal", "the model refused: "+wire.Short(text.String()))
	case "max_tokens", "model_context_window_exceeded":
		return nil, wire.Unusable("cut_off", "the text was longer than the limit and is cut off")
	}
	return nil, wire.Unusable("bad_json", "the provider ended without a text (it stopped for "+b.Stop+")")
}
