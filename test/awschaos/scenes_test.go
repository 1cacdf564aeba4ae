package awschaos_test

import (
	"testing"

	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/lab/aws/proxy"
	"github.com/igny8/igny8/test/stack"
)

// place is what one scene works on: an account with one site.
type place struct {
	*world
	client  *stack.Client
	account string
	site    stack.Site
	rows    int // keywords
	file    []byte
	spoil   func() // begins with what the scene spoils by rules
	rules   []proxy.Added
	asked   []string        // jobs that a person asked for and that are paid without a run
	have    stack.Workspace // at the scene's end
}

// spoiled keeps rules for the scene's counts.
func (p *place) spoiled(rules ...proxy.Added) { p.rules = append(p.rules, rules...) }

// hits are the calls that the scene's rules spoiled.
func (p *place) hits() map[proxy.Kind]int {
	out := map[proxy.Kind]int{}
	for _, a := range p.rules {
		for kind, n := range a.Hits() {
			out[kind] += n
		}
	}
	return out
}

// scene is one kind of bad days: what is spoiled of the account's calls, and what is done;
// without do, the file is imported and a spoiled run brought to its end.
type scene struct {
	name     string
	table    func(account string) []proxy.Rule
	services func(account string) []proxy.Rule
	do       func(t *testing.T, p *place)
}

// What calls hold by which the moment of a fault is known.
const (
	jobDone  = "stage_item_processed" // the event in a job's last write
	draftID  = "external_id"          // the write after WordPress gave the draft a number
	waveMade = "WAVE#"
	answered = "/answer" // the blob that keeps a bought answer
	more     = `done\":false`
	closed   = `done\":true`
)

var scenes = []scene{
	{name: "killed", do: killed, table: func(a string) []proxy.Rule {
		return []proxy.Rule{
			{Kind: proxy.Kill, Function: "-Stage-", Action: "TransactWriteItems", Match: []string{a, waveMade}, Times: 3},
			{Kind: proxy.Kill, Function: "WorkerAi", Action: "TransactWriteItems", Match: []string{a, jobDone}, Times: 2},
			{Kind: proxy.Kill, Function: "WorkerImage", Action: "TransactWriteItems", Match: []string{a, jobDone}, Times: 2},
			{Kind: proxy.Kill, Function: "WorkerPublish", Action: "TransactWriteItems", Match: []string{a, draftID}, Times: 1},
			{Kind: proxy.Kill, Function: "WorkerPublish", Action: "TransactWriteItems", Match: []string{a, jobDone}, Skip: 1, Times: 1},
			{Kind: proxy.Kill, Function: "WorkerCluster", Action: "TransactWriteItems", Match: []string{a, jobDone}, Times: 1},
		}
	}, services: func(a string) []proxy.Rule {
		return []proxy.Rule{
			{Kind: proxy.Kill, Function: "WorkerAi", Service: "PUT", Match: []string{a, answered}, Times: 2},
			{Kind: proxy.Kill, Function: "WorkerImage", Service: "PUT", Match: []string{a, answered}, Times: 2},
		}
	}},
	{name: "twice", services: func(a string) []proxy.Rule {
		return []proxy.Rule{{Kind: proxy.Repeat, Copies: 2, Action: "SendMessageBatch", Match: []string{a}}}
	}},
	{name: "tokens", services: func(a string) []proxy.Rule {
		return []proxy.Rule{ // a token does not tell whose it is: these hit any scene
			{Kind: proxy.Repeat, Copies: 2, Action: "SendTaskSuccess", Times: 6},
			{Kind: proxy.Swallow, Action: "SendTaskSuccess", Match: []string{more}, Skip: 2, Times: 3},
			{Kind: proxy.Swallow, Action: "SendTaskSuccess", Match: []string{closed}, Skip: 2, Times: 3},
			{Kind: proxy.Lose, Action: "StartExecution", Match: []string{a}, Times: 3},
		}
	}},
	{name: "table", table: func(a string) []proxy.Rule {
		return []proxy.Rule{
			{Kind: proxy.Throttle, Function: "Worker", Match: []string{a}, Skip: 10, Times: 24},
			{Kind: proxy.Throttle, Function: "-Stage-", Match: []string{a}, Skip: 4, Times: 8},
			{Kind: proxy.Lose, Function: "Worker", Action: "TransactWriteItems", Match: []string{a}, Skip: 1, Times: 8},
			{Kind: proxy.Lose, Function: "-Stage-", Action: "TransactWriteItems", Match: []string{a}, Skip: 1, Times: 4},
			{Kind: proxy.Lose, Function: "Worker", Action: "PutItem", Match: []string{a}, Times: 3},
			{Kind: proxy.Lose, Function: "-Stage-", Action: "PutItem", Match: []string{a}, Times: 2},
		}
	}, services: func(a string) []proxy.Rule {
		return []proxy.Rule{{Kind: proxy.Drop, Action: "StartExecution", Match: []string{a}, Times: 3}}
	}},
	{name: "time-outs", do: hung, table: func(a string) []proxy.Rule {
		return []proxy.Rule{
			{Kind: proxy.Freeze, Function: "-Stage-", Action: "TransactWriteItems", Match: []string{a, waveMade}, Skip: 1, Times: 1},
			{Kind: proxy.Freeze, Function: "WorkerImage", Action: "TransactWriteItems", Match: []string{a, jobDone}, Times: 1},
			{Kind: proxy.Freeze, Function: "WorkerPublish", Action: "TransactWriteItems", Match: []string{a, draftID}, Times: 1},
		}
	}, services: func(a string) []proxy.Rule {
		return []proxy.Rule{{Kind: proxy.Freeze, Function: "WorkerAi", Service: "PUT", Match: []string{a, answered}, Times: 1}}
	}},
	{name: "dead-letters", do: deadLetters},
}

// play does a scene on an account of its own, and gives the place as it is then.
func (s scene) play(t *testing.T, w *world, n int) *place {
	c := stack.Connect(t, w.at.API)
	me := stack.SignUp(c)
	p := &place{world: w, client: c, account: me.Account.ID, file: w.keywords(n, len(scenes)), site: stack.NewSite(c, s.name, s.name+".example", w.outside(), true)}
	p.rows = (len(w.rows) - 1) / len(scenes)
	p.spoil = func() {
		if s.table != nil {
			p.spoiled(w.table.Add(s.table(p.account)...))
		}
		if s.services != nil {
			p.spoiled(w.services.Add(s.services(p.account)...))
		}
	}
	if s.do == nil {
		usual(t, p)
	} else {
		s.do(t, p)
	}
	p.have = stack.Look(c, p.site)
	return p
}

// usual is what every customer does.
func usual(_ *testing.T, p *place) {
	stack.ImportFile(p.client, p.site, p.file)
	p.spoil()
	stack.CompleteRun(p.client, p.site.ID)
}

// hung is usual while the provider twice keeps a call for longer than anybody waits. The
// function ends such a call before its own time is over, so that Lambda need not end the
// function: only one that is frozen meets its time-out.
func hung(t *testing.T, p *place) {
	for _, route := range []string{textRoute, imageRoute} {
		p.provider.Fault(ai.Fault{Route: route, Kind: "hang", Seconds: 10, Skip: 2, Times: 1})
	}
	usual(t, p)
}
