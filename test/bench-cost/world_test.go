// Package benchcost runs the product as its functions do on AWS, a run of 100 articles from
// its import to its receipt, counts what it asks of AWS, and prices that: `make cost`. The
// table is DynamoDB Local, which says what each call consumes; queues, files and the state
// machine are doubles that count. It fails when an article costs too much.
package benchcost

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/product"
	"github.com/igny8/igny8/internal/app/providers"
	makers "github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/app/publishing"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	lab "github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/queue"
	driver "github.com/igny8/igny8/internal/queue/sqs"
	seals "github.com/igny8/igny8/internal/seal/embedded"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/view"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	flows "github.com/igny8/igny8/internal/workflow/embedded"
	"github.com/igny8/igny8/statemachines"
	"github.com/igny8/igny8/test/cost"
	"github.com/igny8/igny8/test/stackfile"
)

// invocation is one of a function, with what it asked for.
type invocation struct {
	function string
	jobs     int // messages; 0 for what comes from elsewhere
	times    float64
	seconds  float64
	calls
}

// world is the product as its functions run it, on a clock of its own.
type world struct {
	testing.TB
	*product.Product
	*counter
	prices    cost.Prices
	functions map[string]stackfile.Function
	clock     *clock.Fake
	sqs       *sqs
	flow      *flows.Engine
	http      http.Handler
	token     string
	one       bool // an invocation an item
	client    *dynamodb.Client
	table     string

	log  []invocation
	sent float64 // bytes that the API answered
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

func newWorld(t testing.TB, name string, one bool) *world {
	t.Helper()
	dir, now := t.TempDir(), clock.At(time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC))
	client := lab.Client(lab.Start(t))
	if err := lab.CreateTable(t.Context(), client, name); err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, prices: need(cost.LoadPrices())(t), clock: now, one: one, table: name, client: client}
	w.counter = &counter{meter: lab.NewMeter(client), picture: w.prices.Assume("picture_bytes")}
	w.functions = need(need(stackfile.Load("../..", "production"))(t).Functions())(t)
	w.sqs = &sqs{counter: w.counter, clock: now, lists: map[string][]message{}}
	machine := need(asl.Parse(statemachines.Pipeline, map[string]string{"StageFunction": "stage"}))(t)
	w.flow = need(flows.Open(filepath.Join(dir, "flow.db"), machine, map[string]workflow.Function{
		"stage": func(ctx context.Context, in []byte) (out []byte, err error) {
			w.invoke("stage", 0, func() { out, err = w.Engine.HandleStage(ctx, in) })
			return out, err
		},
	}, now, flows.Options{Passed: func(string) { w.add(func(c *calls) { c.Transitions++ }) }}))(t)
	t.Cleanup(func() { _ = w.flow.Close() })
	urls := map[queue.Name]string{}
	for _, q := range queue.Names() {
		urls[q], urls[q.Dead()] = string(q), string(q.Dead())
	}
	queues := driver.New(w.sqs, urls)
	store := need(blobs.Open(filepath.Join(dir, "blobs"), "https://files.example", []byte("0123456789abcdef0123456789abcdef"), now))(t)
	public := identity.NewSigningKey(need(keyfile.Load(filepath.Join(dir, "tokens.key")))(t))
	ports := parts.Ports{Table: dynamo.New(w.meter, name, now), Blob: files{store, w.counter}, Queue: queues, Dead: queues, Workflow: flow{w.flow, w.counter},
		Seal: keys{need(seals.Open(filepath.Join(dir, "seal.key")))(t), w.counter}, Clock: now,
		IDs: id.NewSource(now, rand.NewChaCha8([32]byte{})), Log: slog.New(slog.NewJSONHandler(w.counter, nil))}
	w.Product = product.New(ports, pipeline.Makers{
		Texts:  texts{providers.Texts(providers.Options{}), w.counter},
		Images: pictures{makers.Images(providers.Options{}), w.counter, &sync.Mutex{}, map[string]ai.Answer{}},
	}, guard.New(guard.Options{}), product.Settings{
		Auth: auth.Options{Key: public.Source(), Public: public.Public(), StartCredits: credit.Whole(1_000_000),
			NewSites: parts.NewSites{TextModel: ai.DemoTextModel, ImageModel: ai.DemoImageModel}},
		Publishing: publishing.Options{PreviewBase: "https://preview.example"},
		Working:    parts.Working{Holder: "cost"},
	})
	ops := api.Operations(api.Deps{People: w.People, Planner: w.Planner, Writer: w.Writer, Connections: w.Connections, Engine: w.Engine,
		Events: event.NewFeed(ports.Table, now, 0), Credits: credit.New(ports.Table, now), Prompts: prompt.New(ports.Table, now), Views: view.New(ports.Table, now, ports.IDs), Clock: now})
	w.http = need(front.Handler(ports, front.API{Public: public.Public(), ThrottleFactor: 1000}, nil, ops))(t)
	return w
}

