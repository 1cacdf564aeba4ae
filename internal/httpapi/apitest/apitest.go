// Package apitest runs a feature's routes through the whole chain in tests: scenarios that
// say which answer has to come, what it holds and what it must not hold.
package apitest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

// Start is the time that tests begin at.
var start = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

// Kit is what a feature is built on in tests.
type Kit struct {
	Clock *clock.Fake
	IDs   *id.Source
	Table table.Table
}

// NewKit makes a Kit on the embedded table in a folder of the test. Its ids are the same in
// each run, so that an answer holds a text by chance always or never.
func NewKit(t testing.TB) *Kit {
	t.Helper()
	c := clock.At(start)
	tab := disk.Open(t, c)
	return &Kit{Clock: c, IDs: id.NewSource(c, rand.NewChaCha8([32]byte{})), Table: tab}
}

// As is a principal of tests: "editor@acc_1" is an editor of that account; "blocked" before
// it (blocked:editor@acc_1) is one whose account has to be paid for.
type As string

// Scope is the Scope that the principal gets.
func (a As) Scope() account.Scope {
	role, acc, _ := strings.Cut(strings.TrimPrefix(string(a), "blocked:"), "@")
	return account.Mint(account.Grant{Account: acc, Actor: "usr_" + role, Role: account.Role(role)})
}

type principals struct{}

func (principals) Authenticate(_ context.Context, c httpapi.Credential) (httpapi.Principal, error) {
	a := As(c.Value)
	if !a.Scope().Valid() {
		return httpapi.Principal{}, errs.New(errs.Unauthenticated, "unauthenticated", "the token is not valid")
	}
	p := httpapi.Principal{Scope: a.Scope()}
	if strings.HasPrefix(c.Value, "blocked:") {
		p.Blocked = errs.New(errs.Exhausted, "plan_required", "the account waits for its payment")
	}
	return p, nil
}

// Options are those of a handler in tests; change makes it other than usual.
func (k *Kit) Options(ops []httpapi.Operation, change ...func(*httpapi.Options)) httpapi.Options {
	o := httpapi.Options{
		Operations: ops, Authenticator: principals{}, Clock: k.Clock, IDs: k.IDs,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Eager: true, ThrottleFactor: 1000,
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

// Handler makes a handler of the operations, whose principals are As.
func (k *Kit) Handler(t testing.TB, ops []httpapi.Operation, change ...func(*httpapi.Options)) http.Handler {
	t.Helper()
	h, err := httpapi.New(k.Options(ops, change...))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Scenario is one request and what has to come back.
type Scenario struct {
	Name   string
	As     As // empty: nobody
	Method string
	Path   string
	Body   string
	Header map[string]string
	Status int
	Has    []string          // fragments of the body that have to be there
	Not    []string          // fragments that must not
	Heads  map[string]string // headers of the answer, "*" for any value
}

// Run sends the scenario's request and checks the answer, which it gives back.
func (s Scenario) Run(t testing.TB, h http.Handler) string {
	t.Helper()
	res := Do(h, s.As, s.Method, s.Path, s.Body, s.Header)
	body := res.Body.String()
	var faults []string
	if res.Code != s.Status {
		faults = append(faults, fmt.Sprintf("status %d, want %d", res.Code, s.Status))
	}
	for _, f := range s.Has {
		if !strings.Contains(body, f) {
			faults = append(faults, "lacks "+f)
		}
	}
	for _, f := range s.Not {
		if strings.Contains(body, f) {
			faults = append(faults, "must not hold "+f)
		}
	}
	for name, want := range s.Heads {
		if got := res.Header().Get(name); got == "" || (want != "*" && got != want) {
			faults = append(faults, fmt.Sprintf("header %s is %q, want %q", name, got, want))
		}
	}
	if len(faults) > 0 {
		t.Errorf("%s: %s %s: %s\nbody: %s", s.Name, s.Method, s.Path, strings.Join(faults, "; "), body)
	}
	return body
}

// Do sends one request.
func Do(h http.Handler, as As, method, path, body string, header map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+string(as))
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
