package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const responseParams = "background instructions max_output_tokens max_tool_calls parallel_tool_calls previous_response_id prompt_cache_key safety_identifier store temperature top_logprobs top_p user context_management conversation include metadata moderation prompt prompt_cache_retention prompt_cache_options service_tier stream stream_options truncation access_programs input model reasoning text tool_choice tools"

type storedResponse struct {
	body  obj
	ready time.Time
}

func openaiResponses(c *rq) *reply {
	m, bad := c.chatModel("chat")
	if bad = first(bad, c.unknown(responseParams), c.missing("input")); bad != nil {
		return bad
	}
	answered := false
	if items, ok := c.body["input"].([]any); ok {
		for i, x := range items {
			it, _ := x.(obj)
			answered = answered || it["type"] == "function_call_output"
			if role, ok := it["role"].(string); ok && !slices.Contains(strings.Fields("system developer user assistant"), role) {
				return openaiError(400, "Invalid value: '"+role+"'. Supported values are: 'assistant', 'system', 'developer', and 'user'.", fmt.Sprintf("input[%d].role", i), "invalid_value")
			}
			if parts, ok := it["content"].([]any); ok {
				for k, p := range parts {
					if pm, _ := p.(obj); pm["type"] == "text" {
						return openaiError(400, "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'.", fmt.Sprintf("input[%d].content[%d]", i, k), "invalid_value")
					}
				}
			}
		}
	}
	if n, ok := c.body["max_output_tokens"].(float64); ok && n < 16 {
		return openaiError(400, fmt.Sprintf("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got %g instead.", n), "max_output_tokens", "integer_below_min_value")
	}
	instr, _ := c.body["instructions"].(string)
	reasoning, _ := c.body["reasoning"].(obj)
	j := job{m: m, prompt: instr + "\n" + flat(c.body["input"]), limit: int(num(c.body["max_output_tokens"], 0)), reason: effort(m, reasoning["effort"])}
	text, _ := c.body["text"].(obj)
	format, _ := text["format"].(obj)
	switch format["type"] {
	case "json_schema":
		if format["strict"] == nil { // the Responses API is strict unless told otherwise
			format["strict"] = true
		}
		if bad := checkFormat(format, "text.format"); bad != nil {
			return bad
		}
		j.schema, _ = format["schema"].(obj)
	case "json_object":
		if j.json = true; !strings.Contains(strings.ToLower(flat(c.body["input"])), "json") {
			return openaiError(400, "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", "input", nil)
		}
	case nil:
		format = obj{"type": "text"}
	}
	tools, _ := c.body["tools"].([]any)
	if name, schema := forcedTool(tools, c.body["tool_choice"], answered); schema != nil {
		j.tool, j.schema = name, schema
	}
	r := c.run(j)
	in, hit := tokens(j.prompt)+8, c.cached(m.id, j.prompt)
	c.charge(m, in, hit, 0, r.out)
	part := obj{"type": "output_text", "text": r.text, "annotations": []any{}, "logprobs": []any{}}
	item := obj{"id": c.s.newID("msg_"), "type": "message", "role": "assistant", "status": "completed", "content": []any{part}}
	status, incomplete := "completed", any(nil)
	switch {
	case r.finish == "length":
		status, incomplete, item["status"] = "incomplete", obj{"reason": "max_output_tokens"}, "incomplete"
	case r.finish == "content_filter":
		status, incomplete, item["status"] = "incomplete", obj{"reason": "content_filter"}, "incomplete"
	case r.finish == "refusal":
		part = obj{"type": "refusal", "refusal": r.text}
		item["content"] = []any{part}
	case j.tool != "":
		item = obj{"id": c.s.newID("fc_"), "type": "function_call", "status": "completed", "call_id": c.s.newID("call_"), "name": j.tool, "arguments": r.text}
	}
	output := []any{item}
	if m.reasons {
		output = []any{obj{"id": c.s.newID("rs_"), "type": "reasoning", "summary": []any{}}, item}
	}
	now := time.Now().Unix()
	val := func(k string, def any) any { return cmpOr(c.body[k], def) }
	body := obj{"id": c.s.newID("resp_"), "object": "response", "created_at": now, "completed_at": now, "status": status, "background": c.body["background"] == true, "error": nil, "incomplete_details": incomplete,
		"instructions": c.body["instructions"], "max_output_tokens": c.body["max_output_tokens"], "max_tool_calls": nil, "model": m.id, "output": output, "parallel_tool_calls": true,
		"previous_response_id": c.body["previous_response_id"], "reasoning": obj{"effort": reasoning["effort"], "summary": nil}, "service_tier": "default", "store": c.body["store"] != false, "temperature": val("temperature", 1.0),
		"text": obj{"format": format, "verbosity": "medium"}, "tool_choice": "auto", "tools": append([]any{}, tools...), "top_logprobs": 0, "top_p": val("top_p", 1.0), "truncation": "disabled", "user": nil, "metadata": obj{},
		"usage": obj{"input_tokens": in, "input_tokens_details": obj{"cached_tokens": hit, "cache_write_tokens": 0}, "output_tokens": r.out, "output_tokens_details": obj{"reasoning_tokens": j.reason}, "total_tokens": in + r.out}}
	if md, ok := c.body["metadata"].(obj); ok {
		body["metadata"] = md
	}
	id := body["id"].(string)
	if c.body["store"] != false {
		c.s.mu.Lock()
		c.s.stored[id] = &storedResponse{body, time.Now().Add(time.Duration(c.s.cfg.BatchMs) * time.Millisecond)}
		c.s.mu.Unlock()
	}
	if c.body["background"] == true && c.body["stream"] != true {
		return jsonReply(200, pending(body, "queued"))
	}
	if c.body["stream"] != true {
		return jsonReply(200, body)
	}
	rep, seq := &reply{status: 200}, 0
	send := func(name string, v obj) {
		v["type"], v["sequence_number"] = name, seq
		seq++
		b := enc(v)
		rep.events = append(rep.events, event{name, string(b)})
	}
	send("response.created", obj{"response": pending(body, "in_progress")})
	send("response.in_progress", obj{"response": pending(body, "in_progress")})
	for i, o := range output {
		it, at := o.(obj), obj{}
		base := func(more obj) obj {
			v := obj{"output_index": i, "item_id": it["id"]}
			for k, x := range more {
				v[k] = x
			}
			return v
		}
		for k, v := range it {
			at[k] = v
		}
		at["status"] = "in_progress"
		switch it["type"] {
		case "function_call":
			at["arguments"] = ""
			send("response.output_item.added", obj{"output_index": i, "item": at})
			for _, p := range pieces(r.text) {
				send("response.function_call_arguments.delta", base(obj{"delta": p}))
			}
			send("response.function_call_arguments.done", base(obj{"arguments": r.text, "name": j.tool}))
		case "message":
			at["content"] = []any{}
			kind, field, empty := "output_text", "text", obj{"type": "output_text", "text": "", "annotations": []any{}, "logprobs": []any{}}
			if r.finish == "refusal" {
				kind, field, empty = "refusal", "refusal", obj{"type": "refusal", "refusal": ""}
			}
			send("response.output_item.added", obj{"output_index": i, "item": at})
			send("response.content_part.added", base(obj{"content_index": 0, "part": empty}))
			for _, p := range pieces(r.text) {
				send("response."+kind+".delta", base(obj{"content_index": 0, "delta": p, "logprobs": []any{}}))
			}
			send("response."+kind+".done", base(obj{"content_index": 0, field: r.text, "logprobs": []any{}}))
			send("response.content_part.done", base(obj{"content_index": 0, "part": part}))
		default:
			send("response.output_item.added", obj{"output_index": i, "item": it})
		}
		send("response.output_item.done", obj{"output_index": i, "item": it})
	}
	if c.faulty("stream_error") {
		rep.events = rep.events[:len(rep.events)/2]
		send("error", obj{"code": "server_error", "message": "The server had an error while processing your request. Sorry about that!", "param": nil})
		return rep
	}
	send("response."+status, obj{"response": body})
	return rep
}

// pending is a response before its output exists.
func pending(body obj, status string) obj {
	out := obj{}
	for k, v := range body {
		out[k] = v
	}
	out["status"], out["output"], out["usage"], out["completed_at"], out["incomplete_details"] = status, []any{}, nil, nil, nil
	return out
}

func openaiGetResponse(c *rq) *reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	r := c.s.stored[c.PathValue("id")]
	switch {
	case r == nil:
		return openaiError(404, "Response with id '"+c.PathValue("id")+"' not found.", "", nil)
	case r.body["background"] == true && time.Now().Before(r.ready):
		return jsonReply(200, pending(r.body, "in_progress"))
	}
	return jsonReply(200, r.body)
}
