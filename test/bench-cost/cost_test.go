package benchcost

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/test/cost"
	"github.com/igny8/igny8/test/keywords"
	"github.com/igny8/igny8/test/stackfile"
)

var update = flag.Bool("update", false, "write test/cost/counted.json")

// The limits, in dollars: of an article outside AI, and of a month without work.
const (
	articles       = 100
	mostOfArticle  = 0.0015
	goalOfArticle  = 0.0005
	idleSmall      = 3.0
	idleProduction = 15.0
)

const person = `{"email":"ann@example.com","password":"a long walk in wool socks","password_confirm":"a long walk in wool socks","first_name":"Ann"}`

// session is what a person does for a run: imports, looks at the estimate, starts, watches
// until the end, and looks at what came of it.
type session struct {
	*world
	site, run string
	made      int
	seconds   float64 // that the run took
	total     calls
	tableMB   float64 // that the run added to the table
	watched   float64 // requests of the run's page
	stages    map[string]int
}

func (s *session) do() {
	s.Helper()
	w := s.world
	w.token = at(w.ask(1, "POST", "/v1/auth/register/", person), "data", "tokens", "access")
	s.site = at(w.ask(1, "POST", "/v1/auth/sites/", `{"name":"Machines","domain":"https://machines.example","industry":"food-and-beverage","destination":"preview","auto_publish_enabled":true}`), "data", "id")
	w.settle(nil)
	w.log, w.sent = nil, 0 // signing up is no part of a run
	start, before := w.now(), s.tableBytes()

	in := w.ask(1, "POST", "/v1/auth/login/", `{"email":"ann@example.com","password":"a long walk in wool socks"}`)
	w.token = at(in, "data", "tokens", "access")
	for _, path := range []string{"/v1/auth/me/", "/v1/auth/sites/", "/v1/account/overview/?site_id=" + s.site, "/v1/planner/keywords/?page_size=50&site_id=" + s.site} {
		w.ask(1, "GET", path, "")
	}
	text, _ := json.Marshal(map[string]string{"site_id": s.site, "text": keywords.For(articles)})
	job := at(w.ask(1, "POST", "/v1/planner/keywords/import_keywords/", string(text)), "data", "id")
	w.settle(nil)
	w.ask(3, "GET", "/v1/jobs/"+job+"/?site_id="+s.site, "")
	w.ask(1, "GET", "/v1/automation/estimate/?site_id="+s.site, "")
	began := w.clock.Now()
	s.run = at(w.ask(1, "POST", "/v1/automation/run_now/?site_id="+s.site, ""), "data", "id")
	w.settle(s.watch)
	s.seconds = w.clock.Now().Sub(began).Seconds()
	s.look()
	s.total, s.tableMB = w.now().less(start), (s.tableBytes()-before)/1e6
	total := s.total
	s.Logf("run of %.0f s: %d requests of the table, %.0f of S3, %.0f of SQS; %.0f texts, %.0f pictures, %.0f transitions", s.seconds, total.Table.Requests, total.Put+total.Get, total.Queue, total.Texts, total.Pictures, total.Transitions)
}

// watch is the page of a run while time passes: what web/src/api/automation asks, and how often.
func (s *session) watch(seconds float64) {
	q := "site_id=" + s.site
	for _, every := range []float64{2.5, 2.5, 3, 3, 5, 5} {
		s.watched += math.Floor(seconds / every)
	}
	s.ask(math.Floor(seconds/2.5), "GET", "/v1/automation/current_processing/?"+q, "")
	s.ask(math.Floor(seconds/2.5), "GET", "/v1/automation/run_detail/?"+q+"&run_id="+s.run, "")
	s.ask(math.Floor(seconds/3), "GET", "/v1/automation/current_run/?"+q, "")
	s.ask(math.Floor(seconds/3), "GET", "/v1/automation/logs/?"+q+"&run_id="+s.run, "")
	s.ask(math.Floor(seconds/5), "GET", "/v1/automation/run_items/?"+q+"&run_id="+s.run, "")
	s.ask(math.Floor(seconds/5), "GET", "/v1/events/", "")
}

