package httpapi

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// ThrottleScope names a counter of calls a minute (facts 16.2).
type ThrottleScope string

// The scopes.
const (
	ThrottleAI           ThrottleScope = "ai_function"
	ThrottleImage        ThrottleScope = "image_gen"
	ThrottlePlannerAI    ThrottleScope = "planner_ai"
	ThrottleWriterAI     ThrottleScope = "writer_ai"
	ThrottleContentWrite ThrottleScope = "content_write"
	ThrottleContentRead  ThrottleScope = "content_read"
	ThrottleAuth         ThrottleScope = "auth"
	ThrottleAuthStrict   ThrottleScope = "auth_strict"
	ThrottlePlanner      ThrottleScope = "planner"
	ThrottleWriter       ThrottleScope = "writer"
	ThrottleSystem       ThrottleScope = "system"
	ThrottleSystemAdmin  ThrottleScope = "system_admin"
	ThrottleBilling      ThrottleScope = "billing"
	ThrottleBillingAdmin ThrottleScope = "billing_admin"
	ThrottleIntegration  ThrottleScope = "integration"
	ThrottlePublisher    ThrottleScope = "publisher"
	ThrottleEvents       ThrottleScope = "events" // polls, from each open page
	ThrottleDefault      ThrottleScope = "default"
)

var limits = map[ThrottleScope]int{
	ThrottleAI: 10, ThrottleImage: 15, ThrottlePlannerAI: 10, ThrottleWriterAI: 10,
	ThrottleContentWrite: 30, ThrottleContentRead: 100, ThrottleAuth: 20, ThrottleAuthStrict: 5,
	ThrottlePlanner: 60, ThrottleWriter: 60, ThrottleSystem: 100, ThrottleSystemAdmin: 30,
	ThrottleBilling: 30, ThrottleBillingAdmin: 10, ThrottleIntegration: 60, ThrottlePublisher: 30,
	ThrottleEvents: 600, ThrottleDefault: 100,
}

// Limit is the calls a minute; 0 for an unknown scope.
func (t ThrottleScope) Limit() int { return limits[t] }

// maxCounters bounds the memory of a minute: callers beyond it share one counter.
const maxCounters = 100_000

// throttle counts calls by scope and caller in this instance, a minute at a time.
type throttle struct {
	factor int
	mu     sync.Mutex
	minute int64
	counts map[string]int
}

type verdict struct {
	scope ThrottleScope
	limit int
	left  int
	reset time.Time
	ok    bool
}

// count takes one call of the caller into account.
func (t *throttle) count(now time.Time, scope ThrottleScope, caller string) verdict {
	minute := now.Unix() / 60
	key := string(scope) + "\x00" + caller
	t.mu.Lock()
	defer t.mu.Unlock()
	if minute != t.minute || t.counts == nil {
		t.minute, t.counts = minute, map[string]int{}
	}
	if _, known := t.counts[key]; !known && len(t.counts) >= maxCounters {
		key = string(scope)
	}
	t.counts[key]++
	n, limit := t.counts[key], scope.Limit()*t.factor
	return verdict{scope: scope, limit: limit, left: max(limit-n, 0), reset: time.Unix((minute+1)*60, 0), ok: n <= limit}
}

func (v verdict) headers(h http.Header) {
	h.Set("X-Throttle-Limit", strconv.Itoa(v.limit))
	h.Set("X-Throttle-Remaining", strconv.Itoa(v.left))
	h.Set("X-Throttle-Reset", strconv.FormatInt(v.reset.Unix(), 10))
}

func (v verdict) err(now time.Time) error {
	if v.ok {
		return nil
	}
	return errs.New(errs.Exhausted, "throttled", "too many requests: wait until the minute is over").After(v.reset.Sub(now))
}
