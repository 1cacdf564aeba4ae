package event_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/httpapi/apitest"
)

const ann, eve = apitest.As("viewer@acc_ann"), apitest.As("owner@acc_eve")

// served is one account's events behind the whole chain.
type served struct {
	*apitest.Kit
	t    *testing.T
	feed *event.Feed
	h    http.Handler
}

func serve(t *testing.T, streams bool) *served {
	k := apitest.NewKit(t)
	f := event.NewFeed(k.Table, k.Clock, 20*time.Millisecond)
	return &served{Kit: k, t: t, feed: f, h: k.Handler(t, f.Routes(streams))}
}

func (s *served) tell(as apitest.As, title string) {
	s.t.Helper()
	op, err := event.Write(as.Scope(), s.IDs, s.Clock.Now(), event.Event{Kind: event.StageItemProcessed, Site: "sit_1", Title: title})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.Table.Write(s.t.Context(), op); err != nil {
		s.t.Fatal(err)
	}
	s.Clock.Advance(time.Second)
}

type page struct {
	Success bool
	Results []event.Event
	Next    string `json:"next_cursor"`
}

func (s *served) get(query string, wait string) page {
	s.t.Helper()
	var p page
	body := apitest.Scenario{Name: query, As: ann, Method: "GET", Path: "/v1/events/?" + query, Status: 200, Heads: map[string]string{"Retry-After": wait}}.Run(s.t, s.h)
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		s.t.Fatal(err)
	}
	return p
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := serve(t, false)
	apitest.Walk(t, s.Kit, s.feed.Routes(false))
	s.tell(ann, "one")
	s.tell(eve, "hers")
	s.tell(ann, "two")
	p := s.get("", "2")
	if len(p.Results) != 2 || p.Results[1].Title != "two" {
		t.Errorf("%+v", p.Results)
	}
	if again := s.get("cursor="+p.Next, "2"); len(again.Results) != 0 {
		t.Errorf("given again: %+v", again.Results)
	}
	s.Clock.Advance(2 * time.Minute)
	quiet := s.get("cursor="+p.Next, "5")
	s.tell(ann, "three")
	if next := s.get("cursor="+quiet.Next, "2"); len(next.Results) != 1 || next.Results[0].Title != "three" {
		t.Errorf("%+v", next.Results)
	}
	for _, x := range []apitest.Scenario{
		{Name: "bad cursor", Path: "cursor=what", Status: 400, Has: []string{`"cursor"`, "next_cursor"}},
		{Name: "bad limit", Path: "limit=0", Status: 400, Has: []string{`"limit"`}},
		{Name: "a function streams not", Path: "limit=1", Header: map[string]string{"Accept": "text/event-stream"}, Status: 200, Has: []string{"three", `"next_cursor":"`}, Heads: map[string]string{"Content-Type": "application/json"}},
		{Name: "more", Path: "limit=1&cursor=evt_00000000000000000000000000", Status: 200, Has: []string{"one"}, Not: []string{"two"}},
	} {
		x.As, x.Method, x.Path = ann, "GET", "/v1/events/?"+x.Path
		x.Run(t, s.h)
	}
	apitest.Scenario{Name: "nobody", Method: "GET", Path: "/v1/events/", Status: 401}.Run(t, s.h)
}

// stream reads server-sent events.
type stream struct {
	t      *testing.T
	res    *http.Response
	lines  *bufio.Scanner
	lastID string
}

func (s *served) stream(ctx context.Context, base, lastID string) *stream {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/events/", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+string(ann))
	r.Header.Set("Accept", "text/event-stream")
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	res, err := http.DefaultClient.Do(r) //nolint:bodyclose // closed at the test's end
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return &stream{t: s.t, res: res, lines: bufio.NewScanner(res.Body)}
}

// next gives the data of the next event; "" for a sign of life, "end" at the end.
func (s *stream) next() string {
	data := ""
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			s.lastID = value
		case "data":
			data = value
		case "":
			if value == "" {
				return data
			}
		}
	}
	return "end"
}

func (s *stream) want(title string) {
	s.t.Helper()
	for range 3 {
		if got := s.next(); got != "" {
			if !strings.Contains(got, `"title":"`+title+`"`) {
				s.t.Errorf("got %s, want %s", got, title)
			}
			return
		}
	}
	s.t.Errorf("nothing came, want %s", title)
}

func TestStream(t *testing.T) {
	t.Parallel()
	s := serve(t, true)
	srv := httptest.NewServer(s.h)
	defer srv.Close()
	s.tell(ann, "one")
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	a := s.stream(ctx, srv.URL, "")
	if got := a.res.Header; a.res.StatusCode != 200 || got.Get("Content-Type") != "text/event-stream" || got.Get("Cache-Control") != "no-store" || got.Get("X-Request-ID") == "" {
		t.Errorf("%d %v", a.res.StatusCode, got)
	}
	a.want("one")
	s.tell(eve, "hers")
	s.tell(ann, "two")
	a.want("two")
	leave()
	s.tell(ann, "three")
	b := s.stream(t.Context(), srv.URL, a.lastID)
	b.want("three")
	if res := apitest.Do(s.h, ann, "GET", "/v1/events/?cursor=what", "", map[string]string{"Accept": "text/event-stream"}); res.Code != 400 || !strings.Contains(res.Body.String(), `"success":false`) {
		t.Errorf("bad cursor: %d %s", res.Code, res.Body)
	}
	// The server goes down: the stream ends at once, and no other begins.
	begun := time.Now()
	s.feed.Close()
	for got := b.next(); got != "end"; got = b.next() {
	}
	if d := time.Since(begun); d > 10*time.Second { // a sign of life comes after 15
		t.Errorf("the stream went on for %v", d)
	}
	if c := s.stream(t.Context(), srv.URL, ""); c.res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream began after the end: %d", c.res.StatusCode)
	}
}

// One account's streams take nothing from another's.
func TestStreamsOfAnAccount(t *testing.T) {
	t.Parallel()
	s := serve(t, true)
	var ends []func()
	for {
		done, err := s.feed.Open(ann.Scope())
		if err != nil {
			break
		}
		ends = append(ends, done)
	}
	if len(ends) != 1000 {
		t.Errorf("%d streams", len(ends))
	}
	if done, err := s.feed.Open(eve.Scope()); err != nil {
		t.Error(err)
	} else {
		done()
	}
	ends[0]()
	if _, err := s.feed.Open(ann.Scope()); err != nil {
		t.Error(err)
	}
}
