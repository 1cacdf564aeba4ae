// Package ask is how the writing stages ask a model for a document: the brief that goes
// into a prompt, one call, one repair, and never a cut-off or faulty text in return.
package ask

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
)

// BriefLine stands above the brief in a prompt; the JSON object after it is the machine-readable
// half of what the sentences around it ask for.
const BriefLine = "Brief (JSON):"

// Prompt puts sentences and a brief together: what is asked, BriefLine, the object.
func Prompt(words string, brief any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(brief); err != nil { // briefs are plain structs of texts and numbers
		panic("ask: a brief that is no JSON: " + err.Error())
	}
	return words + "\n\n" + BriefLine + "\n" + b.String()
}

// input is the hash of all that decides the answer to r: model, words, schema, limit.
func input(r ai.TextRequest) string {
	limit, _ := json.Marshal(r.MaxTokens)
	return id.Hash("inp", r.Model, r.Instructions, r.Prompt, r.Schema.Name, string(r.Schema.JSON), string(limit))
}

// most is the most that a request for a text takes of an operation: the tokens of its words,
// about three letters each, and of the longest answer that it allows. use has units and words.
func most(l credit.List, op credit.Operation, r ai.TextRequest, use credit.Use) credit.Amount {
	use.Tokens = int64(len(r.Instructions)+len(r.Prompt)+len(r.Schema.JSON))/3 + r.MaxTokens
	return l.Price(op, use)
}

// Job makes j, which names an item, the job that asks for a text about it: its queue, its
// provider, and what it costs at most. request gives the request by what is chosen. The job's
// input is that of the usual request: a prompt that is changed while jobs wait must not make
// other jobs of them, which would buy what is answered already.
func (c Chosen) Job(j automation.JobSpec, request func(Chosen) ai.TextRequest, l credit.List, op credit.Operation, use credit.Use) automation.JobSpec {
	r := request(c)
	j.Queue, j.Provider = queue.AI, c.Model.Provider
	j.Input, j.Share, j.Most = input(request(c.usual())), most(l, op, r, use), ai.MostText(r)
	return j
}

// Clip is a text of an answer without the space around it, at most n characters.
func Clip(s string, n int) string {
	r := []rune(strings.TrimSpace(s))
	return strings.TrimSpace(string(r[:min(len(r), n)]))
}

// Doc is a document that passed all checks, and what its answer used.
type Doc struct {
	JSON  json.RawMessage
	Usage ai.Usage
}

// Tokens are those of the answer, in and out.
func (d Doc) Tokens() int64 { return d.Usage.TokensIn + d.Usage.TokensOut }

// Demo tells whether the demo writer made it.
func (d Doc) Demo() bool { return d.Usage.Provider == ai.ProviderDemo }

// Document asks once for a document and, when the answer is no JSON, breaks the schema, does
// not pass check or was cut off, asks once more with the fault named. check may be nil; its
// Invalid errors count as schema faults. Both answers are stored by w under "answer" and
// "repair", so a repeat buys neither again. Errors are those of ai.Text, with cause provider
// for an answer that stayed unusable.
func Document(ctx context.Context, w *automation.Work, text ai.Text, r ai.TextRequest, check func(json.RawMessage) error) (Doc, error) {
	r.Key = w.Job.ID + ".answer"
	doc, fault := attempt(ctx, w, "answer", text, r, check)
	if fault == nil {
		return doc, nil
	}
	if !repairable(fault) {
		return Doc{}, fault
	}
	w.Mending(fault)
	doc, fault = attempt(ctx, w, "repair", text, repair(w, r, errs.Of(fault)), check)
	if fault == nil {
		return doc, nil
	}
	if !repairable(fault) {
		return Doc{}, fault
	}
	e := *errs.Of(fault)
	e.Message = "the model's answer could not be used, also not after a second try: " + e.Message + "; try again or choose another model"
	return Doc{}, e.Because(errs.Provider)
}

func attempt(ctx context.Context, w *automation.Work, name string, text ai.Text, r ai.TextRequest, check func(json.RawMessage) error) (Doc, error) {
	a, err := w.Once(ctx, name, ai.MostText(r), func(ctx context.Context) (ai.Answer, error) { return text.Write(ctx, r) })
	if err != nil {
		return Doc{}, err
	}
	doc, err := text.Read(r, a)
	if err != nil {
		return Doc{}, err
	}
	if check != nil {
		if err := check(doc); err != nil {
			return Doc{}, err
		}
	}
	return Doc{JSON: doc, Usage: a.Usage}, nil
}

// repairable tells whether asking again can help. A refusal stays one.
func repairable(err error) bool {
	e := errs.Of(err)
	if e.Kind != errs.Invalid {
		return false
	}
	return e.Code == "bad_json" || e.Code == "schema" || e.Code == "cut_off"
}

// repair is the second request: the same question, the fault named. A cut-off text is asked
// for without our own limit, and shorter.
func repair(w *automation.Work, r ai.TextRequest, fault *errs.Error) ai.TextRequest {
	r.Key = w.Job.ID + ".repair"
	switch fault.Code {
	case "cut_off":
		r.MaxTokens = 0
		r.Instructions += "\n\nYour former answer was cut off before its end. Write more tightly, so that the whole document fits into one answer."
	case "bad_json":
		r.Instructions += "\n\nYour former answer was not valid JSON. Answer with one JSON object and nothing around it."
	default:
		r.Instructions += "\n\nYour former answer did not fit what was asked: " + fault.Message + ". Answer again in full and mend that."
	}
	return r
}

// Fault is the error of a check: the document breaks a rule that the schema can't say.
func Fault(message string) error {
	return errs.New(errs.Invalid, "schema", message).Because(errs.Provider)
}
