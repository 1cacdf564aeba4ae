// Package clustering is the group of the stage that groups keywords.
package clustering

import (
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/automation/stages/clustering"
)

// Stage makes stage 1.
func Stage(p parts.Ports, g planner.Planner) automation.Stage {
	return clustering.New(g.Clusters, answers.Blobs{Store: p.Blob}, g.Compare)
}
