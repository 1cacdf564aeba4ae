// Package pipeline puts the seven stages together, for those that plan and fold them all:
// the stage function, tick, and the all-in-one program.
package pipeline

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/clustering"
	"github.com/igny8/igny8/internal/app/drawing"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/app/writing"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/tasks"
	"github.com/igny8/igny8/internal/site"
)

// Makers are who is asked for texts, pictures and vectors; nil where stages only plan and fold.
type Makers struct {
	Texts   ai.Text
	Images  ai.Image
	Vectors ai.Embed
}

// Estimating makes the stages that cost credits, for one that tells what a run would cost.
func Estimating(p parts.Ports) []automation.Stage {
	g, w, sites := planner.New(p), writer.New(p), parts.Find(p).Sites
	return append(writing.Stages(sites, g.Clusters, g.Ideas, w, nil), clustering.Stage(p, g), tasks.New(p.Table, g.Ideas, w.Tasks), drawing.Stage(p, sites, w, nil))
}

// Stages makes the registry: the seven of the pipeline with the given stage of review, and
// what only people ask for.
func Stages(p parts.Ports, sites *site.Service, g planner.Planner, w writer.Writer, review automation.Stage, m Makers) []automation.Stage {
	return append(writing.Stages(sites, g.Clusters, g.Ideas, w, m.Texts),
		clustering.Stage(p, g), tasks.New(p.Table, g.Ideas, w.Tasks), drawing.Stage(p, sites, w, m.Images), review, g.Imports, g.Exports, g.Regroups)
}
