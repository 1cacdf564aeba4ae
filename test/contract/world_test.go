// Package contract_test makes every call of the API once, from signing up to the receipt of
// a published article, against the real handler on stores of its own. What is asked and
// answered becomes the examples of the OpenAPI document (-update), and is compared with
// them otherwise. Each answer is held against its schema, each error against the codes that
// its operation names, each call against the number of table requests it may take.
package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/product"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/app/publishing"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/queue"
	queues "github.com/igny8/igny8/internal/queue/embedded"
	seals "github.com/igny8/igny8/internal/seal/embedded"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
	"github.com/igny8/igny8/internal/view"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	flows "github.com/igny8/igny8/internal/workflow/embedded"
	"github.com/igny8/igny8/statemachines"
)

// world is the product on stores of its own, with a clock and ids that are the same in each
// run, and what the walk has met so far.
type world struct {
	testing.TB
	*product.Product
	clock  *clock.Fake
	table  *counted // of all but authentication
	who    *counted // of authentication
	queue  *queues.Queue
	flow   *flows.Engine
	blob   *blobs.Store
	ops    map[string]httpapi.Operation
	h      http.Handler
	schema *schemas

	token string            // of the owner, once signed in
	ids   map[string]string // of what was made, by a name for the walk
	seen  map[string][]httpapi.Example
	codes map[string]map[string]bool // by operation, those that were answered
	tally map[string][]cost          // by operation, the table requests of each success
}

// throttle multiplies the limits of calls a minute.
func newWorld(t testing.TB, throttle int) *world {
	t.Helper()
	dir, now := t.TempDir(), clock.At(time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC))
	w := &world{TB: t, clock: now, ids: map[string]string{},
		seen: map[string][]httpapi.Example{}, codes: map[string]map[string]bool{}, tally: map[string][]cost{}, ops: map[string]httpapi.Operation{}}
	store := memory.New(now)
	w.table, w.who = &counted{Table: store}, &counted{Table: store}
	w.blob = need(blobs.Open(filepath.Join(dir, "blobs"), "https://igny8.example/files", []byte("0123456789abcdef0123456789abcdef"), now))(t)
	w.queue = need(queues.Open(filepath.Join(dir, "queue.db"), now, queues.Options{}))(t)
	machine := need(asl.Parse(statemachines.Pipeline, map[string]string{"StageFunction": "stage"}))(t)
	w.flow = need(flows.Open(filepath.Join(dir, "flow.db"), machine, map[string]workflow.Function{
		"stage": func(ctx context.Context, in []byte) ([]byte, error) { return w.Engine.HandleStage(ctx, in) },
	}, now, flows.Options{}))(t)
	t.Cleanup(func() { _, _ = w.queue.Close(), w.flow.Close() })
	keys := identity.NewSigningKey(need(keyfile.Load(filepath.Join(dir, "tokens.key")))(t))
	ports := parts.Ports{Table: w.table, Blob: w.blob, Queue: w.queue, Dead: w.queue, Workflow: w.flow,
		Seal: need(seals.Open(filepath.Join(dir, "seal.key")))(t), Clock: now,
		IDs: id.NewSource(now, rand.NewChaCha8([32]byte{})), Log: slog.New(slog.DiscardHandler)}
	w.Product = product.New(ports, pipeline.Makers{Texts: providers.Texts(providers.Options{}), Images: pictures.Images(providers.Options{})},
		guard.New(guard.Options{Resolver: nowhere{}}), product.Settings{
			Auth: auth.Options{Key: keys.Source(), Public: keys.Public(), StartCredits: credit.Whole(114),
				NewSites: parts.NewSites{TextModel: ai.DemoTextModel, ImageModel: ai.DemoImageModel}},
			Publishing: publishing.Options{PreviewBase: "https://preview.example"},
			Working:    parts.Working{Holder: "contract", SoleUser: true},
		})
	list := api.Operations(api.Deps{People: w.People, Planner: w.Planner, Writer: w.Writer, Connections: w.Connections,
		Engine: w.Engine, Events: event.NewFeed(w.table, now, 0), Credits: credit.New(w.table, now), Prompts: prompt.New(w.table, now), Views: view.New(w.table, now, ports.IDs), Clock: now})
	for _, o := range list {
		w.ops[o.Spec.ID] = o
	}
	who := ports
	who.Table = w.who
	w.h = need(front.Handler(who, front.API{Public: keys.Public(), ThrottleFactor: throttle, Eager: true}, nil, list))(t)
	w.schema = newSchemas(t)
	return w
}