// look is what a person looks at when the run has ended.
func (s *session) look() {
	s.Helper()
	q := "site_id=" + s.site
	end := s.ask(1, "GET", "/v1/automation/run_detail/?"+q+"&run_id="+s.run, "")
	if status := at(end, "data", "status"); status != "completed" {
		s.Fatalf("the run is %s: %v", status, end)
	}
	s.stages = map[string]int{}
	data, _ := end["data"].(map[string]any)
	for n := 1; n <= automation.Last; n++ {
		st, _ := data[fmt.Sprintf("stage_%d_result", n)].(map[string]any)
		done, _ := st["processed"].(float64)
		s.stages[automation.StageName(n)] = int(done)
	}
	list := s.ask(1, "GET", "/v1/writer/content/?"+q+"&page_size=50", "")
	n, _ := list["count"].(float64)
	if s.made = int(n); s.made < articles*9/10 {
		s.Fatalf("%d articles, want %d or so", s.made, articles)
	}
	first := at(list, "results", "id")
	s.ask(10, "GET", "/v1/writer/content/"+first+"/?"+q, "")
	s.ask(1, "GET", "/v1/writer/content/"+first+"/receipt/?"+q, "")
	s.ask(1, "GET", "/v1/billing/credits/balance/", "")
}

// sum is what all invocations of a function came to.
type sum struct {
	times, jobs, seconds float64
	calls
}

func (s *session) sums() map[string]sum {
	all := map[string]sum{}
	for _, i := range s.log {
		x := all[i.function]
		x.times += i.times
		x.jobs += float64(i.jobs)
		x.seconds += i.times * i.seconds
		x.calls = x.plus(i.calls, i.times)
		all[i.function] = x
	}
	return all
}

// bill prices what was noted.
func (s *session) bill() cost.Bill {
	p := s.prices
	b := cost.Bill{Prices: p}
	requests, published, stored := 0.0, 0.0, 0.0
	for name, x := range s.sums() {
		f := s.functions[name]
		b.Add(name, "lambda.request", x.times)
		b.Add(name, "lambda.gb_second", (x.seconds+p.Assume("cold_ms")/1000)*f.MemoryMB/1024)
		b.Add(name, "dynamodb.write", x.Table.Write)
		b.Add(name, "dynamodb.read", x.Table.Read)
		if name != "worker-publish" { // the preview keeps what it shows; a WordPress keeps it itself
			b.Add(name, "s3.put", x.Put)
			stored += x.Stored
		}
		b.Add(name, "s3.get", x.Get)
		b.Add(name, "sqs.request", x.Queue)
		b.Add(name, "kms.request", x.Seals)
		b.Add(name, "logs.gb_in", (x.Logged+x.times*p.Assume("platform_log_bytes"))/1e9)
		if f.Source != "" { // the source receives and deletes each batch, and goes on asking while there is none
			b.Add(name+" source", "sqs.request", 2*x.times+p.Assume("pollers")*s.seconds/p.Assume("poll_seconds"))
		}
		if f.EverySecond > 0 {
			b.Add(name, "scheduler.invocation", x.times)
		}
		if strings.HasPrefix(name, "api-") {
			requests += x.times
		}
		if name == "worker-publish" {
			published = x.jobs
		}
	}
	b.Add("machine", "states.transition", s.total.Transitions)
	b.Add("api", "apigateway.request", requests)
	b.Add("api", "logs.gb_in", requests*p.Assume("access_log_bytes")/1e9)
	b.Add("edge", "cloudfront.request", requests+10)
	b.Add("edge", "cloudfront.gb_out", (s.sent+requests*p.Assume("api_request_bytes")+p.Assume("app_bytes"))/1e9)
	b.Add("edge", "cloudfront.function", 2)
	months := p.Assume("alive_months")
	b.Add("kept", "s3.gb_month", stored/1e9*months)
	b.Add("kept", "dynamodb.gb_month", s.tableMB/1e3*months)
	b.Add("kept", "dynamodb.pitr_month", s.tableMB/1e3*months)
	// A WordPress is somewhere on the internet: texts and pictures leave AWS, and its password
	// is opened once for each article. The preview that stands in for it asks neither.
	b.Add("to WordPress", "transfer.gb_out", (published*20_000+s.total.Pictures*p.Assume("picture_bytes"))/1e9)
	b.Add("to WordPress", "kms.request", published)
	return b
}

