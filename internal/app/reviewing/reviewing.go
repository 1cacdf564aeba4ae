// Package reviewing is the review gate for those who plan and fold it, or ask for a
// publication, and leave the publishing to another function.
package reviewing

import (
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/review"
	"github.com/igny8/igny8/internal/site"
)

// PlanOnly makes stage 7 without a publisher: a job of it must not be worked on here.
func PlanOnly(p parts.Ports, sites *site.Service, w writer.Writer) automation.Stage {
	return review.New(w.Contents, w.Images, sites, nil, p.Clock)
}
