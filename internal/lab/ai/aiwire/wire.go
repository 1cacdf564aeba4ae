package main

import (
	"fmt"
	"net/http"
	"time"
)

// send writes the reply, honouring the faults that act on the wire.
func (c *rq) send(w http.ResponseWriter, rep *reply) {
	c.standardHeaders(w.Header())
	for k, v := range rep.header {
		w.Header().Set(k, v)
	}
	kind, limit, delay := "", -1, time.Duration(0)
	if !c.later && c.struck {
		kind = c.fault.Kind
		delay = time.Duration(c.fault.ChunkMs) * time.Millisecond
	}
	chunks := rep.chunks()
	if kind == "truncate_body" {
		chunks = cut(chunks, max(1, c.fault.Bytes))
	}
	if rep.events != nil {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	} else {
		w.Header().Set("Content-Type", rep.ctype)
		body := chunks[0]
		if kind != "drop" && kind != "slow_stream" {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		}
		for chunks = nil; len(body) > 4096 && kind == "slow_stream"; {
			chunks, body = append(chunks, body[:4096]), body[4096:]
		}
		chunks = append(chunks, body)
	}
	if kind == "drop" {
		limit = c.fault.Bytes
	}
	w.WriteHeader(rep.status)
	sent := 0
	for _, b := range chunks {
		if limit >= 0 && sent+len(b) > limit {
			w.Write(b[:limit-sent])
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler) // cuts the connection
		}
		if _, err := w.Write(b); err != nil {
			c.call.ClientGone = true
			return
		}
		sent += len(b)
		if rep.events != nil || delay > 0 {
			http.NewResponseController(w).Flush()
			time.Sleep(delay)
		}
	}
}

// chunks is the reply in the pieces in which it is sent.
func (rep *reply) chunks() (out [][]byte) {
	if rep.events == nil {
		return [][]byte{rep.body}
	}
	for _, e := range rep.events {
		b := []byte("data: " + e.data + "\n\n")
		if e.name != "" {
			b = append([]byte("event: "+e.name+"\n"), b...)
		}
		out = append(out, b)
	}
	return out
}

// cut keeps the first n bytes.
func cut(chunks [][]byte, n int) (out [][]byte) {
	for _, b := range chunks {
		b = b[:min(len(b), n)]
		out, n = append(out, b), n-len(b)
	}
	return out
}

// onWire tells whether the fault will show in how the reply is sent.
func (c *rq) onWire(rep *reply) bool {
	size := 0
	for _, b := range rep.chunks() {
		size += len(b)
	}
	switch c.fault.Kind {
	case "hold", "hang", "slow_stream": // the latter two are picked only with a delay
		return true
	case "drop":
		return c.fault.Bytes >= 0 && size > c.fault.Bytes
	case "truncate_body":
		return size > max(1, c.fault.Bytes)
	}
	return false
}