// invocations tells what each function did.
func (s *session) invocations() string {
	var out strings.Builder
	all := s.sums()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		x := all[name]
		fmt.Fprintf(&out, "  %-16s %6.0f times %6.0f jobs %9.1f s  %6.0f MB  %7d table requests %8.0f write %8.1f read units\n",
			name, x.times, x.jobs, x.seconds, s.functions[name].MemoryMB, x.Table.Requests, x.Table.Write, x.Table.Read)
	}
	return out.String()
}

// byToken is the same run as a Map of the state machine with a token for each item: an item
// is at least one more transition, and its worker answers one more token.
func (s *session) byToken(ours cost.Bill) cost.Bill {
	b := cost.Bill{Prices: s.prices, Lines: slices.Clone(ours.Lines)}
	for name, x := range s.sums() {
		if s.functions[name].Source == "" {
			continue
		}
		b.Add("an item each", "states.transition", x.jobs)
		b.Add(name, "lambda.gb_second", x.times*s.prices.Assume("states_ms")/1000*s.functions[name].MemoryMB/1024)
	}
	return b
}

func TestCost(t *testing.T) {
	a := &session{world: newWorld(t, "cost-batches", false)}
	empty := a.idleTick()
	a.do()
	ours := a.bill()
	b := &session{world: newWorld(t, "cost-one", true)}
	b.do()
	single, token := b.bill(), a.byToken(ours)
	out := os.Stdout
	n := float64(a.made)
	fmt.Fprintf(out, "\nAWS outside AI, %s, list prices of %s, before free tier, dollars\n", a.prices.Region, a.prices.Date)
	fmt.Fprintf(out, "\na run of %.0f articles (%.0f jobs, %.0f pictures), import to receipt, its page open all the time: %.0f s\n%s\n", n, a.jobs(), a.total.Pictures, a.seconds, a.invocations())
	fmt.Fprintf(out, "  %-24s %-20s %14s %11s %6s %11s\n", "price", "of", "units", "dollars", "share", "an article")
	ours.Print(out, n)
	fmt.Fprintf(out, "\n  %-44s %11s %11s\n", "the same run", "dollars", "an article")
	for _, x := range []struct {
		name string
		bill cost.Bill
		n    float64
	}{{"waves, batches of jobs side by side (ours)", ours, n}, {"one invocation an item, that waits", single, float64(b.made)}, {"a Map with a token an item", token, n}} {
		fmt.Fprintf(out, "  %-44s %11.6f %11.8f\n", x.name, x.bill.Total(), x.bill.Total()/x.n)
	}
	s := a.as("small")
	small := s.bill()
	fmt.Fprintf(out, "  %-44s %11.6f %11.8f\n", "ours, profile small", small.Total(), small.Total()/n)
	half := a.halved(ours)
	fmt.Fprintf(out, "  %-44s %11.6f %11.8f\n", "ours, with batches half full", half.Total(), half.Total()/n)
	services := ours.By(cost.Service)
	dear := ours.By(cost.Position)
	fmt.Fprintf(out, "\n  dominated by %s (%.0f%%), of which %s (%.0f%%)\n", services[0].Name, 100*services[0].Dollars/ours.Total(), dear[0].Name, 100*dear[0].Dollars/ours.Total())
	each := ours.Total() / n
	fmt.Fprintf(out, "\ncost: article=%.6f (at most %g, goal %g) small=%.6f one_an_item=%.6f token_an_item=%.6f\n", each, mostOfArticle, goalOfArticle, small.Total()/n, single.Total()/float64(b.made), token.Total()/n)
	if each > mostOfArticle {
		t.Errorf("an article costs %.6f dollars outside AI, at most %g", each, mostOfArticle)
	}
	if half.Total()/n > mostOfArticle {
		t.Errorf("with batches half full an article costs %.6f dollars outside AI, at most %g", half.Total()/n, mostOfArticle)
	}
	if single.Total() < ours.Total() || token.Total() < ours.Total() {
		t.Error("another way is cheaper: batches of waves are not worth their trouble")
	}
	if !empty.Within(cost.IdleTick) {
		t.Errorf("a tick without work does %+v, more than models reckon with: %+v", empty, cost.IdleTick)
	}
	idle(t, a.prices, empty)
	a.keep(each)
}

