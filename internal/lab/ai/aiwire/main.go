// Command aiwire is a local stand-in for the OpenAI, Anthropic and Stability AI
// HTTP APIs. It speaks their wire protocols, answers deterministically, injects
// faults on request and keeps a ledger of what every call would have cost.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

type obj = map[string]any

// config can be changed at run time through PUT /_control/config.
type config struct {
	Seed         uint64            `json:"seed"`
	Keys         map[string]string `json:"keys"`           // provider -> accepted key
	BatchMs      int               `json:"batch_ms"`       // how long a batch or a background response takes
	AllowRetired bool              `json:"allow_retired"`  // serve models that the provider has shut down
	Credits      float64           `json:"credits"`        // Stability balance
	TokensPerSec float64           `json:"tokens_per_sec"` // extra latency of a completion; 0 = none
	KeepBodies   bool              `json:"keep_bodies"`
}

// call is one request as received, with what it cost.
type call struct {
	Seq        int       `json:"seq"`
	At         time.Time `json:"at"`
	Provider   string    `json:"provider"`
	Method     string    `json:"method"`
	Route      string    `json:"route"`
	Model      string    `json:"model,omitempty"`
	Key        string    `json:"key,omitempty"` // the caller's idempotency key, or body:<sha>
	BodySHA    string    `json:"body_sha,omitempty"`
	Body       string    `json:"body,omitempty"`
	Retry      string    `json:"sdk_retry,omitempty"` // X-Stainless-Retry-Count
	UserAgent  string    `json:"user_agent,omitempty"`
	Status     int       `json:"status"`
	Fault      string    `json:"fault,omitempty"`
	In         int       `json:"in_tokens"`
	Cached     int       `json:"cached_tokens"`
	CacheWrite int       `json:"cache_write_tokens"`
	Out        int       `json:"out_tokens"`
	Images     int       `json:"images"`
	USD        float64   `json:"usd"`
	Batch      bool      `json:"batch,omitempty"`
	ClientGone bool      `json:"client_gone,omitempty"`
	Ms         int64     `json:"ms"`
}

// fault changes what happens to matching requests. See README for the kinds.
type fault struct {
	Route      string  `json:"route"` // exact, prefix ending in *, or empty for all
	Match      string  `json:"match"` // substring of the request body
	Kind       string  `json:"kind"`
	Skip       int     `json:"skip"`  // let this many matching requests pass first
	Times      int     `json:"times"` // then hit this many; 0 = for ever
	P          float64 `json:"p"`     // hit with this probability (seeded); 0 = always
	RetryAfter float64 `json:"retry_after"`
	Seconds    float64 `json:"seconds"`
	Bytes      int     `json:"bytes"`
	ChunkMs    int     `json:"chunk_ms"`
	Text       string  `json:"text"`
	Status     int     `json:"status"` // no_retry_after: 429 (default) or 529
	Hits       int     `json:"hits"`   // replies that it has changed
	seen       int
	held       int           // requests that may yet become hits
	from       *fault        // in a request's copy: the fault itself, until the outcome is known
	gone       chan struct{} // closed when the fault is cleared
}

type latency struct {
	Route string  `json:"route"`
	Kind  string  `json:"kind"` // fixed, uniform, lognormal
	Ms    float64 `json:"ms"`   // fixed value, lower bound, or median
	Ms2   float64 `json:"ms2"`  // upper bound, or 99th percentile
}

type server struct {
	mu       sync.Mutex
	cfg      config
	calls    []*call
	faults   []*fault
	lat      []latency
	files    map[string]*file
	batches  map[string]*batch
	abatches map[string]*abatch
	stored   map[string]*storedResponse
	prefixes map[uint64]bool
	ids      int
	gen      int // counts resets, so that work begun before one does not leak past it
}

// rq is one request on its way through a handler.
type rq struct {
	*http.Request
	s        *server
	provider string
	route    string
	raw      []byte
	body     obj
	call     *call
	fault    *fault
	struck   bool // the fault has changed the answer
	later    bool // a batch: that is known only when it ends
	id       string
}

