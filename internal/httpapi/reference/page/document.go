package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// document is what the page shows.
type document struct {
	Title, Version, Description string
	Groups                      []group
	Codes                       []code
	Records                     []record
}

type group struct {
	Name, Description string
	Operations        []operation
}

type operation struct {
	ID, Method, Path, Summary, Description string
	Key, Match                             bool
	Params                                 []field
	Body                                   []field
	BodyOf                                 string
	Calls                                  []call
	Answer                                 string // the record of a success
	Status                                 string
	Errors                                 []failure
	Words                                  string // what the search looks through
}

type field struct {
	Name, In, Type, Of, Description string
	Required                        bool
}

type call struct{ Name, Summary, Request, Body, Status, Answer string }

type failure struct {
	Status string
	Codes  []string
}

type code struct{ Name, Status, Means string }

type record struct {
	Name   string
	Fields []field
}

// The parts of an OpenAPI document that are shown.
type (
	apiDoc struct {
		Info  struct{ Title, Version, Description string }
		Tags  []struct{ Name, Description string }
		Paths map[string]map[string]apiOp
		Comps struct {
			Schemas   map[string]schema
			Responses map[string]response
		} `json:"components"`
	}
	apiOp struct {
		ID          string `json:"operationId"`
		Summary     string
		Description string
		Tags        []string
		Parameters  []struct {
			Name, In, Description string
			Required              bool
			Schema                schema
		}
		Body      *response `json:"requestBody"`
		Responses map[string]response
	}
	response struct {
		Ref         string `json:"$ref"`
		Description string
		Codes       []string `json:"x-codes"`
		Content     map[string]struct {
			Schema   schema
			Examples map[string]example
		}
	}
	example struct {
		Summary string
		Request string          `json:"x-request"`
		Refused json.RawMessage `json:"x-request-body"`
		Status  int             `json:"x-status"`
		Value   json.RawMessage
	}
	schema struct {
		Ref         string `json:"$ref"`
		Type        any
		Format      string
		Description string
		Enum        []any
		Items       *schema
		AnyOf       []schema `json:"anyOf"`
		Properties  map[string]schema
		Required    []string
	}
)

func read(text []byte) (*document, error) {
	var d apiDoc
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	out := &document{Title: d.Info.Title, Version: d.Info.Version, Description: d.Info.Description, Codes: d.codes()}
	for _, t := range d.Tags {
		g := group{Name: t.Name, Description: t.Description}
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			for _, method := range []string{"get", "post", "put", "patch", "delete"} {
				if op, ok := d.Paths[path][method]; ok && slices.Contains(op.Tags, t.Name) {
					g.Operations = append(g.Operations, d.operation(strings.ToUpper(method), path, op))
				}
			}
		}
		out.Groups = append(out.Groups, g)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Comps.Schemas)) {
		if s := d.Comps.Schemas[name]; !slices.ContainsFunc([]string{"Reply", "Page", "Request"}, func(end string) bool { return strings.HasSuffix(name, end) }) {
			out.Records = append(out.Records, record{name, fields(s)})
		}
	}
	return out, nil
}

func (d *apiDoc) operation(method, path string, op apiOp) operation {
	o := operation{ID: op.ID, Method: method, Path: path, Summary: op.Summary, Description: op.Description,
		Words: strings.ToLower(strings.Join([]string{method, path, op.ID, op.Summary, op.Description}, " "))}
	for _, p := range op.Parameters {
		o.Key, o.Match = o.Key || p.Name == "Idempotency-Key", o.Match || p.Name == "If-Match"
		o.Params = append(o.Params, field{p.Name, p.In, p.Schema.name(), p.Schema.of(), p.Description, p.Required})
	}
	if op.Body != nil {
		s := op.Body.Content["application/json"].Schema
		if o.BodyOf = s.of(); o.BodyOf != "" {
			s = d.Comps.Schemas[o.BodyOf]
		}
		o.Body = fields(s)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		if status < "300" {
			o.Status, o.Answer = status, d.carried(r)
		}
		o.Calls = append(o.Calls, d.calls(op, method, path, status, r)...)
		if r.Ref != "" {
			r = d.shared(r)
		}
		if len(r.Codes) > 0 {
			o.Errors = append(o.Errors, failure{status, r.Codes})
		}
	}
	return o
}

