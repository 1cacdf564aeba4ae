// Package clustering is the group of the stages that work on rows and records alone:
// keywords to clusters, ideas to tasks.
package clustering

import (
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/clustering"
	"github.com/igny8/igny8/internal/automation/stages/tasks"
)

// Stage makes stage 1.
func Stage(p parts.Ports, g planner.Planner) automation.Stage {
	return clustering.New(g.Clusters, clustering.BlobAnswers{Blobs: p.Blob})
}

// Tasks makes stage 3, whose plan is its work.
func Tasks(p parts.Ports, g planner.Planner, w writer.Writer) automation.Stage {
	return tasks.New(p.Table, g.Ideas, w.Tasks)
}