// reply is a finished answer: a body, or a list of server-sent events.
type reply struct {
	status int
	ctype  string
	body   []byte
	header map[string]string
	events []event
}

type event struct {
	name string
	data string
}

// enc writes JSON the way the providers do: without escaping <, > and &.
func enc(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n")
}

func jsonReply(status int, v any) *reply {
	return &reply{status: status, ctype: "application/json", body: enc(v)}
}

func newServer(cfg config) *server {
	s := &server{cfg: cfg}
	s.reset()
	return s
}

func (s *server) reset() {
	s.clearFaults()
	s.calls, s.lat, s.ids = nil, nil, 0
	s.files, s.batches, s.abatches = map[string]*file{}, map[string]*batch{}, map[string]*abatch{}
	s.stored, s.prefixes = map[string]*storedResponse{}, map[uint64]bool{}
	s.gen++
}

// clearFaults lets go of the answers that a fault holds.
func (s *server) clearFaults() {
	for _, f := range s.faults {
		close(f.gone)
	}
	s.faults = nil
}

// newID returns a unique identifier that looks like the provider's.
func (s *server) newID(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	h := sha256.Sum256(fmt.Appendf(nil, "%d/%d/%s", s.cfg.Seed, s.ids, prefix))
	return prefix + hex.EncodeToString(h[:16])
}

func (s *server) config() config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg
}