func (d *apiDoc) shared(r response) response {
	return d.Comps.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
}

// calls are the examples of an answer; of one that operations share, those of this one.
func (d *apiDoc) calls(op apiOp, method, path, status string, r response) []call {
	if r.Ref != "" {
		r = d.shared(r)
	}
	own := regexp.MustCompile("^" + method + " " + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`) + `(\?|$)`)
	examples := r.Content["application/json"].Examples
	var out []call
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		x := examples[name]
		if !own.MatchString(x.Request) {
			continue
		}
		name = strings.TrimPrefix(name, op.ID+".")
		c := call{Name: name, Summary: x.Summary, Request: x.Request, Status: status, Answer: indented(x.Value)}
		if c.Body = indented(x.Refused); c.Body == "" && op.Body != nil {
			c.Body = indented(op.Body.Content["application/json"].Examples[name].Value)
		}
		out = append(out, c)
	}
	return out
}

// carried is the record within the envelope of an answer.
func (d *apiDoc) carried(r response) string {
	s := d.Comps.Schemas[r.Content["application/json"].Schema.of()]
	for _, name := range []string{"data", "results"} {
		if p, ok := s.Properties[name]; ok {
			return p.of()
		}
	}
	return ""
}

// codes are all that some operation names, each once.
func (d *apiDoc) codes() []code {
	var out []code
	for name, r := range d.Comps.Responses {
		status, _, _ := strings.Cut(name, ".")
		for i, line := range strings.Split(r.Description, "\n\n") {
			_, means, _ := strings.Cut(line, ": ")
			if i < len(r.Codes) {
				out = append(out, code{r.Codes[i], status, means})
			}
		}
	}
	slices.SortFunc(out, func(a, b code) int {
		return strings.Compare(a.Status+a.Name, b.Status+b.Name)
	})
	return slices.Compact(out)
}

func fields(s schema) []field {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, field{name, "", p.name(), p.of(), p.Description, slices.Contains(s.Required, name)})
	}
	return out
}

// of is the record that a schema refers to.
func (s schema) of() string {
	switch {
	case s.Ref != "":
		return strings.TrimPrefix(s.Ref, "#/components/schemas/")
	case s.Items != nil:
		return s.Items.of()
	case len(s.AnyOf) > 0:
		return s.AnyOf[0].of()
	}
	return ""
}

// name is a schema's type in words.
func (s schema) name() string {
	switch {
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			if words[i] = fmt.Sprint(e); e == "" {
				words[i] = "empty"
			}
		}
		return strings.Join(words, " | ")
	case s.Items != nil:
		return "list of " + s.Items.name()
	case len(s.AnyOf) > 0:
		return s.AnyOf[0].name() + " or null"
	case s.Ref != "":
		return s.of()
	}
	if list, ok := s.Type.([]any); ok && len(list) == 2 {
		return fmt.Sprint(list[0], " or ", list[1])
	}
	if s.Type == nil {
		return "any"
	}
	if s.Format == "date-time" {
		return "time"
	}
	return fmt.Sprint(s.Type)
}

func indented(raw json.RawMessage) string {
	var out bytes.Buffer
	if len(raw) == 0 || json.Indent(&out, raw, "", "  ") != nil {
		return ""
	}
	return out.String()
}

var (
	ticks = regexp.MustCompile("`([^`]+)`")
	stars = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose writes paragraphs with `code` and **bold** as HTML; everything else is escaped.
func prose(text string) template.HTML {
	var b strings.Builder
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		p = ticks.ReplaceAllString(html.EscapeString(p), "<code>$1</code>")
		b.WriteString("<p>" + stars.ReplaceAllString(p, "<strong>$1</strong>") + "</p>\n")
	}
	return template.HTML(b.String()) //nolint:gosec // escaped above
}
