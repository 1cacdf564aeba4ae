package main

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

const moderated = "Your request was flagged by our content moderation system, as a result your request was denied and you were not charged."

func openaiImages(c *rq) *reply {
	const allowed = "prompt model n size quality background output_format output_compression moderation user safety_identifier stream partial_images complexity frame_count frame_duration_ms"
	id, _ := c.body["model"].(string)
	m, ok := c.findModel(id, "image")
	if !ok {
		if id == "" {
			return openaiError(400, "you must provide a model parameter", "", nil)
		}
		return openaiError(404, "The model `"+id+"` does not exist or you do not have access to it.", "model", "model_not_found")
	}
	if bad := first(c.unknown(allowed), c.missing("prompt")); bad != nil {
		return bad
	}
	oneOf := func(name, def string, allowed ...string) (string, *reply) {
		v, ok := c.body[name].(string)
		if c.body[name] == nil {
			return def, nil
		}
		if !ok || !slices.Contains(allowed, v) {
			return "", openaiError(400, fmt.Sprintf("Invalid value: '%v'. Supported values are: '%s', and '%s'.", c.body[name], strings.Join(allowed[:len(allowed)-1], "', '"), allowed[len(allowed)-1]), name, "invalid_value")
		}
		return v, nil
	}
	format, b1 := oneOf("output_format", "png", "png", "jpeg", "webp")
	quality, b2 := oneOf("quality", "auto", "low", "medium", "high", "auto")
	_, b3 := oneOf("background", "auto", "transparent", "opaque", "auto")
	size, b4 := "1024x1024", (*reply)(nil)
	w, h := 0, 0
	if s, ok := c.body["size"].(string); ok && s != "auto" {
		size = s
		fmt.Sscanf(s, "%dx%d", &w, &h)
		if !(strings.Contains(m.id, "gpt-image-2") && w%16 == 0 && h%16 == 0 && w*h >= 655360 && w <= 3840 && h <= 3840 && w*h <= 3840*2160 && w <= 3*h && h <= 3*w) {
			size, b4 = oneOf("size", "", "1024x1024", "1024x1536", "1536x1024", "auto")
		}
	}
	n := int(num(c.body["n"], 1))
	prompt, _ := c.body["prompt"].(string)
	bad := first(b1, b2, b3, b4)
	switch {
	case bad != nil:
		return bad
	case n < 1 || n > 10:
		return openaiError(400, fmt.Sprintf("Invalid 'n': integer above maximum value. Expected a value <= 10, but got %d instead.", n), "n", "integer_above_max_value")
	case prompt == "" || len(prompt) > 32000:
		return openaiError(400, "Invalid 'prompt': string too long or empty. Expected between 1 and 32000 characters.", "prompt", "string_above_max_length")
	case c.faulty("content_filter") || c.faulty("refusal"):
		return jsonReply(400, obj{"error": obj{"message": "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID " + c.id + ". safety_violations=[violence].", "type": "image_generation_user_error", "param": nil, "code": "moderation_blocked"}})
	}
	fmt.Sscanf(size, "%dx%d", &w, &h)
	if quality == "auto" {
		quality = "high"
	}
	out := n * map[string]int{"low": 272, "medium": 1056, "high": 4160}[quality] * max(w*h, 1<<20) / (1 << 20)
	data := []any{}
	for i := range n {
		if img, _ := c.draw(w, h, format, hash(prompt, fmt.Sprint(i))); img != nil {
			data = append(data, obj{"b64_json": base64.StdEncoding.EncodeToString(img)})
		}
	}
	in := tokens(prompt)
	c.charge(m, in, 0, 0, out)
	c.call.Images = n
	return jsonReply(200, obj{"created": time.Now().Unix(), "data": data, "background": "opaque", "output_format": format, "quality": quality, "size": size,
		"usage": obj{"input_tokens": in, "output_tokens": out, "total_tokens": in + out, "input_tokens_details": obj{"text_tokens": in, "image_tokens": 0}, "output_tokens_details": obj{"image_tokens": out, "text_tokens": 0}}})
}
