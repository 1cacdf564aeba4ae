package simulate

import (
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/test/cost"
	"github.com/igny8/igny8/test/stackfile"
)

//go:embed quotas.yaml
var quotasText []byte

// Quota is a limit of somebody else.
type Quota struct {
	Value  float64 `yaml:"value"`
	Page   string  `yaml:"page"`
	Raised bool    `yaml:"raised"` // on asking
}

// Quotas are the limits that runs meet, by name.
type Quotas map[string]Quota

// LoadQuotas reads the data file that is built in.
func LoadQuotas() (Quotas, error) {
	var f struct {
		Date   string `yaml:"date"`
		Quotas Quotas `yaml:"quotas"`
	}
	if err := yaml.Unmarshal(quotasText, &f); err != nil {
		return nil, fmt.Errorf("quotas.yaml: %w", err)
	}
	for name, q := range f.Quotas {
		if q.Value <= 0 || q.Page == "" {
			return nil, fmt.Errorf("quotas.yaml: %s needs a value above 0 and a page", name)
		}
	}
	if f.Date == "" || len(f.Quotas) == 0 {
		return nil, fmt.Errorf("quotas.yaml needs a date and quotas")
	}
	return f.Quotas, nil
}

// Of is a quota's value; it panics on a name that the file does not have.
func (q Quotas) Of(name string) float64 {
	x, ok := q[name]
	if !ok {
		panic("quotas.yaml has no " + name)
	}
	return x.Value
}

// World is all that models are made from.
type World struct {
	Quotas    Quotas
	Prices    cost.Prices
	Counted   cost.Counted
	Stack     stackfile.Stack
	Functions map[string]stackfile.Function
	Limits    automation.Limits // as an engine has them that was told nothing
}

// Load reads the project at root for an environment of samconfig.toml.
func Load(root, env string) (w World, err error) {
	if w.Quotas, err = LoadQuotas(); err != nil {
		return w, err
	}
	if w.Prices, err = cost.LoadPrices(); err != nil {
		return w, err
	}
	if w.Counted, err = cost.LoadCounted(); err != nil {
		return w, err
	}
	if w.Stack, err = stackfile.Load(root, env); err != nil {
		return w, err
	}
	if w.Functions, err = w.Stack.Functions(); err != nil {
		return w, err
	}
	w.Limits = automation.New(automation.Config{}).Limits
	return w, nil
}

// lanes are the queues that runs use, in a fixed order.
var lanes = []queue.Name{queue.Cluster, queue.AI, queue.Image, queue.Publish}

// places says in which queue the jobs of a stage wait; a stage without jobs is in none.
var places = map[int]queue.Name{1: queue.Cluster, 2: queue.AI, 4: queue.AI, 5: queue.AI, 6: queue.Image, 7: queue.Publish}

// Model is the product as the template and the code have it, with plain FIFO queues.
func (w World) Model(seed uint64) Model {
	stage := w.Counted.Functions["stage"]
	jobs := 0.0
	m := Model{Wave: w.Limits.WaveSize, Window: w.Limits.Window, LeastShare: automation.LeastShare, Pace: automation.Pace, Jitter: .25, Seed: seed,
		StageSeconds: stage.Seconds / stage.Times, Ramp: w.Quotas.Of("source.growth_per_min") / 60, RampFrom: w.Quotas.Of("source.first")}
	for _, q := range lanes {
		f, c := w.Functions["worker-"+string(q)], w.Counted.Functions["worker-"+string(q)]
		l := Lane{Name: string(q), Batch: f.Batch, Slots: f.Concurrency, Seconds: c.Seconds / c.Times, Write: c.Write / c.Jobs, Read: c.Read / c.Jobs}
		switch q {
		case queue.AI:
			l.PerMin = w.Quotas.Of("maker.texts_per_min")
		case queue.Image:
			l.PerMin = w.Quotas.Of("maker.images_per_min")
		}
		m.Lanes = append(m.Lanes, l)
		jobs += c.Jobs
	}
	m.StageWrite = stage.Write / jobs
	for n := 1; n <= automation.Last; n++ {
		st := Stage{Name: automation.StageName(n), Lane: -1}
		for i, q := range lanes {
			if places[n] == q {
				st.Lane = i
			}
		}
		done := float64(w.Counted.Stages[st.Name])
		if st.Lane >= 0 && lanes[st.Lane] == queue.Cluster {
			st.PerRun = done
		} else if st.Lane >= 0 {
			st.PerArticle = done / float64(w.Counted.Articles)
		}
		m.Stages = append(m.Stages, st)
	}
	return m
}

// With is the model with so many slots for a queue's function and calls that its maker takes.
func (m Model) With(name string, slots int, perMin float64) Model {
	m.Lanes = append([]Lane{}, m.Lanes...)
	for i := range m.Lanes {
		if m.Lanes[i].Name == name {
			m.Lanes[i].Slots, m.Lanes[i].PerMin = slots, perMin
		}
	}
	return m
}

// String names a model's lanes.
func (m Model) String() string {
	var out []string
	for _, l := range m.Lanes {
		out = append(out, fmt.Sprintf("%s %d x %d jobs of %.1f s", l.Name, l.Slots, l.Batch, l.Seconds))
	}
	return strings.Join(out, ", ")
}
