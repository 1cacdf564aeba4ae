package simulate

import (
	"testing"

	"github.com/igny8/igny8/internal/automation"
)

// TestModelOfTheProject: the model has the project's own numbers.
func TestModelOfTheProject(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"small", "production"} {
		w, err := Load("../..", env)
		if err != nil {
			t.Fatal(err)
		}
		m := w.Model(1)
		if m.Wave != 500 || m.Window != 100 || m.Pace != automation.Pace || len(m.Stages) != automation.Last || m.StageSeconds <= 0 {
			t.Errorf("%s: %+v", env, m)
		}
		for _, l := range m.Lanes {
			f := w.Functions["worker-"+l.Name]
			if l.Slots != f.Concurrency || l.Batch != f.Batch || l.Slots < 2 || l.Seconds <= 0 || l.Write <= 0 {
				t.Errorf("%s: %+v is not %+v", env, l, f)
			}
		}
		// What was counted of a run comes out of the model's as well.
		r := m.Run([]Work{{Articles: w.Counted.Articles}})
		for i, l := range m.Lanes {
			if want := int(w.Counted.Functions["worker-"+l.Name].Jobs); r.Jobs[i] != want {
				t.Errorf("%s: %d jobs of %s, %d were counted", env, r.Jobs[i], l.Name, want)
			}
		}
	}
	small, _ := Load("../..", "small")
	production, _ := Load("../..", "production")
	if a, b := small.Alone(small.Model(1), 100), production.Alone(production.Model(1), 100); a <= b {
		t.Errorf("100 articles take %.0f s with few slots, and %.0f with many", a, b)
	}
	for _, l := range production.Narrow(production.Model(1), 10) {
		if l.Runs <= 0 || l.What == "" || l.Then == "" {
			t.Errorf("%+v", l)
		}
	}
}

// TestWindowIsFairer: one account with 100 times the work of others keeps them waiting for
// whole waves, and not with a window. (make simulate has the tables.)
func TestWindowIsFairer(t *testing.T) {
	t.Parallel()
	w, err := Load("../..", "production")
	if err != nil {
		t.Fatal(err)
	}
	m := w.Model(1)
	for _, l := range m.Lanes {
		m = m.With(l.Name, l.Slots, 0)
	}
	work := Noisy(Spread(1, 200, 1, 2, 400), 0, 2000, 20)
	asIs, whole := Compare(m, work, func(a int) bool { return a == 0 })
	if asIs.Worst > 2 || whole.Worst < 2 {
		t.Errorf("%.2f with a window, %.2f with whole waves", asIs.Worst, whole.Worst)
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	q, err := LoadQuotas()
	if err != nil {
		t.Fatal(err)
	}
	if q.Of("sqs.in_flight") != 120_000 || q.Of("states.starts") != 300 {
		t.Errorf("%+v", q)
	}
	defer func() {
		if recover() == nil {
			t.Error("a limit that nobody knows was none")
		}
	}()
	q.Of("nothing")
}
