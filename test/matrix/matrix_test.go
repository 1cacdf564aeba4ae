// Package matrix_test lets every step that calls a provider meet every fault of every
// provider, once and for good, and holds the table of what becomes of it: the run, the jobs,
// the calls, the credits. Then the fault is gone, and all has to be published with nothing
// bought twice.
package matrix_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	lab "github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/test/outside"
)

var update = flag.Bool("update", false, "write testdata/matrix.txt")

// TestMain lets the lanes wait side by side: they do little else.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "10"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// target is a step with the provider that it calls.
type target struct {
	step, provider string
	text, image    string // models of the site
	route, match   string // of the step's calls
	stage          int
}

// name is what lab.Kind.Only is a part of.
func (x target) name() string {
	if x.step == "images" {
		return x.provider + " image"
	}
	return x.provider + " text"
}

func targets() []target {
	var out []target
	for _, p := range []struct{ name, model, route string }{
		{"openai", ai.DefaultTextModel, "/v1/responses"}, {"anthropic", ai.AnthropicTextModel, "/v1/messages"},
	} {
		for _, s := range []struct {
			step, task string
			stage      int
		}{{"ideas", "ideas", 2}, {"contents", "content", 4}, {"prompts", "image_prompts", 5}} {
			out = append(out, target{s.step, p.name, p.model, ai.DefaultImageModel, p.route, `\"task\":\"` + s.task + `\"`, s.stage})
		}
	}
	return append(out,
		target{"images", "openai", ai.DefaultTextModel, ai.DefaultImageModel, "/v1/images/generations", "", 6},
		target{"images", "stability", ai.DefaultTextModel, ai.StabilityModel, "/v2beta/*", "", 6})
}

// quiet are faults that a call survives without noticing.
var quiet = []string{"comes late", "comes slowly"}

func TestMatrix(t *testing.T) {
	all := targets()
	lines := make([][]string, len(all))
	t.Run("lanes", func(t *testing.T) {
		for i, x := range all {
			t.Run(x.step+" "+x.provider, func(t *testing.T) {
				t.Parallel()
				l := newLane(t)
				for _, k := range lab.Kinds() {
					if strings.Contains(x.name(), k.Only) {
						for _, times := range []int{1, 0} {
							lines[i] = append(lines[i], l.cell(x, k, times))
						}
					}
				}
			})
		}
	})
	var table strings.Builder
	fmt.Fprintf(&table, "%-9s %-9s %-23s %-5s | %-22s %-26s %-8s %-8s %-8s %s\n", "step", "provider", "fault", "for", "run", "jobs", "calls", "credits", "charged", "in doubt")
	for _, x := range lines {
		table.WriteString(strings.Join(x, "\n") + "\n")
	}
	fmt.Print(table.String())
	fmt.Printf("matrix: cells=%d\n", strings.Count(table.String(), "\n")-1)
	if t.Failed() {
		return
	}
	const file = "testdata/matrix.txt"
	if *update {
		if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(table.String(), "\n")); d != "" {
		t.Errorf("(- expected, + met)\n%s", d)
	}
}

// cell lets a run of a new site meet a fault, and gives the line of the table.
func (l *lane) cell(x target, k lab.Kind, times int) string {
	l.t.Helper()
	what := fmt.Sprintf("%s %s: %s", x.step, x.provider, k.Name)
	errorf := func(format string, args ...any) {
		l.t.Helper()
		l.t.Errorf(what+" ("+often(times)+"): "+format, args...)
	}
	l.lab.Reset()
	f := k.Fault
	f.Route, f.Match, f.Times = x.route, x.match, times
	l.lab.Fault(f)
	site, run := l.begin(x)
	v := l.await(site, run)
	if met := l.lab.Faults(); len(met) != 1 || met[0].Hits < 1 || times > 0 && met[0].Hits != times {
		errorf("the lab met %+v", met)
	}
	failed, mended, err := l.Engine.Troubled(l.ctx(), l.scope, site, run)
	l.must(err)
	if !slices.Contains(quiet, k.Name) && len(failed)+len(mended) == 0 && v.Error == "" {
		errorf("nobody is told of it")
	}
	for _, j := range failed {
		if j.Reason == "" || j.Cause == "" || j.Stage != x.stage {
			errorf("a job of stage %d failed with %q: %q", j.Stage, j.Cause, j.Reason)
		}
	}
	calls, charged := l.calls(x)
	row := []any{calls, l.drawn(site, x.stage), charged, l.books(site, errorf)}
	if v.Status == automation.StatusPaused { // two at the same time, or the second one found the run paused
		if calls > 2 {
			errorf("%d calls before it was paused", calls)
		}
		row = []any{"<=2", "-", "-", row[3]}
	}
	line := fmt.Sprintf("%-9s %-9s %-23s %-5s | %-22s %-26s", x.step, x.provider, k.Name, often(times), status(v), jobs(failed, mended)) +
		fmt.Sprintf(" %-8v %-8v %-8v %v", row...)
	l.lab.ClearFaults()
	if v.Status == automation.StatusPaused || len(failed) > 0 {
		l.mend(site, run, v)
	}
	l.published(site, errorf)
	l.books(site, errorf)
	return line
}

