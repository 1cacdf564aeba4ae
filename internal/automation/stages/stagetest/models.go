package stagetest

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/demo"
	"github.com/igny8/igny8/internal/ai/demo/draw"
	"github.com/igny8/igny8/internal/ai/schema"
	"github.com/igny8/igny8/internal/errs"
)

// Reply is what a scripted model does with one call: an error, an answer that Read refuses
// with a code, or a document. The zero Reply is what the demo model answers.
type Reply struct {
	Err  error  // the call fails
	Code string // Read's code: refusal, cut_off, bad_json, blocked, corrupt …
	Doc  string // the document
	Used int64  // tokens that a document took; the demo model counts its own
}

// Text is an ai.Text that follows a script and then answers like the demo writer.
type Text struct {
	mu     sync.Mutex
	script []Reply
	calls  []ai.TextRequest
}

const faultMark = "fault:"

// Script adds replies for the next calls.
func (x *Text) Script(r ...Reply) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.script = append(x.script, r...)
}

// Calls are the requests so far.
func (x *Text) Calls() []ai.TextRequest {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]ai.TextRequest(nil), x.calls...)
}

// Write implements ai.Text.
func (x *Text) Write(ctx context.Context, r ai.TextRequest) (ai.Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls = append(x.calls, r)
	reply := next(&x.script)
	switch {
	case reply.Err != nil:
		return ai.Answer{}, reply.Err
	case reply.Code != "":
		return ai.Answer{Raw: []byte(faultMark + reply.Code)}, nil
	case reply.Doc != "":
		return ai.Answer{Raw: []byte(reply.Doc), Usage: ai.Usage{Provider: ai.ProviderOpenAI, TokensOut: reply.Used}}, nil
	}
	return demo.Writer{}.Write(ctx, r)
}

// Read implements ai.Text.
func (x *Text) Read(r ai.TextRequest, a ai.Answer) (json.RawMessage, error) {
	if code, ok := strings.CutPrefix(string(a.Raw), faultMark); ok {
		return nil, errs.New(errs.Invalid, code, "scripted "+code).Because(errs.Provider)
	}
	return schema.Check(r.Schema, string(a.Raw))
}

// Painter is an ai.Image that follows a script and then draws like the demo painter.
type Painter struct {
	mu     sync.Mutex
	script []Reply
	calls  []ai.ImageRequest
}

// Script adds replies for the next calls.
func (x *Painter) Script(r ...Reply) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.script = append(x.script, r...)
}

// Calls are the requests so far.
func (x *Painter) Calls() []ai.ImageRequest {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]ai.ImageRequest(nil), x.calls...)
}

// Draw implements ai.Image.
func (x *Painter) Draw(ctx context.Context, r ai.ImageRequest) (ai.Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls = append(x.calls, r)
	reply := next(&x.script)
	switch {
	case reply.Err != nil:
		return ai.Answer{}, reply.Err
	case reply.Code != "":
		return ai.Answer{Raw: []byte(faultMark + reply.Code)}, nil
	}
	return draw.Painter{}.Draw(ctx, r)
}

// Read implements ai.Image.
func (x *Painter) Read(r ai.ImageRequest, a ai.Answer) (ai.Picture, error) {
	if code, ok := strings.CutPrefix(string(a.Raw), faultMark); ok {
		return ai.Picture{}, errs.New(errs.Invalid, code, "scripted "+code).Because(errs.Provider)
	}
	return draw.Painter{}.Read(r, a)
}

func next(script *[]Reply) (r Reply) {
	if len(*script) > 0 {
		r, *script = (*script)[0], (*script)[1:]
	}
	return r
}
