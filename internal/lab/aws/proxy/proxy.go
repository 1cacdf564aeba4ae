// Package proxy stands on the loopback before an AWS service, or an emulator of one, and
// spoils calls by plan: what tests of bad days put between the product and its services.
package proxy

import (
	"bytes"
	"context"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/aws"
)

// Kind is what happens to a call.
type Kind string

// What happens to a call that a rule hits.
const (
	Throttle Kind = "throttle" // refused with the service's own words; not done
	Drop     Kind = "drop"     // the connection breaks before the call is passed on; not done
	Lose     Kind = "lose"     // done, and the connection breaks before the answer
	Delay    Kind = "delay"    // done, Wait later
	Repeat   Kind = "repeat"   // done Copies times; the first answer is given
	Swallow  Kind = "swallow"  // not done, and told that it was: for actions whose answer says nothing
	Kill     Kind = "kill"     // the function's process that calls is killed; not done
	Freeze   Kind = "freeze"   // the function's process that calls is stopped and never goes on; not done
)

// Rule says which calls are spoiled, and how. An empty part of it fits every call.
type Rule struct {
	Service  string   // such as DynamoDB; PUT and the like where calls have no actions
	Action   string   // such as PutItem
	Function string   // a part of the name of the Lambda function that calls
	Match    []string // all of these are in the call's path or body
	Kind     Kind
	Skip     int           // so many matching calls pass first
	Times    int           // then so many are hit; 0 is for ever
	P        float64       // a call is hit with this probability; 0 is always
	Copies   int           // of Repeat: how often in all
	Wait     time.Duration // of Delay
}

// Proxy is a running proxy. Its methods are safe for use by several goroutines.
type Proxy struct {
	URL string

	client *http.Client
	mu     sync.Mutex
	target string
	chance *rand.Rand
	rules  []*planned
	calls  map[string]int
	hits   map[string]int
	struck []Strike
	watch  func(Call)
}

// Call is a call that was passed on, and what was answered.
type Call struct {
	Request *http.Request // its body is in Body
	Service string        // as Rule has it
	Action  string
	Body    []byte
	Status  int
	Answer  []byte
}

type planned struct {
	Rule
	seen, hit int
}

// Strike is a process that a rule killed or froze in the middle of an invocation.
type Strike struct {
	At       time.Time
	Kind     Kind
	Function string
	Process  int
}

// Start gives a proxy that ends with the test. It passes nothing on before Before. Equal
// seeds draw equally.
func Start(t testing.TB, seed uint64) *Proxy {
	t.Helper()
	p := &Proxy{client: &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}},
		chance: rand.New(rand.NewPCG(seed, seed)), calls: map[string]int{}, hits: map[string]int{}} //nolint:gosec // a plan, no secret
	s := httptest.NewUnstartedServer(p)
	s.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, callerKey{}, sync.OnceValue(func() aws.Process { return aws.Caller(c.RemoteAddr()) }))
	}
	s.Start()
	t.Cleanup(s.Close)
	p.URL = s.URL
	return p
}

// Before says where calls are passed on to: an origin without a path.
func (p *Proxy) Before(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// Watch tells each call that is passed on from now on, after its answer is there and before the
// caller has it. seen is called by several goroutines.
func (p *Proxy) Watch(seen func(Call)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = seen
}

// watcher is who is told of calls, if anybody is.
func (p *Proxy) watcher() func(Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.watch
}

// Plan puts these rules in place of those that were there. Of several that match a call the
// first that hits it has it.
func (p *Proxy) Plan(rules ...Rule) {
	p.mu.Lock()
	p.rules = nil
	p.mu.Unlock()
	p.Add(rules...)
}

// Added are rules that were put behind others.
type Added struct {
	proxy *Proxy
	rules []*planned
}

// Add puts rules behind those that are there.
func (p *Proxy) Add(rules ...Rule) Added {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := Added{proxy: p}
	for _, r := range rules {
		a.rules = append(a.rules, &planned{Rule: r})
	}
	p.rules = append(p.rules, a.rules...)
	return a
}

// Remove takes the rules away.
func (a Added) Remove() {
	a.proxy.mu.Lock()
	defer a.proxy.mu.Unlock()
	a.proxy.rules = slices.DeleteFunc(a.proxy.rules, func(r *planned) bool { return slices.Contains(a.rules, r) })
}

// Hits are the calls that these rules spoiled so far.
func (a Added) Hits() map[Kind]int {
	a.proxy.mu.Lock()
	defer a.proxy.mu.Unlock()
	out := map[Kind]int{}
	for _, r := range a.rules {
		out[r.Kind] += r.hit
	}
	return out
}

// Struck are the processes that were killed or frozen so far.
func (p *Proxy) Struck() []Strike {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.struck)
}

