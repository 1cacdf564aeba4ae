// Package meaning lets clusters be computed by what keywords mean. It alone links the vectors
// (8 MB) into the programs that import it: worker-cluster and igny8.
package meaning

import (
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/vectors"
)

// Give hands the vectors to a planner's clusters, which read them when they are first needed.
func Give(g planner.Planner) {
	g.Clusters.ByMeaning(func() engine.Meaning { return vectors.Load() })
}
