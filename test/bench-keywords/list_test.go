package benchkeywords

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/lab/coldstart"
	lab "github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/table/embedded"
)

// The limits of lists of 200,000 rows, at the 95th percentile of a random mix.
const (
	onCore     = 200 * time.Millisecond // the function with one core
	onPart     = 350 * time.Millisecond // the function with .58 of a core
	inProgram  = 100 * time.Millisecond // the all-in-one program
	afterStart = 800 * time.Millisecond // the first request of a function
	mostCached = 256 << 20              // bytes that are kept of all sites
	mostOfSite = 120 << 20              // bytes of one site of 200,000 rows with every column
	asked      = 240                    // queries of a mix
	starts     = 5
	part       = .58
	tries      = 3 // a machine that is busy with others gets another chance
)

const path = "/v1/planner/keywords/"

// times are how long queries took.
type times []time.Duration

func (t times) at(share float64) time.Duration {
	s := slices.Sorted(slices.Values(t))
	return s[min(int(share*float64(len(s))), len(s)-1)].Round(100 * time.Microsecond)
}

// mix asks a random mix of queries, with an edit of a row by somebody else now and then.
func (s *sample) mix(t *testing.T, ask func(event []byte) ([]byte, time.Duration, error)) times {
	t.Helper()
	var out times
	some := 0
	for i := range asked {
		if i%20 == 10 {
			s.edit(t)
		}
		q := s.query()
		raw, took, err := ask(s.event(path, q))
		if err != nil {
			t.Fatal(err)
		}
		n, err := answer(raw)
		if err != nil {
			t.Fatalf("%v: %v", q, err)
		}
		if n > 0 {
			some++
		}
		out = append(out, took)
	}
	if some < asked/3 {
		t.Errorf("%d of %d queries found anything", some, asked)
	}
	return out
}

// within measures until the limit is kept, at most tries times, and prints the best.
func (s *sample) within(t *testing.T, name string, limit time.Duration, ask func(event []byte) ([]byte, time.Duration, error)) {
	t.Helper()
	var best times
	for range tries {
		if got := s.mix(t, ask); best == nil || got.at(.95) < best.at(.95) {
			best = got
		}
		if best.at(.95) <= limit {
			break
		}
	}
	fmt.Printf("%-44s %9s %9s %9s %9s\n", name, best.at(.5), best.at(.95), best.at(1), limit)
	if best.at(.95) > limit {
		t.Errorf("%s: %v at the 95th percentile, limit %v", name, best.at(.95), limit)
	}
}

// heading begins a table; the machine's load says whether others were at work.
func heading(what string) {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("\n%d cores, load %s", runtime.NumCPU(), load)
	fmt.Printf("\n%-44s %9s %9s %9s %9s\n", what, "median", "p95", "max", "limit")
}

// TestListsEmbedded: the program's own handler on the embedded table.
func TestListsEmbedded(t *testing.T) {
	tb, err := embedded.Open(filepath.Join(t.TempDir(), "table.db"), clock.Real{})
	if err != nil {
		t.Fatal(err)
	}
	defer tb.Close()
	s := build(t, tb)
	g := planner.New(s.ports)
	h, err := gateway.Serve(front.Function(s.ports, s.keys, 1000, nil, g.Operations(parts.Find(s.ports), parts.Engine(s.ports, parts.Working{Holder: "own"}, nil, g.Imports))))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(event []byte) ([]byte, time.Duration, error) {
		began := time.Now()
		var e events.APIGatewayProxyRequest
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, 0, err
		}
		res, err := h(t.Context(), e)
		if err != nil {
			return nil, 0, err
		}
		raw, err := json.Marshal(res)
		return raw, time.Since(began), err
	}
	heading(fmt.Sprintf("lists of %d rows, embedded", listed))
	if _, took, err := ask(s.event(path, s.query())); err != nil {
		t.Fatal(err)
	} else {
		fmt.Printf("%-44s %9s\n", "first request", took.Round(100*time.Microsecond))
	}
	s.within(t, "filter, sort, search, page", inProgram, ask)
	cached := g.Rows.Cached()
	fmt.Printf("%-44s %6.1f MB of %d MB\n", "rows kept in memory", float64(cached)/1e6, mostOfSite>>20)
	if cached < listed*20 || cached > mostOfSite {
		t.Errorf("%d bytes of rows are kept", cached)
	}
}

// TestListsFunction: the function api-planner as it is deployed, with DynamoDB Local, on one
// core (GOMAXPROCS=1), and stopped by signals for 42 % of each 20 ms.
func TestListsFunction(t *testing.T) {
	endpoint := lab.Start(t)
	client := lab.Client(endpoint)
	if err := lab.CreateTable(t.Context(), client, "bench-lists"); err != nil {
		t.Fatal(err)
	}
	s := build(t, dynamo.New(client, "bench-lists", clock.Real{}))
	target, err := coldstart.Function(t.Context(), filepath.Join("..", ".."), "api-planner", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	target.Env = append(slices.DeleteFunc(target.Env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"AWS_ENDPOINT_URL_DYNAMODB", "IGNY8_TABLE", "IGNY8_PUBLIC_KEYS", "IGNY8_THROTTLE_FACTOR", "IGNY8_LOG_LEVEL"}, name)
	}), "AWS_ENDPOINT_URL_DYNAMODB="+endpoint, "IGNY8_TABLE=bench-lists", "IGNY8_PUBLIC_KEYS="+s.keys, "IGNY8_THROTTLE_FACTOR=1000", "IGNY8_LOG_LEVEL=error", "GOMAXPROCS=1")
	heading(fmt.Sprintf("lists of %d rows, api-planner", listed))
	var first, core times
	for try := 0; try < tries && (try == 0 || first.at(.5) > afterStart); try++ {
		first, core = s.starts(t, target)
	}
	fmt.Printf("%-44s %9s %9s %9s %9s\n", "start and first request, one core", first.at(.5), "", first.at(1), afterStart)
	fmt.Printf("%-44s %9s %9s %9s\n", "of which its own work", core.at(.5), "", core.at(1))
	if first.at(.5) > afterStart {
		t.Errorf("the first request takes %v, limit %v", first.at(.5), afterStart)
	}
	f, err := coldstart.Begin(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, _, err := f.Invoke(t.Context(), s.event(path, s.query())); err != nil {
		t.Fatal(err)
	}
	ask := func(event []byte) ([]byte, time.Duration, error) { return f.Invoke(t.Context(), event) }
	s.within(t, "one core", onCore, ask)
	f.Throttle(part, 20*time.Millisecond)
	s.within(t, fmt.Sprintf("%.2f of a core", part), onPart, ask)
	n, err := f.Resident()
	fmt.Printf("%-44s %6.1f MB\n", "memory of the process", float64(n)/1e6)
	if err != nil || n > 2*mostCached {
		t.Errorf("%d bytes of memory, %v", n, err)
	}
}

// starts begins the function several times and asks each once; it gives the time from the
// start to the answer, and how much of it the function itself worked.
func (s *sample) starts(t *testing.T, target coldstart.Target) (first, core times) {
	t.Helper()
	for range starts {
		f, err := coldstart.Begin(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		raw, took, err := f.Invoke(t.Context(), s.event(path, s.query()))
		if err == nil {
			_, err = answer(raw)
		}
		used, err2 := f.CPU()
		f.Close()
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		first, core = append(first, f.Init+took), append(core, used)
	}
	return first, core
}
