package main

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// count decides how many items a list gets: what the prompt says, within the schema's limits.
func (w *writer) count(lo, hi, def int) int {
	if m := reCount.FindStringSubmatch(w.prompt); m != nil && w.depth <= 2 {
		def, _ = strconv.Atoi(m[1])
	}
	return min(max(def, lo), hi)
}

// value produces a value valid under a JSON schema; name is the property it fills.
func (w *writer) value(s obj, name string) any {
	w.depth++
	defer func() { w.depth-- }()
	for ref, ok := s["$ref"].(string); ok; ref, ok = s["$ref"].(string) {
		var cur any = w.root
		for _, p := range strings.Split(strings.TrimPrefix(strings.TrimPrefix(ref, "#"), "/"), "/") {
			if m, ok := cur.(obj); ok && p != "" {
				cur = m[p]
			}
		}
		s, _ = cur.(obj)
	}
	if v, ok := s["const"]; ok {
		return v
	}
	if e, ok := s["enum"].([]any); ok && len(e) > 0 {
		return e[w.r.n(len(e))]
	}
	for _, k := range []string{"anyOf", "oneOf", "allOf"} {
		if alts, ok := s[k].([]any); ok && len(alts) > 0 {
			for _, a := range alts {
				m, _ := a.(obj)
				if isNull := m["type"] == "null"; isNull == (w.depth > 8) || len(alts) == 1 {
					return w.value(m, name)
				}
			}
			return w.value(alts[0].(obj), name)
		}
	}
	typ, _ := s["type"].(string)
	if ts, ok := s["type"].([]any); ok {
		for _, t := range ts {
			if t != "null" {
				typ, _ = t.(string)
				break
			}
		}
	}
	id := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(name), "_", ""), "-", "")
	switch typ {
	case "array":
		return w.array(s, id, name)
	case "object", "":
		out := obj{}
		props, _ := s["properties"].(obj)
		names := make([]string, 0, len(props))
		for k := range props {
			names = append(names, k)
		}
		slices.Sort(names)
		base := w.r.next() // title and slug share their randomness, so that they agree
		for _, k := range names {
			if ps, ok := props[k].(obj); ok {
				sub, seed := *w, base
				if low := strings.ToLower(k); !strings.Contains(low, "title") && !strings.Contains(low, "slug") {
					seed ^= hash(k)
				}
				sub.r = newRNG(seed)
				out[k] = sub.value(ps, k)
			}
		}
		return out
	case "boolean":
		return w.r.n(2) == 0
	case "null":
		return nil
	case "number", "integer":
		return w.number(s, id, typ == "integer")
	}
	return w.str(s, id)
}

func (w *writer) array(s obj, id, name string) any {
	lo, hi := int(num(s["minItems"], 0)), int(num(s["maxItems"], 1<<30))
	items, _ := s["items"].(obj)
	res := items
	if ref, ok := items["$ref"].(string); ok {
		if parts := strings.Split(ref, "/"); len(parts) == 3 {
			if defs, ok := w.root[parts[1]].(obj); ok {
				res, _ = defs[parts[2]].(obj)
			}
		}
	}
	props, _ := res["properties"].(obj)
	out := []any{}
	switch {
	case strings.Contains(id, "keyword") && props == nil: // the keywords themselves, or their ids
		for _, k := range w.kws[:min(len(w.kws), hi)] {
			switch {
			case res["type"] == "integer":
				n, _ := strconv.Atoi(k.id)
				out = append(out, n)
			case strings.HasSuffix(id, "ids") && k.id != "":
				out = append(out, k.id)
			default:
				out = append(out, k.text)
			}
		}
	case w.depth > 10:
	case props != nil && (strings.Contains(id, "cluster") || strings.Contains(id, "group") || hasLike(props, "keyword", "array")) && !strings.Contains(id, "idea"):
		n := w.count(0, hi, 0)
		for _, g := range w.clusters(max(lo, n), cmpOr(min(n, hi), min(hi, max(2, len(w.kws)/3)))) {
			sub := *w
			sub.kws = g
			out = append(out, sub.value(items, name))
		}
	case props != nil:
		n := w.count(max(lo, 1), hi, min(max(len(w.kws), 3), 10))
		for i := range n {
			sub := *w
			sub.kws = append([]keyword{w.kws[i%len(w.kws)]}, w.kws[:min(2, len(w.kws)-1)]...)
			out = append(out, sub.value(items, name))
		}
	default:
		for range w.count(lo, hi, 3) {
			out = append(out, w.value(items, name))
		}
	}
	for len(out) < lo {
		out = append(out, w.value(items, name))
	}
	return out
}

