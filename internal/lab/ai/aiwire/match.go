package main

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"io"
	"strings"
)

// idempotencyKey finds the name by which the caller would recognise this piece of work.
func (c *rq) idempotencyKey() string {
	for _, h := range []string{"Idempotency-Key", "X-Client-Request-Id", "Stability-Client-User-Id"} {
		if v := c.Header.Get(h); v != "" {
			return v
		}
	}
	var b struct {
		Metadata map[string]any `json:"metadata"`
		User     string         `json:"user"`
	}
	if json.Unmarshal(c.raw, &b) == nil {
		for _, k := range []string{"idempotency_key", "user_id"} {
			if v, ok := b.Metadata[k].(string); ok {
				return v
			}
		}
		if b.User != "" {
			return b.User
		}
	}
	if c.call.BodySHA != "" && c.Method == "POST" {
		return "body:" + c.call.BodySHA
	}
	return ""
}

// pickFault finds the first fault that can act on the request. It becomes a hit in settle.
func (s *server) pickFault(c *rq) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(c.URL.Path, "/"+c.provider)
	for _, f := range s.faults {
		if !routeMatches(f.Route, c.route) && (c.route == "unknown" || !routeMatches(f.Route, path)) || (f.Match != "" && !bytes.Contains(c.raw, []byte(f.Match))) || !c.meets(f) {
			continue
		}
		f.seen++
		if f.seen <= f.Skip || (f.Times > 0 && f.Hits+f.held >= f.Times) {
			continue
		}
		if f.P > 0 && newRNG(s.cfg.Seed+uint64(c.call.Seq)*7919).float() >= f.P {
			continue
		}
		f.held++
		cp := *f
		cp.from = f
		return &cp
	}
	return nil
}

// settle ends a fault's claim on a request: it is a hit only if it has changed the reply.
func (c *rq) settle(wait bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if wait || c.fault == nil || c.fault.from == nil {
		return
	}
	c.fault.from.held--
	if c.struck {
		c.fault.from.Hits++
		c.call.Fault = c.fault.Kind
	}
	c.fault.from = nil
}

func routeMatches(pattern, route string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == "" || pattern == route || (wild && strings.HasPrefix(route, prefix))
}

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		io.WriteString(h, p)
		h.Write([]byte{0})
	}
	return h.Sum64()
}
