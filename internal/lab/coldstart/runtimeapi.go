package coldstart

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// runtimeAPI is the Lambda Runtime API, version 2018-06-01, for one process: it hands out one
// event at a time and takes its answer.
type runtimeAPI struct {
	name     string
	listener net.Listener
	server   *http.Server
	ctx      context.Context // ended by close; waiting requests end with it
	cancel   context.CancelFunc

	asked   chan time.Time // a request for an event has come
	events  chan event     // what it is answered with
	answers chan answer
	broken  chan string // what the bootstrap told of a failed init
	seq     int
}

type event struct {
	id       string
	body     []byte
	deadline time.Time
}

// answer is what came back for an event.
type answer struct {
	at     time.Time
	id     string
	body   []byte
	failed bool // it was told as an error
}

// kind is "error", the status of an answer to the gateway, or "ok".
func (a answer) kind() string {
	var gateway struct {
		StatusCode int `json:"statusCode"`
	}
	switch err := json.Unmarshal(a.body, &gateway); {
	case a.failed:
		return "error"
	case err == nil && gateway.StatusCode != 0:
		return strconv.Itoa(gateway.StatusCode)
	}
	return "ok"
}

func newRuntimeAPI(name string) (*runtimeAPI, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &runtimeAPI{
		name: name, listener: l,
		asked: make(chan time.Time), events: make(chan event), answers: make(chan answer), broken: make(chan string),
	}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", a.take(false))
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", a.take(true))
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", a.initError)
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: answerLimit}
	go func() { _ = a.server.Serve(l) }()
	return a, nil
}

func (a *runtimeAPI) addr() string { return a.listener.Addr().String() }

func (a *runtimeAPI) close() {
	a.cancel()
	_ = a.server.Close()
}

func (a *runtimeAPI) next(w http.ResponseWriter, _ *http.Request) {
	if !give(a.ctx, a.asked, time.Now()) {
		return
	}
	var e event
	select {
	case e = <-a.events:
	case <-a.ctx.Done():
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(e.body)))
	h.Set("Lambda-Runtime-Aws-Request-Id", e.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(e.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:"+a.name)
	h.Set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0")
	_, _ = w.Write(e.body)
}

// take answers for the two ways of an event to end.
func (a *runtimeAPI) take(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if give(a.ctx, a.answers, answer{at: time.Now(), id: r.PathValue("id"), body: body, failed: failed}) {
			accept(w)
		}
	}
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if give(a.ctx, a.broken, string(body)) {
		accept(w)
	}
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

// give hands v over, unless the context ends first.
func give[T any](ctx context.Context, c chan<- T, v T) bool {
	select {
	case c <- v:
		return true
	case <-ctx.Done():
		return false
	}
}

// invoke hands out an event and waits for its answer. The process has to be waiting for one.
func (a *runtimeAPI) invoke(ctx context.Context, p *process, body []byte, deadline time.Time) (answer, error) {
	a.seq++
	e := event{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", a.seq), body: body, deadline: deadline}
	if !give(ctx, a.events, e) {
		return answer{}, ctx.Err()
	}
	got, err := await(ctx, a, p, a.answers, time.Until(deadline))
	if err == nil && got.id != e.id {
		err = fmt.Errorf("an answer to %s, which is not the event %s", got.id, e.id)
	}
	return got, err
}

// awaitNext waits until the process asks for an event, and gives when it did.
func (a *runtimeAPI) awaitNext(ctx context.Context, p *process, limit time.Duration) (time.Time, error) {
	return await(ctx, a, p, a.asked, limit)
}

func await[T any](ctx context.Context, a *runtimeAPI, p *process, c <-chan T, limit time.Duration) (v T, err error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case v = <-c:
		return v, nil
	case text := <-a.broken:
		return v, errors.New("the bootstrap told of a failed init: " + text)
	case <-p.ended:
		return v, p.gone()
	case <-late.C:
		return v, fmt.Errorf("nothing within %v", limit)
	case <-ctx.Done():
		return v, ctx.Err()
	}
}
