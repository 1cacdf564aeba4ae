// api-writer answers /v1/writer/: tasks, contents, images, and what is asked for by hand.
package main

import (
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/reviewing"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/table/dynamo"
)

func main() { lambdaio.Run(build) }

func build(c config.APIWriter) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, map[queue.Name]string{queue.AI: c.AI, queue.Image: c.Image, queue.Publish: c.Publish})
	g, sites := writer.New(p), parts.Find(p)
	engine := parts.Engine(p, parts.Working{Holder: b.Holder}, nil, reviewing.Asked(p, sites.Sites, g)...)
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, g.Operations(sites, engine)))
}
