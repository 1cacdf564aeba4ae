package cluster

import (
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/rowset"
)

// Place is why a keyword is where it is.
type Place struct {
	Similarity float64 `json:"s"`           // to its cluster's leader, 0 to 1
	RunnerUp   string  `json:"r,omitempty"` // the cluster that it is next most alike to
	ToRunnerUp float64 `json:"t,omitempty"` // how alike to that one
}

// explained is an engine's group with its reasons. cluster gives the cluster of a group's
// name, empty when it is none that is known.
func explained(g engine.Group, topics []engine.Topic, cluster func(name string) string) Group {
	out := Group{Keywords: make([]int64, len(g.Members)), Places: make([]Place, len(g.Members)), Leader: g.Name, Cohesion: g.Cohesion, Separation: g.Separation}
	if g.Topic >= 0 && g.Topic < len(topics) {
		if out.Topic = topics[g.Topic].Into; out.Topic == "" {
			out.Topic = topics[g.Topic].Name
		}
	}
	for i, m := range g.Members {
		out.Keywords[i] = m.ID
		out.Places[i] = Place{Similarity: m.Similarity}
		if m.RunnerUp == "" {
			continue
		}
		if at := cluster(m.RunnerUp); at != "" {
			out.Places[i].RunnerUp, out.Places[i].ToRunnerUp = at, m.ToRunnerUp
		}
	}
	return out
}

// fields are what the row of a keyword holds of its place. real gives the id of a cluster
// that was named before it was made.
func (p Place) fields(real func(string) string) rowset.Fields {
	f := rowset.Fields{rowset.ColSimilarity: p.Similarity, rowset.ColRunnerUp: nil, rowset.ColToRunnerUp: nil}
	if at := real(p.RunnerUp); at != "" {
		f[rowset.ColRunnerUp], f[rowset.ColToRunnerUp] = at, p.ToRunnerUp
	}
	return f
}

// place is the i-th keyword's; assignments that were stored before there were reasons have none.
func (g Group) place(i int) (Place, bool) {
	if i < len(g.Places) {
		return g.Places[i], true
	}
	return Place{}, false
}

// figures are what the row of a cluster holds of its group as a whole.
func (g Group) figures() rowset.Fields {
	f := rowset.Fields{}
	if g.Leader == "" {
		return f
	}
	f[colLeader], f[colCohesion], f[colSeparation] = g.Leader, g.Cohesion, g.Separation
	if g.Topic != "" {
		f[colTopic] = g.Topic
	}
	return f
}

// unmeasured takes back what was true of a cluster as a whole before its keywords changed.
func unmeasured() rowset.Fields { return rowset.Fields{colCohesion: nil, colSeparation: nil} }
