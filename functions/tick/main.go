// tick mends what a crash left: a schedule calls it.
package main

import (
	"github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/publishing"
	"github.com/igny8/igny8/internal/app/tick"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/seal/kms"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/workflow/sfn"
)

func main() { lambdaio.Run(build) }

func build(c config.Tick) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	queues := sqs.Open(b.AWS, c.URLs())
	p.Queue, p.Dead, p.Workflow, p.Seal = queues, queues, sfn.Open(b.AWS, c.StateMachine), kms.Open(b.AWS, c.Sites.SealKey)
	out := guard.New(guard.Options{AllowHosts: c.Sites.AllowHosts, Timeout: integration.CallTimeout})
	work := parts.Working{Holder: b.Holder, Limits: parts.Limits{Resend: c.Resend, Stale: c.Stale, SweepFrom: c.SweepFrom}}
	g, w, sites := planner.New(p), writer.New(p), parts.Find(p).Sites
	pub := publishing.New(p, work, publishing.Options{Looks: c.Stray.Looks()}, sites, integration.New(p, out).Integrations, out)
	stages := pipeline.Stages(p, sites, g, w, pub.Stage(p, w), pipeline.Makers{})
	work.Sites = parts.SiteFinder{Sites: sites}
	return parts.Engine(p, work, tick.Sweepers(pub.Publishing, g.Rows), stages...).Tick, nil
}
