package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const chatParams = "messages model frequency_penalty logprobs max_completion_tokens max_tokens n presence_penalty prompt_cache_key safety_identifier seed store temperature top_logprobs top_p parallel_tool_calls user audio logit_bias metadata modalities moderation prompt_cache_retention prompt_cache_options reasoning_effort service_tier stop stream stream_options verbosity function_call functions prediction response_format tool_choice tools web_search_options"

func openaiChat(c *rq) *reply {
	m, bad := c.chatModel("chat")
	msgs, _ := c.body["messages"].([]any)
	if bad = first(bad, c.unknown(chatParams), c.missing("messages")); bad != nil {
		return bad
	}
	if len(msgs) == 0 {
		return openaiError(400, "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array")
	}
	answered := false
	for i, x := range msgs {
		role := fmt.Sprint(x.(obj)["role"])
		if !slices.Contains(strings.Fields("system developer user assistant tool function"), role) {
			return openaiError(400, fmt.Sprintf("Invalid value: '%s'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", role), fmt.Sprintf("messages[%d].role", i), "invalid_value")
		}
		answered = answered || role == "tool"
	}
	if m.reasons && c.body["max_tokens"] != nil {
		return openaiError(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter")
	}
	j := job{m: m, prompt: flat(msgs), limit: int(num(c.body["max_completion_tokens"], num(c.body["max_tokens"], 0))), reason: effort(m, c.body["reasoning_effort"])}
	format, _ := c.body["response_format"].(obj)
	switch format["type"] {
	case "json_schema":
		f, _ := format["json_schema"].(obj)
		if bad := checkFormat(f, "response_format.json_schema"); bad != nil {
			return bad
		}
		j.schema, _ = f["schema"].(obj)
	case "json_object":
		if j.json = true; !strings.Contains(strings.ToLower(j.prompt), "json") {
			return openaiError(400, "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages", nil)
		}
	}
	tools, _ := c.body["tools"].([]any)
	if name, schema := forcedTool(tools, c.body["tool_choice"], answered); schema != nil {
		j.tool, j.schema = name, schema
	}
	r := c.run(j)
	in := tokens(j.prompt) + 4*len(msgs)
	hit := c.cached(m.id, j.prompt)
	c.charge(m, in, hit, 0, r.out)
	msg := obj{"role": "assistant", "content": r.text, "refusal": nil, "annotations": []any{}}
	finish := r.finish
	switch {
	case finish == "refusal":
		msg["content"], msg["refusal"], finish = nil, r.text, "stop"
	case j.tool != "":
		msg["content"], finish = nil, "tool_calls"
		msg["tool_calls"] = []any{obj{"id": c.s.newID("call_"), "type": "function", "function": obj{"name": j.tool, "arguments": r.text}}}
	}
	usage := obj{"prompt_tokens": in, "completion_tokens": r.out, "total_tokens": in + r.out, "prompt_tokens_details": obj{"cached_tokens": hit, "audio_tokens": 0},
		"completion_tokens_details": obj{"reasoning_tokens": j.reason, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}}
	id, now := c.s.newID("chatcmpl-"), time.Now().Unix()
	if c.body["stream"] != true {
		return jsonReply(200, obj{"id": id, "object": "chat.completion", "created": now, "model": m.id, "service_tier": "default", "system_fingerprint": "fp_aiwire", "usage": usage,
			"choices": []any{obj{"index": 0, "message": msg, "logprobs": nil, "finish_reason": finish}}})
	}
	rep := &reply{status: 200}
	send := func(v obj) { b := enc(v); rep.events = append(rep.events, event{data: string(b)}) }
	chunk := func(delta obj, fin any) {
		send(obj{"id": id, "object": "chat.completion.chunk", "created": now, "model": m.id, "service_tier": "default", "system_fingerprint": "fp_aiwire", "choices": []any{obj{"index": 0, "delta": delta, "logprobs": nil, "finish_reason": fin}}})
	}
	chunk(obj{"role": "assistant", "content": "", "refusal": nil}, nil)
	for i, p := range pieces(r.text) {
		switch {
		case j.tool != "":
			f := obj{"index": 0, "function": obj{"arguments": p}}
			if i == 0 {
				f = obj{"index": 0, "id": c.s.newID("call_"), "type": "function", "function": obj{"name": j.tool, "arguments": p}}
			}
			chunk(obj{"tool_calls": []any{f}}, nil)
		case r.finish == "refusal":
			chunk(obj{"refusal": p}, nil)
		default:
			chunk(obj{"content": p}, nil)
		}
	}
	chunk(obj{}, finish)
	if o, _ := c.body["stream_options"].(obj); o["include_usage"] == true {
		send(obj{"id": id, "object": "chat.completion.chunk", "created": now, "model": m.id, "choices": []any{}, "usage": usage})
	}
	if c.faulty("stream_error") {
		rep.events = append(rep.events[:len(rep.events)/2], event{data: `{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}`})
	}
	rep.events = append(rep.events, event{data: "[DONE]"})
	return rep
}

// faulty is asked where a fault takes effect, so that a yes makes it a hit.
func (c *rq) faulty(kind string) bool {
	yes := c.fault != nil && c.fault.Kind == kind
	c.struck = c.struck || yes
	return yes
}

// pieces cuts a text into stream deltas of about 40 bytes, never inside a character.
func pieces(s string) (out []string) {
	cur := ""
	for _, f := range strings.SplitAfter(s, " ") {
		if cur += f; len(cur) >= 40 {
			out, cur = append(out, cur), ""
		}
	}
	return append(out, cur)
}