// keep compares what was counted with what models are told, or tells them anew.
func (s *session) keep(each float64) {
	s.Helper()
	now := cost.Counted{Articles: s.made, Stages: s.stages, Transitions: s.total.Transitions, Watching: round(s.watched/s.seconds, 10), Article: round(each, 1e6), Functions: map[string]cost.Worked{}}
	for name, x := range s.sums() {
		now.Functions[name] = cost.Worked{Times: x.times, Jobs: x.jobs, Seconds: round(x.seconds, 10), Write: x.Table.Write, Read: x.Table.Read}
	}
	if *update {
		text, _ := json.MarshalIndent(now, "", "  ")                                            // numbers and names
		if err := os.WriteFile("../cost/counted.json", append(text, '\n'), 0o644); err != nil { //nolint:gosec // a file of the project
			s.Fatal(err)
		}
		return
	}
	before := need(cost.LoadCounted())(s.TB)
	for _, d := range before.Differs(now, .1) {
		s.Errorf("%s: if that is meant, tell the models by -update", d)
	}
}

func round(n, to float64) float64 { return math.Round(n*to) / to }

// halved is the same run with twice as many invocations of half as many jobs: SQS does not
// promise full batches.
func (s *session) halved(ours cost.Bill) cost.Bill {
	b := cost.Bill{Prices: s.prices, Lines: slices.Clone(ours.Lines)}
	for name, x := range s.sums() {
		if f := s.functions[name]; f.Source != "" {
			b.Add(name, "lambda.request", x.times)
			b.Add(name, "lambda.gb_second", x.seconds*f.MemoryMB/1024)
			b.Add(name+" source", "sqs.request", 2*x.times)
		}
	}
	return b
}

// as is the same run with another environment's memory.
func (s *session) as(env string) *session {
	s.Helper()
	w, other := *s.world, *s
	w.functions = need(need(stackfile.Load("../..", env))(s.TB).Functions())(s.TB)
	other.world = &w
	return &other
}

// idleTick is what a tick does of a product in which nothing is under way.
func (s *session) idleTick() cost.TickWork {
	first := s.now()
	i := s.tick()
	s.log = nil
	return cost.TickWork{ReadUnits: i.Table.Read, WriteUnits: i.Table.Write, Receives: s.now().less(first).Queue, Milliseconds: i.seconds * 1000, LogBytes: i.Logged}
}

func (s *session) jobs() (n float64) {
	for name, x := range s.sums() {
		if s.functions[name].Source != "" {
			n += x.jobs
		}
	}
	return n
}

// idle prints what each profile costs while nothing happens.
func idle(t *testing.T, p cost.Prices, tick cost.TickWork) {
	t.Helper()
	for _, x := range []struct {
		profile string
		most    float64
	}{{"small", idleSmall}, {"production", idleProduction}} {
		s := need(stackfile.Load("../..", x.profile))(t)
		b := need(cost.Idle(p, s, tick))(t)
		fmt.Printf("\nidle, profile %s, a month\n", x.profile)
		b.Print(os.Stdout, 0)
		fmt.Printf("idle: profile=%s month=%.2f (at most %.2f)\n", x.profile, b.Total(), x.most)
		if b.Total() > x.most {
			t.Errorf("%s costs %.2f dollars a month while nothing happens, at most %.2f", x.profile, b.Total(), x.most)
		}
	}
}
