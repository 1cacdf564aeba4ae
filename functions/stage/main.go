// stage folds what is finished and plans what comes next, for each stage of a run: the state machine calls it.
package main

import (
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/reviewing"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/workflow/sfn"
)

func main() { lambdaio.Run(build) }

func build(c config.Stage) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue, p.Workflow = sqs.Open(b.AWS, c.Queues.URLs()), sfn.Open(b.AWS, "") // it answers tokens only
	g, w, sites := planner.New(p), writer.New(p), parts.Find(p).Sites
	stages := pipeline.Stages(p, sites, g, w, reviewing.PlanOnly(p, sites, w), pipeline.Makers{})
	return lambdaio.Stage(parts.Engine(p, parts.Working{Holder: b.Holder}, nil, stages...).HandleStage), nil
}
