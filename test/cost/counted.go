package cost

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
)

//go:embed counted.json
var countedText []byte

// Counted is what the bench counted of a run, as far as models need it: counted.json, which
// the bench writes with -update and compares otherwise.
type Counted struct {
	Articles    int               `json:"articles"`
	Stages      map[string]int    `json:"stages"`      // jobs done, by stage
	Transitions float64           `json:"transitions"` // of the state machine
	Watching    float64           `json:"watching"`    // requests a second of an open page of a run
	Article     float64           `json:"article"`     // dollars outside AI
	Functions   map[string]Worked `json:"functions"`
}

// Worked is what a function did in the run.
type Worked struct {
	Times   float64 `json:"times"` // invocations
	Jobs    float64 `json:"jobs"`
	Seconds float64 `json:"seconds"` // of all invocations, waiting included
	Write   float64 `json:"write"`   // units of the table
	Read    float64 `json:"read"`
}

// LoadCounted reads what was counted last.
func LoadCounted() (Counted, error) {
	var c Counted
	if err := json.Unmarshal(countedText, &c); err != nil {
		return c, fmt.Errorf("counted.json: %w", err)
	}
	if c.Articles < 1 || len(c.Stages) == 0 || len(c.Functions) == 0 {
		return c, fmt.Errorf("counted.json is empty: make cost UPDATE=1")
	}
	return c, nil
}

// Differs tells in what another count differs by more than a part of it. Seconds and dollars
// depend on the machine's load and are held to twice as much.
func (c Counted) Differs(o Counted, part float64) (out []string) {
	far := func(what string, a, b, part float64) {
		if math.Abs(a-b) > part*math.Max(math.Abs(a), math.Abs(b))+1e-9 {
			out = append(out, fmt.Sprintf("%s: %g, and %g before", what, b, a))
		}
	}
	far("transitions", c.Transitions, o.Transitions, part)
	far("dollars an article", c.Article, o.Article, 2*part)
	for name, n := range c.Stages {
		far("jobs of "+name, float64(n), float64(o.Stages[name]), part)
	}
	for name, f := range c.Functions {
		g := o.Functions[name]
		if f.Jobs == 0 {
			continue // the API: how often it is asked hangs on how long the run takes
		}
		far(name+" jobs", f.Jobs, g.Jobs, part)
		far(name+" invocations", f.Times, g.Times, part)
		far(name+" write units", f.Write, g.Write, part)
		far(name+" seconds", f.Seconds, g.Seconds, 2*part)
	}
	return out
}
