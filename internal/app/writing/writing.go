// Package writing is the group of stages that ask for texts: ideas, articles, image prompts.
package writing

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/ideation"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/contents"
	"github.com/igny8/igny8/internal/automation/stages/prompts"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/site"
)

// kept is how many bytes of keywords a function of texts keeps: 200,000 of a site are 41 MB,
// and a job of ideas looks at them once.
const kept = 64 << 20

// New makes the stages for a function that does their jobs and nothing else.
func New(p parts.Ports, texts ai.Text) []automation.Stage {
	rows := rowset.NewKeeping(kept, p.Table, p.Clock, p.IDs)
	return Stages(parts.Find(p).Sites, cluster.New(p.Table, rows, p.Clock), idea.NewService(p.Table, p.Clock), writer.New(p), texts)
}

// Stages makes the stages 2, 4 and 5. texts may be nil where they only plan and fold.
func Stages(sites *site.Service, c *cluster.Service, i *idea.Service, w writer.Writer, texts ai.Text) []automation.Stage {
	return []automation.Stage{
		ideation.Stage(sites, c, i, texts),
		contents.New(w.Tasks, i, w.Contents, sites, texts),
		prompts.New(w.Contents, sites, texts),
	}
}