func need[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// call is one request of the walk. Its operation's path is filled in from path, which
// replaces {id}, and query.
type call struct {
	op, name, summary string
	path              string
	query             string
	body              string
	header            map[string]string
	as                string // a token; "" is the owner's, "nobody" none
	status            int    // 0: the operation's own of success
	quiet             bool   // checked, and no example
	hide              bool   // an example without its request, which is long
}

// anything is what an answer's JSON holds.
type anything = map[string]any

// do makes a call, checks all that holds for every call, and keeps it as an example.
func (w *world) do(c call) anything {
	w.Helper()
	o, ok := w.ops[c.op]
	if !ok {
		w.Fatalf("there is no operation %s", c.op)
	}
	s := o.Spec
	if c.status == 0 {
		c.status = max(s.Status, http.StatusOK)
	}
	at := strings.NewReplacer("{id}", c.path, "{type}", c.path).Replace(s.Path)
	if c.query != "" {
		at += "?" + c.query
	}
	w.clock.Advance(2 * time.Second) // within the limits of a minute
	w.warm(c)
	before := w.table.now()
	res := w.send(s.Method, at, c)
	took := w.table.now().less(before)
	raw := res.Body.Bytes()
	out := decoded(raw)
	if res.Code != c.status {
		w.Fatalf("%s %s (%s): %d, want %d\n%s", s.Method, at, c.name, res.Code, c.status, raw)
	}
	w.check(o, c, at, res, out)
	if res.Code < 300 {
		w.tally[s.ID] = append(w.tally[s.ID], took)
	}
	if !c.quiet {
		w.keep(c, at, res)
	}
	w.again(c, at, out)
	return out
}

// decoded is an answer's JSON; nil when it is none.
func decoded(raw []byte) anything {
	var out anything
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}

// warm is what any request before this one has left in an instance: who the caller is, and
// that the site is there. What it takes of the table otherwise is in requests_test.go.
func (w *world) warm(c call) {
	if w.ids["site"] != "" && c.as == "" {
		w.send(http.MethodGet, "/v1/system/views/?site_id="+w.ids["site"], call{})
	}
}

func (w *world) send(method, at string, c call) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, at, strings.NewReader(c.body))
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	token := c.as
	if token == "" {
		token = w.token
	}
	if token != "" && token != "nobody" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for k, v := range c.header {
		r.Header.Set(k, v)
	}
	res := httptest.NewRecorder()
	w.h.ServeHTTP(res, r)
	return res
}

// check holds an answer against what the document says of it.
func (w *world) check(o httpapi.Operation, c call, at string, res *httptest.ResponseRecorder, out anything) {
	w.Helper()
	s := o.Spec
	if err := w.schema.check(s, res.Code, res.Body.Bytes()); err != nil {
		w.Errorf("%s %s (%s): the answer is not as its schema says: %v\n%s", s.Method, at, c.name, err, res.Body)
	}
	if out["request_id"] != res.Header().Get("X-Request-ID") || out["success"] != (res.Code < 400) {
		w.Errorf("%s %s: the envelope is not right: %s", s.Method, at, res.Body)
	}
	if o.Tagged() != (res.Header().Get("ETag") != "") && res.Code < 300 {
		w.Errorf("%s %s: ETag %q, in the document: %v", s.Method, at, res.Header().Get("ETag"), o.Tagged())
	}
	if res.Code < 400 {
		return
	}
	code, _ := out["code"].(string)
	if w.codes[s.ID] == nil {
		w.codes[s.ID] = map[string]bool{}
	}
	w.codes[s.ID][code] = true
	known, ok := httpapi.FindCode(code)
	switch {
	case !ok:
		w.Errorf("%s %s: the code %q is not in internal/httpapi/codes.go", s.Method, at, code)
	case known.Status != res.Code:
		w.Errorf("%s %s: %d with the code %q, which has %d", s.Method, at, res.Code, code, known.Status)
	case code != "not_found" && !slices.Contains(api.CodesOf(s), code):
		w.Errorf("%s %s: the code %q is not among those of %s: add it to internal/app/api/words_%s.go, or to the route's Codes", s.Method, at, code, s.ID, api.Group(s.Path))
	}
	if known.Next != "" && out["next_step"] == nil {
		w.Errorf("%s %s: %q comes without a next_step", s.Method, at, code)
	}
}