func often(times int) string {
	if times == 0 {
		return "ever"
	}
	return "once"
}

func status(v automation.View) string {
	if v.PauseReason != "" {
		return fmt.Sprintf("%s (%s)", v.Status, v.PauseReason)
	}
	return string(v.Status)
}

// jobs tells of those that met a fault: how many came through, how many failed, and why.
func jobs(failed, mended []automation.Job) string {
	var out []string
	if n := len(mended); n > 0 {
		out = append(out, fmt.Sprintf("%d mended", n))
	}
	if n := len(failed); n > 0 {
		out = append(out, fmt.Sprintf("%d failed (%s)", n, failed[0].Cause))
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, ", ")
}

// calls are those of the step, and how many of them the provider charged for.
func (l *lane) calls(x target) (n, charged int) {
	l.t.Helper()
	for _, c := range l.lab.Requests("", "") {
		if strings.HasPrefix(c.Route, strings.TrimSuffix(x.route, "*")) && strings.Contains(c.Body, x.match) {
			if n++; c.USD > 0 {
				charged++
			}
		}
	}
	return n, charged
}

// drawn are the credits that the step's jobs took.
func (l *lane) drawn(site string, stage int) (sum credit.Amount) {
	l.t.Helper()
	l.must(l.Engine.EachPaid(l.ctx(), l.scope, site, func(j automation.Job) {
		if j.Stage == stage {
			sum += j.Draw
		}
	}))
	return sum
}

// books holds that the ledger adds up and charged what the jobs of all sites drew, that the
// provider charged no more than we keep and noted as in doubt, each call for itself, and
// that no call was charged twice but those in doubt. It gives the calls in doubt.
func (l *lane) books(site string, errorf func(string, ...any)) (doubt int) {
	l.t.Helper()
	noted, most := map[string]int{}, map[string]credit.USD{}
	losses, err := l.Engine.Losses(l.ctx(), l.scope, site)
	l.must(err)
	for _, x := range losses {
		noted[x.Job+"."+x.Call]++
		most[x.Job+"."+x.Call] += x.Most
	}
	var drawn credit.Amount
	kept := map[string]credit.USD{}
	l.must(l.Engine.EachPaid(l.ctx(), l.scope, site, func(j automation.Job) {
		drawn += j.Draw
		for _, c := range j.Calls {
			kept[j.ID+"."+c.Name] += c.Usage.CostUSD
		}
	}))
	for key, e := range l.lab.Ledger().ByKey {
		usd := credit.USD(e.USD*1e6 + 0.5)
		if usd-kept[key] > most[key] || usd < kept[key] {
			errorf("%s: the provider charged %s, we keep %s and noted at most %s", key, usd, kept[key], most[key])
		}
		if e.Charged > 1+noted[key] {
			errorf("%s was bought %d times, %d of them in doubt", key, e.Charged, noted[key])
		}
	}
	l.drew[site] = drawn
	var told credit.Amount
	for _, d := range l.drew {
		told += d
	}
	entries, err := l.Credits.Ledger(l.ctx(), l.scope)
	l.must(err)
	_, faults := outside.Books(entries, l.balance(), told)
	for _, f := range faults {
		errorf("%s", f)
	}
	return len(losses)
}

// published holds that both articles are out, each once.
func (l *lane) published(site string, errorf func(string, ...any)) {
	l.t.Helper()
	all, err := l.Contents.List(l.ctx(), l.scope, site, content.Filter{})
	l.must(err)
	out := 0
	for _, c := range all {
		if c.SiteStatus == content.Published {
			out++
		}
	}
	if len(all) != 2 || out != 2 {
		errorf("%d articles, %d published", len(all), out)
	}
}
