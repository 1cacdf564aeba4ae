package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// job is one piece of text to generate.
type job struct {
	m      modelInfo
	prompt string
	schema obj
	json   bool
	limit  int    // output tokens, 0 = the model's own
	tool   string // a tool call instead of text
	reason int    // reasoning tokens
}

type result struct {
	text, finish string // finish: stop, length, refusal, content_filter
	out          int    // tokens including reasoning
}

const refusal = "I'm sorry, but I can't assist with that request."

// run generates the text of a job and lets faults spoil it.
func (c *rq) run(j job) result {
	w := newWriter(hash(fmt.Sprint(c.s.config().Seed), j.m.id, j.prompt), j.prompt, j.schema)
	r := result{finish: "stop"}
	within := func(r result) result { // what the output limit leaves
		limit := cmpOr(j.limit, cmpOr(j.m.maxOut, 4096))
		if j.reason+tokens(r.text) > limit {
			r.text, r.finish = strings.ToValidUTF8(r.text[:max(0, min(len(r.text), (limit-j.reason)*4))], ""), "length"
		}
		r.out = min(limit, j.reason+tokens(r.text))
		return r
	}
	if j.schema != nil {
		b := enc(w.value(j.schema, ""))
		r.text = string(b)
	} else {
		r.text = w.free(j.json)
	}
	good := within(r)
	if c.fault == nil {
		return good
	}
	switch c.fault.Kind {
	case "reply":
		r.text = c.fault.Text
	case "bad_json":
		r.text = "Here is the JSON you asked for:\n```json\n" + r.text[:len(r.text)*2/3]
	case "schema_invalid":
		var v obj
		if json.Unmarshal([]byte(r.text), &v) == nil && len(v) > 0 {
			delete(v, sortedKeys(v)[0])
			v["unexpected"] = []int{1}
			b := enc(v)
			r.text = string(b)
		} else {
			r.text = `{"unexpected":[1]}`
		}
	case "refusal":
		r.text, r.finish = refusal, "refusal"
	case "content_filter":
		r.text, r.finish = r.text[:len(r.text)/3], "content_filter"
	case "max_tokens":
		r.text, r.finish = r.text[:len(r.text)/2], "length"
	}
	r = within(r)
	c.struck = c.struck || r != good
	return r
}

// cached counts the prompt tokens that the provider has seen before: 1024 or more, in steps of 128.
func (c *rq) cached(model, prompt string) (n int) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for k := 1024; k*4 <= len(prompt); k += 128 {
		h := hash(model, prompt[:k*4])
		if c.s.prefixes[h] {
			n = k
		}
		c.s.prefixes[h] = true
	}
	return n
}

func effort(m modelInfo, v any) int {
	if !m.reasons {
		return 0
	}
	return map[any]int{"none": 0, "minimal": 0, "low": 64, "high": 512, "xhigh": 1024}[v] + 192*b2i(v == nil || v == "medium")
}

// forcedTool picks the function that the request makes the model call: the named one, or
// the first one as long as no tool result has come back.
func forcedTool(tools []any, choice any, answered bool) (string, obj) {
	if len(tools) == 0 || choice == "none" || (answered && (choice == nil || choice == "auto")) {
		return "", nil
	}
	want := ""
	if m, ok := choice.(obj); ok {
		want, _ = m["name"].(string)
		if f, ok := m["function"].(obj); ok {
			want, _ = f["name"].(string)
		}
	}
	for _, t := range tools {
		f, _ := t.(obj)
		if g, ok := f["function"].(obj); ok {
			f = g
		}
		name, _ := f["name"].(string)
		for _, k := range []string{"parameters", "input_schema"} {
			if p, ok := f[k].(obj); ok && (want == "" || want == name) {
				return name, p
			}
		}
	}
	return "", nil
}