// keep makes an example of a call.
func (w *world) keep(c call, at string, res *httptest.ResponseRecorder) {
	w.Helper()
	x := httpapi.Example{Name: c.name, Summary: c.summary, Path: at, Header: c.header, Status: res.Code, Answer: tidy(w, res.Body.Bytes())}
	if c.body != "" && !c.hide {
		x.Request = spoken(w, c.body)
	}
	for _, n := range []string{"ETag", "Retry-After"} {
		if v := res.Header().Get(n); v != "" {
			if x.Heads == nil {
				x.Heads = map[string]string{}
			}
			x.Heads[n] = v
		}
	}
	if x.Name == "" || x.Summary == "" || slices.ContainsFunc(w.seen[c.op], func(y httpapi.Example) bool { return y.Name == x.Name }) {
		w.Fatalf("%s: the example %q needs a name of its own and a summary", c.op, x.Name)
	}
	w.seen[c.op] = append(w.seen[c.op], x)
}

// secrets are what differs from run to run: tokens, and signatures of addresses.
var secrets = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`), "eyJhbGciOiJFZERTQSJ9.example.signature"},
}

// tidy is JSON with its fields in the order of the answer, without what differs.
func tidy(t testing.TB, raw []byte) json.RawMessage {
	t.Helper()
	for _, s := range secrets {
		raw = s.from.ReplaceAll(raw, []byte(s.to))
	}
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// spoken is a request's body as an example shows it: what is no JSON, as text.
func spoken(t testing.TB, body string) json.RawMessage {
	t.Helper()
	if json.Valid([]byte(body)) {
		return tidy(t, []byte(body))
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// work lets all that waits be done: jobs, stages, and what comes of them.
func (w *world) work() {
	w.Helper()
	for idle := 0; idle < 3; {
		if err := w.flow.Step(w.Context()); err != nil {
			w.Fatal(err)
		}
		did := false
		for _, q := range queue.Names() {
			did = w.drain(q) || did
		}
		if did {
			idle = 0
			continue
		}
		idle++
		w.clock.Advance(2 * time.Second)
		if err := w.Engine.Tick(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
}

// drain does the messages that a queue has ready, one at a time.
func (w *world) drain(q queue.Name) (did bool) {
	w.Helper()
	got, err := w.queue.Receive(w.Context(), q, 1, time.Minute, 0)
	if err != nil {
		w.Fatal(err)
	}
	for _, d := range got {
		if failed := w.Engine.HandleJobs(w.Context(), []queue.Delivery{d}); len(failed) == 0 {
			if err := w.queue.Done(w.Context(), q, d.Receipt); err != nil {
				w.Fatal(err)
			}
		}
	}
	return len(got) > 0
}

// put sends a file to an upload's address.
func (w *world) put(address, text string) {
	w.Helper()
	r := httptest.NewRequest(http.MethodPut, address, strings.NewReader(text))
	r.Header.Set("Content-Type", "text/csv")
	res := httptest.NewRecorder()
	w.blob.Handler().ServeHTTP(res, r)
	if res.Code >= 300 {
		all, _ := io.ReadAll(res.Body)
		w.Fatalf("the upload: %d %s", res.Code, all)
	}
}

// at reads a part of an answer: at(out, "data", "id").
func at(out anything, path ...string) string {
	var v any = out
	for _, p := range path {
		switch x := v.(type) {
		case anything:
			v = x[p]
		case []any:
			if len(x) == 0 {
				return ""
			}
			v = x[0].(anything)[p] //nolint:forcetypeassert // a fault of the test
		}
	}
	return fmt.Sprint(v)
}
