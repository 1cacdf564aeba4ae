// worker-publish does the jobs that bring an article out.
package main

import (
	"github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/publishing"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/seal/kms"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/workflow/sfn"
)

func main() { lambdaio.Run(build) }

func build(c config.WorkerPublish) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, map[queue.Name]string{queue.Publish: c.Queue})
	p.Workflow, p.Seal = sfn.Open(b.AWS, ""), kms.Open(b.AWS, c.Sites.SealKey) // the machine: it answers tokens only
	out := guard.New(guard.Options{AllowHosts: c.Sites.AllowHosts, Timeout: integration.CallTimeout})
	w := parts.Working{Holder: b.Holder, Limits: parts.Limits{Backoff: c.Jobs.Backoff}}
	g := publishing.New(p, w, publishing.Options{Looks: c.Stray.Looks()}, parts.Find(p).Sites, integration.New(p, out).Integrations, out)
	return lambdaio.Jobs(parts.Engine(p, w, nil, g.Stage(p, writer.New(p))).HandleJobs), nil
}
