package coldstart

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// playing is this test binary as a bootstrap.
func playing(t *testing.T, behaviour string) Target {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Target{Name: "played", Path: self, Event: []byte(`{"a":1}`), Env: []string{behaviourVariable + "=" + behaviour, "OTHER_HOST=" + Stub}}
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, behaviour := range []string{"answers", "calls when asked"} {
		s, err := Measure(t.Context(), playing(t, behaviour), 4)
		if err != nil {
			t.Fatal(err)
		}
		if s.Init <= 0 || s.First <= 0 || len(s.Warm) != 3 || s.Warm[2] <= 0 || s.RSS < 1<<20 || s.Error != "" {
			t.Errorf("%s: %+v", behaviour, s)
		}
		if got := strings.Join(s.Answers, " "); got != "200 200 200 200" {
			t.Errorf("%s: answers %s", behaviour, got)
		}
	}
}

// TestHeaders: an event comes with what the Runtime API says it comes with, and an answer
// that is an error is measured as well.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s, err := Measure(t.Context(), playing(t, "echoes"), 2)
	if err != nil {
		t.Fatal(err)
	}
	f := strings.Split(s.Error, "|")
	if len(f) != 5 || s.Answers[1] != "error" || s.First <= 0 {
		t.Fatalf("%+v", s)
	}
	millis, err := strconv.ParseInt(f[1], 10, 64)
	if left := time.Until(time.UnixMilli(millis)); err != nil || left <= 0 || left > answerLimit {
		t.Errorf("deadline %q: %v left, %v", f[1], left, err)
	}
	if len(f[0]) != 36 || f[2] != "arn:aws:lambda:us-east-1:000000000000:function:played" || !strings.HasPrefix(f[3], "Root=1-") || f[4] != `{"a":1}` {
		t.Errorf("%q", f)
	}
}

// TestMeasureRefuses: what is no start is an error that tells why.
func TestMeasureRefuses(t *testing.T) {
	t.Parallel()
	for behaviour, want := range map[string]string{
		"exits":          "played: before the first event: the bootstrap ended: exit status 3\nbootstrap: IGNY8_TABLE is not set",
		"tells":          `told of a failed init: {"errorMessage":"no key"}`,
		"dies":           "event 1: the bootstrap ended: exit status 3\nbootstrap: died of {\"a\":1}",
		"mistakes":       "an answer to another, which is not the event",
		"calls out":      "called out before the first request: 1 connections; asked for: GET 127.0.0.1:",
		"connects":       "called out before the first request: 1 connections",
		"asks the world": "asked for: GET elsewhere.example/",
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			if _, err := Measure(t.Context(), playing(t, behaviour), 1); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		})
	}
}

// TestCallsLater: a call that an init leaves running is found as well, though perhaps not
// each time on a machine that is busy.
func TestCallsLater(t *testing.T) {
	t.Parallel()
	for range 20 {
		if _, err := Measure(t.Context(), playing(t, "calls out later"), 0); err != nil && strings.Contains(err.Error(), "called out before the first request") {
			return
		}
	}
	t.Error("not found in 20 starts")
}

// TestMeasureEnds: a bootstrap that asks for nothing does not outlive whoever waits for it.
func TestMeasureEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := Measure(ctx, playing(t, "sleeps"), 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 30*time.Second { // it sleeps for a minute
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if _, err := Measure(t.Context(), Target{Name: "absent", Path: t.TempDir() + "/absent"}, 1); err == nil {
		t.Error("a file that is not there was started")
	}
}

// TestEmpty: the empty function answers with its input, and a run of it beside a played one
// gives a whole table.
func TestEmpty(t *testing.T) {
	t.Parallel()
	empty, err := Empty(t.Context(), root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), Plan{Targets: []Target{empty, playing(t, "echoes")}, Rounds: 3, Warm: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	first, second := r.Rows[0], r.Rows[1]
	if first.Answers != "ok" || first.InitMore != nil || first.InitMS <= 0 || first.FirstMS <= 0 || first.WarmMS <= 0 || first.RSS < 1<<20 || first.Size < 1<<20 {
		t.Errorf("%+v", first)
	}
	if second.Answers != "error" || second.InitMore == nil || second.ColdMore == nil || second.InitMore.Low > second.InitMore.High {
		t.Errorf("%+v", second)
	}
	if _, err := Run(t.Context(), Plan{Targets: []Target{empty, playing(t, "exits")}, Rounds: 1}); err == nil || !strings.Contains(err.Error(), "IGNY8_TABLE") {
		t.Errorf("%v", err)
	}
}
