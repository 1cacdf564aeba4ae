package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

func openaiEmbeddings(c *rq) *reply {
	m, bad := c.chatModel("embed")
	if bad = first(bad, c.unknown("input model dimensions encoding_format user"), c.missing("input")); bad != nil {
		return bad
	}
	inputs, _ := c.body["input"].([]any)
	if s, ok := c.body["input"].(string); ok {
		inputs = []any{s}
	}
	if len(inputs) == 0 {
		return openaiError(400, "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.", "input", "empty_array")
	}
	if _, ok := inputs[0].(float64); ok { // one text as an array of tokens
		inputs = []any{inputs}
	}
	if len(inputs) > 2048 {
		return openaiError(400, fmt.Sprintf("Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length %d instead.", len(inputs)), "input", "array_above_max_length")
	}
	dims := int(num(c.body["dimensions"], float64(m.maxOut)))
	format, isText := c.body["encoding_format"].(string)
	switch {
	case c.body["dimensions"] != nil && m.id == "text-embedding-ada-002":
		return openaiError(400, "This model does not support specifying dimensions.", "", nil)
	case dims < 1 || dims > m.maxOut:
		return openaiError(400, fmt.Sprintf("Invalid value for 'dimensions' = %d. Must be less than or equal to %d.", dims, m.maxOut), "dimensions", nil)
	case c.body["encoding_format"] != nil && (!isText || format != "float" && format != "base64"):
		return openaiError(400, fmt.Sprintf("Invalid value: '%v'. Supported values are: 'float' and 'base64'.", c.body["encoding_format"]), "encoding_format", "invalid_value")
	}
	data, in := []any{}, 0
	for i, v := range inputs {
		text, ok := v.(string)
		ids, _ := v.([]any)
		count := max(tokens(text), len(ids))
		if !ok {
			text = fmt.Sprint(ids)
			ok = !slices.ContainsFunc(ids, func(x any) bool { _, isNum := x.(float64); return !isNum })
		}
		if !ok || count == 0 {
			return openaiError(400, "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", nil)
		}
		in += count
		vec := embed(text, dims)
		var e any = vec
		if format == "base64" {
			raw := make([]byte, 4*dims)
			for k, f := range vec {
				binary.LittleEndian.PutUint32(raw[4*k:], math.Float32bits(f))
			}
			e = base64.StdEncoding.EncodeToString(raw)
		}
		data = append(data, obj{"object": "embedding", "index": i, "embedding": e})
	}
	c.charge(m, in, 0, 0, 0)
	return jsonReply(200, obj{"object": "list", "data": data, "model": m.id, "usage": obj{"prompt_tokens": in, "total_tokens": in}})
}

// embed is a hashed bag of words and letter triples: similar phrases get similar vectors.
func embed(text string, dims int) []float32 {
	v := make([]float32, dims)
	add := func(tok string, weight float32) {
		r := newRNG(hash(tok))
		for i := range v {
			v[i] += weight * float32(r.float()-.5)
		}
	}
	for _, w := range strings.Fields(strings.ToLower(text)) {
		if len(strings.Fields(text)) <= 60 {
			for i := 0; i+3 <= len(w); i++ {
				add(w[i:i+3], .35)
			}
		}
		if stop[w] {
			add(w, .2)
		} else {
			add(strings.TrimSuffix(w, "s"), 1)
		}
	}
	if strings.TrimSpace(text) == "" {
		add(text, 1)
	}
	sum := 0.0
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(max(sum, 1e-12)))
	}
	return v
}
