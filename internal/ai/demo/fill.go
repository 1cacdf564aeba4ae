package demo

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type object = map[string]any

// fill makes a document for any strict schema: a field that the brief has under the same
// name is taken from it, another is filled by its type.
func (p *pen) fill(schema, brief json.RawMessage) (any, error) {
	var root, given object
	if len(schema) == 0 {
		return object{"text": p.sentence()}, nil
	}
	if err := json.Unmarshal(schema, &root); err != nil {
		return nil, fmt.Errorf("the schema is no JSON object: %w", err)
	}
	_ = json.Unmarshal(brief, &given)
	f := filler{p, root, given}
	return f.value(root, "", 0), nil
}

type filler struct {
	*pen
	root, given object
}

func (f filler) value(s object, name string, depth int) any {
	if ref, ok := s["$ref"].(string); ok {
		if at, ok := f.resolve(ref); ok && depth < 12 {
			return f.value(at, name, depth+1)
		}
	}
	if c, ok := s["const"]; ok {
		return c
	}
	if list, ok := s["enum"].([]any); ok && len(list) > 0 {
		if slices.Contains(list, f.given[name]) {
			return f.given[name]
		}
		return list[0]
	}
	if list, ok := s["anyOf"].([]any); ok && len(list) > 0 {
		first, _ := list[0].(object)
		return f.value(first, name, depth+1)
	}
	switch kind := typeOf(s); kind {
	case "object":
		out := object{}
		props, _ := s["properties"].(object)
		for _, k := range slices.Sorted(maps.Keys(props)) {
			sub, _ := props[k].(object)
			out[k] = f.value(sub, k, depth+1)
		}
		return out
	case "array":
		return f.array(s, name, depth)
	case "integer", "number":
		return f.number(s, name)
	case "boolean":
		b, _ := f.given[name].(bool)
		return b
	case "null":
		return nil
	}
	return f.text(s, name)
}

func (f filler) resolve(ref string) (object, bool) {
	at := f.root
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(ref, "#"), "/"), "/") {
		if part == "" {
			continue
		}
		next, ok := at[part].(object)
		if !ok {
			return nil, false
		}
		at = next
	}
	return at, true
}

func typeOf(s object) string {
	switch t := s["type"].(type) {
	case string:
		return t
	case []any:
		kind, _ := t[0].(string)
		return kind
	}
	if s["properties"] != nil {
		return "object"
	}
	return "string"
}

func (f filler) array(s object, name string, depth int) any {
	items, _ := s["items"].(object)
	if typeOf(items) == "string" && items["enum"] == nil {
		if list, ok := f.given[name].([]any); ok && !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(string); return !ok }) {
			return list
		}
		if strings.Contains(name, "keyword") {
			return f.Keywords
		}
	}
	n := min(max(f.Count, 2), 20)
	if depth > 8 { // a schema that holds itself has to end somewhere
		n = 0
	}
	n = max(n, int(number(s["minItems"], 0)))
	n = min(n, int(number(s["maxItems"], 1<<20)))
	out := []any{}
	for range n {
		out = append(out, f.value(items, name, depth+1))
	}
	return out
}

func (f filler) number(s object, name string) any {
	v := number(f.given[name], 1)
	v = max(v, number(s["minimum"], v))
	v = min(v, number(s["maximum"], v))
	if typeOf(s) == "integer" {
		return int64(v)
	}
	return v
}

func number(v any, def float64) float64 {
	if n, ok := v.(float64); ok {
		return n
	}
	return def
}

func (f filler) text(s object, name string) string {
	v, ok := f.given[name].(string)
	switch {
	case ok && strings.Contains(name, "title"):
		v = labelled(v)
	case ok:
	case strings.Contains(name, "html"):
		v = f.article(f.Title)
	case strings.Contains(name, "keyword"):
		v = f.PrimaryKeyword
	case strings.Contains(name, "title"), strings.Contains(name, "name"):
		v = labelled(capitals(f.PrimaryKeyword))
	default:
		v = label + f.sentence()
	}
	if limit := int(number(s["maxLength"], 0)); limit > 0 {
		v = clip(v, limit)
	}
	return v
}
