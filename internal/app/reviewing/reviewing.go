// Package reviewing is the stages of the writer, the review gate among them, for those who
// plan and fold them, or ask for single items, and leave the work to other functions.
package reviewing

import (
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/contents"
	"github.com/igny8/igny8/internal/automation/stages/images"
	"github.com/igny8/igny8/internal/automation/stages/prompts"
	"github.com/igny8/igny8/internal/automation/stages/review"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/site"
)

// PlanOnly makes stage 7 without a publisher: a job of it must not be worked on here.
func PlanOnly(p parts.Ports, sites *site.Service, w writer.Writer) automation.Stage {
	return review.New(w.Contents, w.Images, sites, nil, p.Clock)
}

// Asked makes the stages 4 to 7 for those who ask for single items: their jobs must not be
// worked on here.
func Asked(p parts.Ports, sites *site.Service, w writer.Writer) []automation.Stage {
	return []automation.Stage{
		contents.New(w.Tasks, idea.NewService(p.Table, p.Clock), w.Contents, sites, nil),
		prompts.New(w.Contents, sites, nil),
		images.New(p.Table, w.Images, w.Contents, sites, nil),
		PlanOnly(p, sites, w),
	}
}