// routes builds the whole API. Every path also works below /openai, /anthropic
// and /stability, so that one port can serve three distinct base URLs.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	handle := func(provider string, h func(*rq) *reply, patterns ...string) {
		for _, p := range patterns {
			method, path, _ := strings.Cut(p, " ")
			mux.HandleFunc(method+" /"+provider+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, provider, path, h) })
		}
	}
	handle("openai", openaiResponses, "POST /v1/responses")
	handle("openai", openaiGetResponse, "GET /v1/responses/{id}")
	handle("openai", openaiChat, "POST /v1/chat/completions")
	handle("openai", openaiEmbeddings, "POST /v1/embeddings")
	handle("openai", openaiImages, "POST /v1/images/generations")
	handle("openai", openaiModerations, "POST /v1/moderations")
	handle("openai", openaiModels, "GET /v1/models", "GET /v1/models/{id}")
	handle("openai", openaiFiles, "GET /v1/files", "POST /v1/files", "GET /v1/files/{id}", "DELETE /v1/files/{id}", "GET /v1/files/{id}/content")
	handle("openai", openaiBatches, "GET /v1/batches", "POST /v1/batches", "GET /v1/batches/{id}", "POST /v1/batches/{id}/cancel")
	handle("anthropic", anthropicMessages, "POST /v1/messages")
	handle("anthropic", anthropicCount, "POST /v1/messages/count_tokens")
	handle("anthropic", anthropicBatches, "GET /v1/messages/batches", "POST /v1/messages/batches", "GET /v1/messages/batches/{id}",
		"GET /v1/messages/batches/{id}/results", "POST /v1/messages/batches/{id}/cancel", "DELETE /v1/messages/batches/{id}")
	handle("anthropic", anthropicModels, "GET /v1/models", "GET /v1/models/{id}")
	handle("stability", stabilityGenerate, "POST /v2beta/stable-image/generate/{model}")
	handle("stability", stabilityBalance, "GET /v1/user/balance")
	s.control(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.URL.Path
		switch {
		case strings.HasPrefix(p, "/_control"), strings.HasPrefix(p, "/openai/"), strings.HasPrefix(p, "/anthropic/"), strings.HasPrefix(p, "/stability/"):
		case strings.HasPrefix(p, "/v2beta/"), strings.HasPrefix(p, "/v1/user/"):
			r.URL.Path = "/stability" + p
		case strings.HasPrefix(p, "/v1/messages"), r.Header.Get("anthropic-version") != "", r.Header.Get("x-api-key") != "":
			r.URL.Path = "/anthropic" + p
		default:
			r.URL.Path = "/openai" + p
		}
		if _, pattern := mux.Handler(r); pattern == "" {
			provider, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			s.serve(w, r, provider, "unknown", func(c *rq) *reply { return c.notFound() })
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// serve is the life of every provider call: record, authenticate, inject, answer, wait, send.
func (s *server) serve(w http.ResponseWriter, r *http.Request, provider, route string, h func(*rq) *reply) {
	start := time.Now()
	raw, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	c := &rq{Request: r, s: s, provider: provider, route: route, raw: raw}
	c.id = s.newID(map[string]string{"openai": "req_", "anthropic": "req_01", "stability": ""}[provider])
	c.call = &call{At: start, Provider: provider, Method: r.Method, Route: route, UserAgent: r.UserAgent(), Retry: r.Header.Get("X-Stainless-Retry-Count")}
	s.mu.Lock()
	cfg := s.cfg
	c.call.Seq = len(s.calls) + 1
	s.calls = append(s.calls, c.call)
	s.mu.Unlock()
	if len(raw) > 0 {
		sum := sha256.Sum256(raw)
		c.call.BodySHA = hex.EncodeToString(sum[:8])
		if cfg.KeepBodies && len(raw) < 1<<20 {
			c.call.Body = string(raw)
		}
	}
	c.call.Key = c.idempotencyKey()
	var parseErr error
	if r.Method == "POST" && len(raw) > 0 && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		parseErr = json.Unmarshal(raw, &c.body)
	}
	rep := c.authenticate(cfg.Keys[provider])
	if rep == nil && err == nil {
		if c.fault = s.pickFault(c); c.fault != nil {
			defer func() { c.settle(c.later) }() // should the handler panic
			rep = c.failure(c.fault)
			c.struck = rep != nil
		}
	}
	if rep == nil && parseErr != nil {
		rep = c.badJSON()
	}
	if rep == nil {
		rep = h(c)
	}
	if !c.later && c.fault != nil {
		c.struck = c.struck || c.onWire(rep)
	}
	c.settle(c.later)
	wait := s.sampleLatency(route, c.call.Seq)
	if cfg.TokensPerSec > 0 {
		wait += time.Duration(float64(c.call.Out) / cfg.TokensPerSec * float64(time.Second))
	}
	if c.fault != nil && c.fault.Kind == "hang" {
		wait += time.Duration(c.fault.Seconds * float64(time.Second))
	}
	done := time.After(wait)
	var gone chan struct{}
	if c.fault != nil && c.fault.Kind == "hold" {
		done, gone = nil, c.fault.gone
	}
	select {
	case <-done:
	case <-gone:
	case <-r.Context().Done(): // the caller gave up; the provider has done and charged the work all the same
		c.call.ClientGone = true
	}
	s.mu.Lock()
	c.call.Status, c.call.Ms = rep.status, time.Since(start).Milliseconds()
	s.mu.Unlock()
	if !c.call.ClientGone {
		c.send(w, rep)
	}
}

func main() {
	addr := flag.String("addr", "127.0.0.1:7100", "listen address")
	seed := flag.Uint64("seed", 1, "seed of all generated content")
	batchMs := flag.Int("batch-ms", 200, "time a batch takes")
	bodies := flag.Bool("bodies", true, "keep request bodies for /_control/requests")
	guard := flag.Bool("until-eof", false, "end when standard input ends, so that a test that dies leaves nothing behind")
	flag.Parse()
	keys := map[string]string{}
	for _, p := range []string{"openai", "anthropic", "stability"} {
		keys[p] = "sk-aiwire-" + p
		if v := os.Getenv("AIWIRE_KEY_" + strings.ToUpper(p)); v != "" {
			keys[p] = v
		}
	}
	s := newServer(config{Seed: *seed, Keys: keys, BatchMs: *batchMs, Credits: 1000, KeepBodies: *bodies})
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("aiwire listens on http://%s\n", l.Addr()) // a test asks for port 0 and reads this line
	if *guard {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	}
	srv := &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(srv.Serve(l))
}
