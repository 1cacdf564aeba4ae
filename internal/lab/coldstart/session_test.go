package coldstart

import (
	"strings"
	"testing"
	"time"
)

// TestSession: a bootstrap answers one event after the other, also while it is held to a
// part of a core.
func TestSession(t *testing.T) {
	t.Parallel()
	s, err := Begin(t.Context(), playing(t, "answers"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 4 {
		if i == 2 {
			s.Throttle(.5, 20*time.Millisecond)
		}
		body, took, err := s.Invoke(t.Context(), []byte(`{}`))
		if err != nil || took <= 0 || !strings.Contains(string(body), "200") {
			t.Errorf("event %d: %s after %v, %v", i, body, took, err)
		}
	}
	if n, err := s.Resident(); err != nil || n < 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if d, err := s.CPU(); err != nil || d < 0 || d > time.Minute {
		t.Errorf("%v of a core, %v", d, err)
	}
	if _, err := Begin(t.Context(), playing(t, "exits")); err == nil || !strings.Contains(err.Error(), "IGNY8_TABLE") {
		t.Errorf("a bootstrap that ends: %v", err)
	}
	echo, err := Begin(t.Context(), playing(t, "echoes"))
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	if _, _, err := echo.Invoke(t.Context(), []byte(`{}`)); err == nil {
		t.Error("an answer that is an error passes")
	}
}
