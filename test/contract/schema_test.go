package contract_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/httpapi"
)

// schemas are those of the document that the code gives now, whatever docs/openapi.json says.
type schemas struct {
	doc      anything
	compiler *jsonschema.Compiler
	made     map[string]*jsonschema.Schema
}

func newSchemas(t testing.TB) *schemas {
	t.Helper()
	text := need(httpapi.Spec(api.Operations(api.Deps{}), api.About()))(t)
	doc := need(jsonschema.UnmarshalJSON(bytes.NewReader(text)))(t)
	s := &schemas{doc: doc.(anything), compiler: jsonschema.NewCompiler(), made: map[string]*jsonschema.Schema{}} //nolint:forcetypeassert // it is an object
	s.compiler.AssertFormat()
	if err := s.compiler.AddResource("file:///openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return s
}

// part goes down the document: part(doc, "a", "b").
func part(v any, path ...string) any {
	for _, p := range path {
		m, _ := v.(anything)
		v = m[p]
	}
	return v
}

// check holds an answer against the schema of its operation and status.
func (s *schemas) check(spec httpapi.RouteSpec, status int, body []byte) error {
	answer := part(s.doc, "paths", spec.Path, strings.ToLower(spec.Method), "responses", strconv.Itoa(status))
	if shared, ok := part(answer, "$ref").(string); ok {
		answer = part(s.doc, "components", "responses", strings.TrimPrefix(shared, "#/components/responses/"))
	}
	ref, ok := part(answer, "content", "application/json", "schema", "$ref").(string)
	if !ok {
		return fmt.Errorf("the document has no schema for the status %d of %s", status, spec.ID)
	}
	schema := s.made[ref]
	if schema == nil {
		var err error
		if schema, err = s.compiler.Compile("file:///openapi.json" + ref); err != nil {
			return err
		}
		s.made[ref] = schema
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(v)
}
