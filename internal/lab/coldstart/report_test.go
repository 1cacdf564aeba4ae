package coldstart

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := Median(c.values); got != c.want {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
	list := []float64{3, 1, 2}
	if Median(list); list[0] != 3 {
		t.Error("the list was sorted in place")
	}
}

func TestPaired(t *testing.T) {
	t.Parallel()
	ramp := func(n int, add float64) (out []float64) {
		for i := range n {
			out = append(out, float64(i)+add)
		}
		return out
	}
	zero := make([]float64, 100)
	outlier := append(make([]float64, 9), 100)
	for _, c := range []struct {
		name string
		a, b []float64
		want Interval
		off  float64
	}{
		{"none", nil, nil, Interval{}, 0},
		{"the same step each time, whatever the machine does", ramp(100, 3), ramp(100, 0), Interval{3, 3, 3}, 0},
		// A resample of three has its median at an end in 7 of 27 cases.
		{"three", []float64{1, 2, 3}, zero[:3], Interval{2, 1, 3}, 0},
		// Five of ten are the outlier in 2 of 1000 resamples.
		{"an outlier", outlier, zero[:10], Interval{0, 0, 0}, 0},
		// The median of 100 has a standard error of about 5 places: order statistics 40 and 60.
		{"a ramp", ramp(100, 0), zero, Interval{49.5, 39.5, 59.5}, 1.5},
	} {
		got := Paired(c.a, c.b, 1)
		if got.Median != c.want.Median || math.Abs(got.Low-c.want.Low) > c.off || math.Abs(got.High-c.want.High) > c.off {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if again := Paired(c.a, c.b, 1); again != got {
			t.Errorf("%s: the same seed gives %v and %v", c.name, got, again)
		}
	}
}

// sample is a report of two functions, the second 5 ms slower.
func sample(t *testing.T) Report {
	t.Helper()
	p := Plan{Targets: []Target{playing(t, ""), playing(t, "")}, Rounds: 2, Warm: 1}
	p.Targets[0].Name = "empty"
	start := func(init time.Duration) Start {
		return Start{Init: init, First: time.Millisecond, Warm: []time.Duration{400 * time.Microsecond}, RSS: 8 << 20, Answers: []string{"ok", "200"}}
	}
	r, err := p.report([][]Start{
		{start(4 * time.Millisecond), start(6 * time.Millisecond)},
		{start(9 * time.Millisecond), start(11 * time.Millisecond)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Rows {
		r.Rows[i].Size = 10 << 20 // in place of the test binary's
	}
	r.Rows[1].Error = "no such table"
	return r
}

func TestTable(t *testing.T) {
	t.Parallel()
	const want = `2 starts each, 1 more events a start; medians; 1 MB = 2^20 bytes; RSS at the end of init

| function | init ms | more than empty [95 %] | first ms | init + first, more [95 %] | warm ms | RSS MB | binary MB | answers |
|----------|---------|------------------------|----------|---------------------------|---------|--------|-----------|---------|
| empty    | 5.00    | -                      | 1.00     | -                         | 0.40    | 8.0    | 10.0      | 200, ok |
| played   | 10.00   | +5.00 [+5.00, +5.00]   | 1.00     | +5.00 [+5.00, +5.00]      | 0.40    | 8.0    | 10.0      | 200, ok |

played answered with an error: no such table
`
	if got := sample(t).Table(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOver(t *testing.T) {
	t.Parallel()
	r := sample(t)
	r.Rows[1].Name = "api-played"
	for _, c := range []struct {
		limits Limits
		want   string
	}{
		{Limits{Init: 5 * time.Millisecond, RSS: 8 << 20, Size: 10 << 20}, ""},
		{Limits{Init: 4 * time.Millisecond, RSS: 8 << 20, Size: 10 << 20}, "api-played: init takes +5.00 [+5.00, +5.00] ms more than empty, the limit is +4.00"},
		{Limits{Init: time.Second, RSS: 7 << 20, Size: 10 << 20}, "api-played: 8.0 MB are resident after init, the limit is 7.0"},
		{Limits{Init: time.Second, RSS: 8 << 20, Size: 9 << 20}, "api-played: the binary has 10.0 MB, the limit is 9.0"},
	} {
		if got := strings.Join(r.Over(c.limits), "\n"); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", c.limits, got, c.want)
		}
	}
	r.Rows[1].Name = "worker-played" // nobody waits for it
	if got := strings.Join(r.Over(Limits{Init: time.Millisecond, RSS: 1 << 20, Size: 9 << 20}), "\n"); !strings.Contains(got, "worker-played: the binary") || strings.Contains(got, "init") || strings.Contains(got, "resident") {
		t.Errorf("a worker: %q", got)
	}
	r.Rows[1].Name, r.Rows[1].InitMore.Low = "api-played", 3
	if got := r.Over(Gate()); len(got) != 0 {
		t.Errorf("what noise could explain is a fault: %q", got)
	}
}
