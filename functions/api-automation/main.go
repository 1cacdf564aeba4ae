// api-automation answers /v1/automation/, /v1/jobs/ and /v1/account/: runs, jobs, the overview.
package main

import (
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/overview"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/workflow/sfn"
)

func main() { lambdaio.Run(build) }

func build(c config.APIAutomation) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, c.URLs())
	p.Workflow = sfn.Open(b.AWS, c.StateMachine)
	engine := parts.Engine(p, parts.Working{Holder: b.Holder}, nil, pipeline.Estimating(p)...)
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, append(engine.Routes(parts.Find(p)), overview.Reading(p, engine).Routes()...)))
}
