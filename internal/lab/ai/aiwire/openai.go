package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func openaiError(status int, msg, param string, code any) *reply {
	e := obj{"message": msg, "type": "invalid_request_error", "param": nil, "code": code}
	if param != "" {
		e["param"] = param
	}
	return jsonReply(status, obj{"error": e})
}

// unknown refuses parameters that the real endpoint does not know.
func (c *rq) unknown(allowed string) *reply {
	keys := make([]string, 0, len(c.body))
	for k := range c.body {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if !slices.Contains(strings.Fields(allowed), k) {
			return openaiError(400, "Unknown parameter: '"+k+"'.", k, "unknown_parameter")
		}
	}
	return nil
}

func (c *rq) missing(names ...string) *reply {
	for _, n := range names {
		if c.body[n] == nil {
			return openaiError(400, "Missing required parameter: '"+n+"'.", n, "missing_required_parameter")
		}
	}
	return nil
}

func first(checks ...*reply) *reply {
	for _, r := range checks {
		if r != nil {
			return r
		}
	}
	return nil
}

// chatModel finds a text model; the two text endpoints refuse an unknown one differently.
func (c *rq) chatModel(kinds ...string) (modelInfo, *reply) {
	id, ok := c.body["model"].(string)
	if !ok || id == "" {
		return modelInfo{}, openaiError(400, "you must provide a model parameter", "", nil)
	}
	m, ok := c.findModel(id, kinds...)
	switch {
	case !ok && m.retired:
		return m, openaiError(404, "The model `"+id+"` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations", "", "model_not_found")
	case !ok && c.route == "/v1/responses":
		return m, openaiError(400, "The requested model '"+id+"' does not exist.", "model", "model_not_found")
	case !ok:
		return m, openaiError(404, "The model `"+id+"` does not exist or you do not have access to it.", "", "model_not_found")
	}
	if t, ok := c.body["temperature"].(float64); ok {
		if m.reasons && c.route == "/v1/responses" {
			return m, openaiError(400, "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", nil)
		}
		if m.reasons && t != 1 {
			return m, openaiError(400, "Unsupported value: 'temperature' does not support "+strconv.FormatFloat(t, 'g', -1, 64)+" with this model. Only the default (1) value is supported.", "temperature", "unsupported_value")
		}
		if t < 0 || t > 2 {
			return m, openaiError(400, fmt.Sprintf("Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got %g instead.", t), "temperature", "decimal_above_max_value")
		}
	}
	return m, nil
}

var reName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// checkFormat validates a json_schema output format by the rules of strict mode.
func checkFormat(f obj, param string) *reply {
	name, _ := f["name"].(string)
	schema, ok := f["schema"].(obj)
	if !reName.MatchString(name) {
		return openaiError(400, "Missing required parameter: '"+param+".name'.", param+".name", "missing_required_parameter")
	}
	if !ok {
		return openaiError(400, "Missing required parameter: '"+param+".schema'.", param+".schema", "missing_required_parameter")
	}
	if f["strict"] != true {
		return nil
	}
	rule := func(s obj, path []string) string {
		for _, k := range []string{"allOf", "not", "if", "then", "else", "oneOf", "patternProperties", "dependentRequired", "dependentSchemas", "default"} {
			if s[k] != nil {
				return "'" + k + "' is not permitted."
			}
		}
		if f, ok := s["format"].(string); ok && !slices.Contains(strings.Fields("date-time time date duration email hostname ipv4 ipv6 uuid"), f) {
			return "'" + f + "' is not a valid format."
		}
		if len(path) == 0 && !isType(s, "object") {
			return fmt.Sprintf("schema must be a JSON Schema of 'type: \"object\"', got 'type: %q'.", fmt.Sprint(s["type"]))
		}
		if len(path) == 0 && s["anyOf"] != nil {
			return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
		}
		if isType(s, "array") && s["items"] == nil {
			return "array schema missing items."
		}
		if !isType(s, "object") {
			if s["type"] == nil && s["$ref"] == nil && s["anyOf"] == nil && s["enum"] == nil && s["const"] == nil {
				return "schema must have a 'type' key."
			}
			return ""
		}
		if s["additionalProperties"] != false {
			return "'additionalProperties' is required to be supplied and to be false."
		}
		req, _ := s["required"].([]any)
		props, _ := s["properties"].(obj)
		for _, k := range sortedKeys(props) {
			if !slices.Contains(req, any(k)) {
				return "'required' is required to be supplied and to be an array including every key in properties. Missing '" + k + "'."
			}
		}
		for _, k := range req {
			if _, ok := props[fmt.Sprint(k)]; !ok {
				return fmt.Sprintf("'required' is required to be supplied and to be an array including every key in properties. Extra required key '%v' supplied.", k)
			}
		}
		return ""
	}
	if msg, path := checkSchema(schema, nil, rule); msg != "" {
		for i := range path {
			path[i] = "'" + path[i] + "'"
		}
		ctx := strings.Join(path, ", ")
		if len(path) == 1 {
			ctx += ","
		}
		full := fmt.Sprintf("Invalid schema for response_format '%s': In context=(%s), %s", name, ctx, msg)
		if strings.HasPrefix(param, "text") {
			return openaiError(400, full, param+".schema", "invalid_json_schema")
		}
		return openaiError(400, full, "response_format", nil)
	}
	return nil
}

func sortedKeys(m obj) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// flat joins all text of a message list or input, whatever its shape.
func flat(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b strings.Builder
		for _, x := range v {
			b.WriteString(flat(x) + "\n")
		}
		return b.String()
	case obj:
		return flat(cmpOr(v["content"], cmpOr(v["text"], cmpOr(v["output"], any("")))))
	}
	return ""
}
