// Package proxy stands on the loopback before an AWS service, or an emulator of one, and
// spoils calls by plan: what tests of bad days put between the product and its services.
package proxy

import (
	"bytes"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
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
)

// Rule says which calls are spoiled, and how.
type Rule struct {
	Action string // such as PutItem; empty is every call
	Kind   Kind
	Skip   int           // so many matching calls pass first
	Times  int           // then so many are hit; 0 is for ever
	P      float64       // a call is hit with this probability; 0 is always
	Copies int           // of Repeat: how often in all
	Wait   time.Duration // of Delay
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
	watch  func(action string, body []byte)
}

type planned struct {
	Rule
	seen, hit int
}

// Start gives a proxy that ends with the test. It passes nothing on before Before. Equal
// seeds draw equally.
func Start(t testing.TB, seed uint64) *Proxy {
	t.Helper()
	p := &Proxy{client: &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}},
		chance: rand.New(rand.NewPCG(seed, seed)), calls: map[string]int{}, hits: map[string]int{}} //nolint:gosec // a plan, no secret
	s := httptest.NewServer(p)
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

// Plan puts these rules in place of those that were there. Of several that match a call the
// first that hits it has it.
func (p *Proxy) Plan(rules ...Rule) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = nil
	for _, r := range rules {
		p.rules = append(p.rules, &planned{Rule: r})
	}
}

// Watch has f told of every call before it is passed on or spoiled; f runs in the call's
// own goroutine, so several times at once.
func (p *Proxy) Watch(f func(action string, body []byte)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = f
}

func (p *Proxy) tell(action string, body []byte) {
	p.mu.Lock()
	f := p.watch
	p.mu.Unlock()
	if f != nil {
		f(action, body)
	}
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

// choose counts a call and gives the rule that hits it, if one does.
func (p *Proxy) choose(service, action string) (Rule, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[service+" "+action]++
	for _, r := range p.rules {
		if r.Action != "" && r.Action != action {
			continue
		}
		r.seen++
		if r.seen <= r.Skip || r.Times > 0 && r.hit >= r.Times || r.P > 0 && p.chance.Float64() >= r.P {
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
	p.tell(action, body)
	rule, target := p.choose(service, action)
	copies := 1
	switch rule.Kind {
	case Throttle:
		refuse(w, service)
		return
	case Drop:
		panic(http.ErrAbortHandler) // net/http closes the connection without a word
	case Delay:
		time.Sleep(rule.Wait)
	case Repeat:
		copies = max(1, rule.Copies)
	}
	a, err := p.pass(r, target, body)
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
