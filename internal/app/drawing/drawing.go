// Package drawing is the group of the stage that asks for pictures.
package drawing

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/images"
	"github.com/igny8/igny8/internal/site"
)

// Stage makes stage 6. painters may be nil where it only plans and folds.
func Stage(p parts.Ports, sites *site.Service, w writer.Writer, painters ai.Image) automation.Stage {
	return images.New(p.Table, w.Images, w.Contents, sites, painters)
}
