package main

import (
	"strings"
)

func openaiModerations(c *rq) *reply {
	if bad := first(c.unknown("input model"), c.missing("input")); bad != nil {
		return bad
	}
	id := cmpOr(c.modelOf(), "omni-moderation-latest")
	if _, ok := c.findModel(id, "moderation"); !ok {
		return openaiError(404, "The model `"+id+"` does not exist or you do not have access to it.", "", "model_not_found")
	}
	inputs, _ := c.body["input"].([]any)
	if s, ok := c.body["input"].(string); ok {
		inputs = []any{s}
	}
	results := []any{}
	for _, in := range inputs {
		text := strings.ToLower(flat(in))
		cats, scores, applied, flagged := obj{}, obj{}, obj{}, false
		for _, k := range strings.Fields("harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm self-harm/instructions self-harm/intent sexual sexual/minors violence violence/graphic") {
			hit := k == "violence" && (strings.Contains(text, "[[flag]]") || c.faulty("content_filter"))
			cats[k], scores[k], applied[k] = hit, .0001+.98*b2f(hit), []string{"text"}
			flagged = flagged || hit
		}
		results = append(results, obj{"flagged": flagged, "categories": cats, "category_scores": scores, "category_applied_input_types": applied})
	}
	return jsonReply(200, obj{"id": c.s.newID("modr-"), "model": id, "results": results})
}

func openaiModels(c *rq) *reply {
	list := []any{}
	for _, m := range models {
		if m.provider != "openai" || m.retired && !c.s.config().AllowRetired {
			continue
		}
		o := obj{"id": m.id, "object": "model", "created": 1750000000, "owned_by": "openai"}
		if m.id == c.PathValue("id") {
			return jsonReply(200, o)
		}
		list = append(list, o)
	}
	if id := c.PathValue("id"); id != "" {
		return openaiError(404, "The model '"+id+"' does not exist", "model", "model_not_found")
	}
	return jsonReply(200, obj{"object": "list", "data": list})
}
