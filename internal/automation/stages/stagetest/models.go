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

// script is what the next requests are answered with, and the requests that came.
type script[R any] struct {
	mu      sync.Mutex
	replies []Reply
	calls   []R
}

// Script adds replies for the next calls.
func (x *script[R]) Script(r ...Reply) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.replies = append(x.replies, r...)
}

// Calls are the requests so far.
func (x *script[R]) Calls() []R {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]R(nil), x.calls...)
}

// next notes a request and takes its reply; an empty one when the script is at its end.
func (x *script[R]) next(call R) (r Reply) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls = append(x.calls, call)
	if len(x.replies) > 0 {
		r, x.replies = x.replies[0], x.replies[1:]
	}
	return r
}

const faultMark = "fault:"

// Text is an ai.Text that follows a script and then answers like the demo writer.
type Text struct{ script[ai.TextRequest] }

// Write implements ai.Text.
func (x *Text) Write(ctx context.Context, r ai.TextRequest) (ai.Answer, error) {
	reply := x.next(r)
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
type Painter struct{ script[ai.ImageRequest] }

// Draw implements ai.Image.
func (x *Painter) Draw(ctx context.Context, r ai.ImageRequest) (ai.Answer, error) {
	reply := x.next(r)
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