func hasLike(props obj, part, typ string) bool {
	for k, v := range props {
		m, _ := v.(obj)
		if strings.Contains(strings.ToLower(k), part) && m["type"] == typ {
			return true
		}
	}
	return false
}

func num(v any, def float64) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	return def
}

func (w *writer) number(s obj, id string, integer bool) any {
	lo, hi := num(s["minimum"], num(s["exclusiveMinimum"], -1)+1), num(s["maximum"], num(s["exclusiveMaximum"], 101)-1)
	v := lo + w.r.float()*(hi-lo)
	switch {
	case strings.Contains(id, "word"):
		v = float64(w.words)
	case s["maximum"] == nil && (strings.Contains(id, "confidence") || strings.Contains(id, "similarity")):
		v = 0.5 + w.r.float()/2
	}
	v = min(max(v, lo), max(hi, v*b2f(s["maximum"] == nil)))
	if m := num(s["multipleOf"], 0); m > 0 {
		return math.Floor(v/m) * m
	}
	if integer {
		return int(math.Round(v))
	}
	return math.Round(v*1000) / 1000
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (w *writer) str(s obj, id string) string {
	has := func(p ...string) bool {
		return slices.ContainsFunc(p, func(x string) bool { return strings.Contains(id, x) })
	}
	t := ""
	switch f, _ := s["format"].(string); {
	case f == "date-time":
		return "2026-01-15T09:30:00Z"
	case f == "date":
		return "2026-01-15"
	case f == "email":
		return "editor@example.com"
	case f == "uuid":
		return "6f1d2c3b-4a59-4e68-8b7a-0c1d2e3f4a5b"
	case has("imageprompt") || id == "prompt":
		t = w.imagePrompt()
	case has("alttext") || id == "alt":
		t = "Picture of " + w.main()
	case has("slug"):
		t = strings.Trim(reTag.ReplaceAllString(strings.ToLower(w.title()), "-"), "-")
	case has("description", "summary", "excerpt", "reason", "rationale", "angle", "brief", "caption", "purpose"):
		t = w.sentence()
	case has("title", "headline", "h1"):
		t = w.title()
	case has("html", "content", "body", "article", "markdown", "text") && !has("type"):
		t = w.article()
	case has("keyword"):
		t = w.main()
	case has("heading", "section", "outline"):
		t = w.heading()
	case has("intent"):
		t = w.r.pick("informational", "commercial", "transactional", "navigational")
	case has("url", "link"):
		t = "https://example.com/" + strings.Trim(reTag.ReplaceAllString(strings.ToLower(w.main()), "-"), "-")
	case has("lang", "locale"):
		t = "en"
	case has("question"):
		t = "What should I know about " + w.kw() + "?"
	case has("id") && w.kws[0].id != "":
		t = w.kws[0].id
	case has("name", "label", "topic", "theme", "category", "cluster", "tag"):
		t = title(w.main())
	case has("type"):
		t = "guide"
	default:
		t = w.sentence()
	}
	if lim := int(num(s["maxLength"], 1<<30)); len(t) > lim {
		t = t[:lim]
		if i := strings.LastIndexByte(t, ' '); i > lim/2 {
			t = t[:i]
		}
		t = strings.TrimRight(t, " ,;-")
	}
	for len(t) < int(num(s["minLength"], 0)) {
		t += " " + w.sentence()
	}
	return t
}
