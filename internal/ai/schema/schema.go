// Package schema checks a document against the schema that its request named. It stands
// apart from package ai so that only those who read answers link a schema compiler.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
)

// Check takes the text of a model and gives the document in it. A document inside a fence
// (```json) is taken out of it. Errors are Invalid with codes bad_json and schema, cause
// provider; a schema that is wrong itself is Internal bad_schema. Safe to repeat.
func Check(s ai.Schema, text string) (json.RawMessage, error) {
	doc := []byte(unfence(text))
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return nil, errs.New(errs.Invalid, "bad_json", "the model's answer is no JSON document; trying again often helps").Because(errs.Provider).With(err)
	}
	if len(s.JSON) == 0 {
		return doc, nil
	}
	form, err := compiled(s)
	if err != nil {
		return nil, errs.New(errs.Internal, "bad_schema", "").Because(errs.Ours).With(fmt.Errorf("schema %s: %w", s.Name, err))
	}
	if err := form.Validate(v); err != nil {
		return nil, errs.New(errs.Invalid, "schema", "the model's answer does not have the form asked for: "+first(err)).Because(errs.Provider).With(err)
	}
	return doc, nil
}

// kept are compiled schemas by their text: the product has a handful.
var kept struct {
	sync.Mutex
	byText map[string]*jsonschema.Schema
}

// maxKept bounds them all the same.
const maxKept = 64

func compiled(s ai.Schema) (*jsonschema.Schema, error) {
	kept.Lock()
	defer kept.Unlock()
	if c := kept.byText[string(s.JSON)]; c != nil {
		return c, nil
	}
	c, err := compile(s)
	if err != nil {
		return nil, err
	}
	if kept.byText == nil || len(kept.byText) >= maxKept {
		kept.byText = map[string]*jsonschema.Schema{}
	}
	kept.byText[string(s.JSON)] = c
	return c, nil
}

func compile(s ai.Schema) (*jsonschema.Schema, error) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.JSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(nothing{}) // a schema never makes us open a file or an address
	if err := c.AddResource("answer.json", v); err != nil {
		return nil, err
	}
	return c.Compile("answer.json")
}

type nothing struct{}

// Load refuses every address.
func (nothing) Load(url string) (any, error) { return nil, fmt.Errorf("%s is not loaded", url) }

// first tells the place and the reason of the first thing that is wrong.
func first(err error) string {
	var v *jsonschema.ValidationError
	if !errors.As(err, &v) {
		return err.Error()
	}
	for len(v.Causes) > 0 {
		v = v.Causes[0]
	}
	text := v.Error()
	if i := strings.LastIndex(text, "\n- "); i >= 0 {
		text = text[i+3:]
	}
	return text
}

// unfence takes a document out of the fence that some models put around it.
func unfence(text string) string {
	text = strings.TrimSpace(text)
	rest, ok := strings.CutPrefix(text, "```")
	if !ok {
		return text
	}
	body, ok := strings.CutSuffix(rest, "```")
	if !ok {
		return text
	}
	if line := strings.IndexByte(body, '\n'); line >= 0 && !strings.ContainsAny(body[:line], "{[") {
		body = body[line:]
	}
	return strings.TrimSpace(body)
}