// invoke does the work of one invocation and notes what it asked for, and how long it takes
// on AWS: makers' waiting, the calls of one job one after the other (those of the jobs of a
// batch go side by side), and the processor's time that was measured.
func (w *world) invoke(function string, jobs int, work func()) invocation {
	before := w.now()
	work()
	i := invocation{function: function, jobs: jobs, times: 1, calls: w.now().less(before)}
	a := w.prices.Assume
	ms := float64(i.Table.Requests)*a("table_ms") + (i.Put+i.Get)*a("s3_ms") + i.Queue*a("sqs_ms") + i.States*a("states_ms") + i.Seals*a("kms_ms")
	ms /= float64(max(1, jobs))
	ms += i.CPU.Seconds() * 1000 * max(1, a("core_mb")/w.functions[function].MemoryMB)
	i.seconds = ms / 1000
	switch {
	case i.Texts > 0:
		i.seconds += a("text_wait_s")
	case i.Pictures > 0:
		i.seconds += a("image_wait_s")
	case function == "worker-publish":
		i.seconds += a("publish_wait_s")
	}
	w.log = append(w.log, i)
	return i
}

// round lets each event source hand its batches to as many invocations as it may have side
// by side, and passes the time of the longest. It tells whether there was anything to do.
func (w *world) round() (did bool) {
	w.Helper()
	longest := 0.0
	for name, f := range w.functions {
		if f.Source == "" {
			continue
		}
		batch, beside := f.Batch, f.Concurrency
		if w.one {
			batch, beside = 1, beside*batch // as much at once
		}
		for range beside {
			got := w.sqs.take(f.Source, batch)
			if len(got) == 0 {
				break
			}
			did = true
			w.add(func(c *calls) { c.Queue += 2 }) // the source receives and deletes
			i := w.invoke(name, len(got), func() {
				if failed := w.Engine.HandleJobs(w.Context(), got); len(failed) > 0 {
					w.Fatalf("%s: %d of %d jobs failed", name, len(failed), len(got))
				}
			})
			longest = max(longest, i.seconds)
		}
	}
	w.pass(longest)
	return did
}

// pass lets the time pass, with its ticks.
func (w *world) pass(seconds float64) {
	every := time.Duration(w.functions["tick"].EverySecond * float64(time.Second))
	from := w.clock.Now()
	w.clock.Advance(time.Duration(seconds * float64(time.Second)))
	for t := from.Truncate(every).Add(every); !t.After(w.clock.Now()); t = t.Add(every) {
		w.tick()
	}
}

func (w *world) tick() invocation {
	w.Helper()
	return w.invoke("tick", 0, func() {
		if err := w.Engine.Tick(w.Context()); err != nil {
			w.Fatal(err)
		}
	})
}

// settle works until nothing is left, and calls watch after each round with the seconds that
// it took.
func (w *world) settle(watch func(seconds float64)) {
	w.Helper()
	for range 10_000 {
		from := w.clock.Now()
		w.step()
		did := w.round()
		if watch != nil {
			watch(w.clock.Now().Sub(from).Seconds())
		}
		switch {
		case did:
		case !w.sqs.empty():
			w.pass(1) // for what is delayed
		case !w.step():
			return
		}
	}
	w.Fatal("the run does not end")
}

// step lets the state machine go on, and tells whether a stage was invoked.
func (w *world) step() (did bool) {
	w.Helper()
	before, seconds := len(w.log), 0.0
	if err := w.flow.Step(w.Context()); err != nil {
		w.Fatal(err)
	}
	for _, i := range w.log[before:] {
		did, seconds = true, seconds+i.seconds
	}
	w.pass(seconds)
	return did
}

// owner is the function that answers a path.
func owner(path string) string {
	group := strings.Split(strings.TrimPrefix(path, "/v1/"), "/")[0]
	switch group {
	case "auth", "planner", "writer", "automation", "billing", "integration":
		return "api-" + group
	case "jobs", "account":
		return "api-automation"
	}
	return "api-system"
}

// ask sends a request times over: it is made once and counted so often.
func (w *world) ask(times float64, method, path, body string) map[string]any {
	w.Helper()
	if times <= 0 {
		return nil
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if w.token != "" {
		r.Header.Set("Authorization", "Bearer "+w.token)
	}
	res := httptest.NewRecorder()
	name, _, _ := strings.Cut(path, "?")
	i := w.invoke(owner(name), 0, func() { w.http.ServeHTTP(res, r) })
	w.log[len(w.log)-1].times = times
	w.clock.Advance(time.Duration(i.seconds * float64(time.Second)))
	w.sent += times * float64(res.Body.Len())
	if res.Code >= 300 {
		w.Fatalf("%s %s: %d %s", method, path, res.Code, res.Body)
	}
	var out map[string]any
	_ = json.Unmarshal(res.Body.Bytes(), &out)
	return out
}

// at follows names and takes the first of a list.
func at(v any, names ...string) string {
	for _, n := range names {
		if l, ok := v.([]any); ok && len(l) > 0 {
			v = l[0]
		}
		m, _ := v.(map[string]any)
		v = m[n]
	}
	return fmt.Sprint(v)
}

// tableBytes is the size of the table.
func (w *world) tableBytes() float64 {
	w.Helper()
	d, err := w.client.DescribeTable(w.Context(), &dynamodb.DescribeTableInput{TableName: &w.table})
	if err != nil {
		w.Fatal(err)
	}
	return float64(*d.Table.TableSizeBytes)
}