// callerKey is where a connection's context keeps who is at its other end; that is asked of
// the system once a connection, and only when a rule wants to know.
type callerKey struct{}

// knowCaller finds out who calls before the plan is looked at, if a rule wants to know: to
// ask the system takes long, and no other call has to wait for it.
func (p *Proxy) knowCaller(r *http.Request) {
	p.mu.Lock()
	asked := slices.ContainsFunc(p.rules, func(x *planned) bool { return x.Function != "" })
	p.mu.Unlock()
	if asked {
		caller(r)
	}
}

func caller(r *http.Request) aws.Process {
	return r.Context().Value(callerKey{}).(func() aws.Process)()
}

// Calls are the calls so far, by "service action".
func (p *Proxy) Calls() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.calls)
}

// Hits are the calls that were spoiled so far, by "kind service action".
func (p *Proxy) Hits() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.hits)
}

// name is the service and the action of a request: those of its target, or method and the
// first part of the path where the service has none.
func name(r *http.Request) (service, action string) {
	target := r.Header.Get("X-Amz-Target")
	prefix, action, ok := strings.Cut(target, ".")
	if !ok {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		return r.Method, "/" + first
	}
	service, _, _ = strings.Cut(prefix, "_")
	return service, action
}

// fits tells whether a rule is for this call.
func (r *planned) fits(q *http.Request, service, action string, body []byte) bool {
	if r.Service != "" && r.Service != service || r.Action != "" && r.Action != action {
		return false
	}
	for _, m := range r.Match {
		if !strings.Contains(q.URL.Path, m) && !bytes.Contains(body, []byte(m)) {
			return false
		}
	}
	return r.Function == "" || strings.Contains(caller(q).Function, r.Function)
}

// choose counts a call and gives the rule that hits it, if one does.
func (p *Proxy) choose(q *http.Request, service, action string, body []byte) (Rule, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[service+" "+action]++
	for _, r := range p.rules {
		if r.Times > 0 && r.hit >= r.Times || !r.fits(q, service, action, body) {
			continue
		}
		r.seen++
		if r.seen <= r.Skip || r.P > 0 && p.chance.Float64() >= r.P {
			continue
		}
		r.hit++
		p.hits[string(r.Kind)+" "+service+" "+action]++
		return r.Rule, p.target
	}
	return Rule{}, p.target
}

// ServeHTTP passes a call on, or does to it what the plan says.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	service, action := name(r)
	p.knowCaller(r)
	rule, target := p.choose(r, service, action, body)
	copies := 1
	switch rule.Kind {
	case Throttle:
		refuse(w, service)
		return
	case Drop:
		panic(http.ErrAbortHandler) // net/http closes the connection without a word
	case Delay:
		time.Sleep(rule.Wait)
	case Swallow:
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, "{}")
		return
	case Kill, Freeze:
		p.strike(r, rule.Kind)
		panic(http.ErrAbortHandler)
	case Repeat:
		copies = max(1, rule.Copies)
	}
	a, err := p.pass(r, target, body)
	if seen := p.watcher(); seen != nil && err == nil {
		seen(Call{r, service, action, body, a.status, a.text})
	}
	for range copies - 1 {
		_, _ = p.pass(r, target, body) // nobody hears what a repetition is told
	}
	if err != nil || rule.Kind == Lose {
		panic(http.ErrAbortHandler)
	}
	for n, v := range a.header {
		w.Header()[n] = v
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.text)
}

// strike ends the process that calls; a frozen one has the call open until somebody kills it.
func (p *Proxy) strike(r *http.Request, kind Kind) {
	c := caller(r)
	if c.ID == 0 {
		return
	}
	signal := syscall.SIGKILL
	if kind == Freeze {
		signal = syscall.SIGSTOP
	}
	p.mu.Lock() // whoever sees the process struck finds it told
	at := time.Now()
	gone := syscall.Kill(c.ID, signal) != nil
	if !gone {
		p.struck = append(p.struck, Strike{at, kind, c.Function, c.ID})
	}
	p.mu.Unlock()
	if kind == Freeze && !gone {
		<-r.Context().Done()
	}
}

// answer is what the service said.
type answer struct {
	status int
	header http.Header
	text   []byte
}

func (p *Proxy) pass(r *http.Request, target string, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, target+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header, req.Host = r.Header.Clone(), r.Host
	res, err := p.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, text}, err
}

// refusals are what the services say when they are asked too often.
var refusals = map[string]string{
	"DynamoDB":  "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
	"AmazonSQS": "com.amazonaws.sqs#RequestThrottled",
}

func refuse(w http.ResponseWriter, service string) {
	kind := refusals[service]
	if kind == "" {
		kind = "ThrottlingException"
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"__type":"`+kind+`","message":"Rate exceeded"}`)
}
