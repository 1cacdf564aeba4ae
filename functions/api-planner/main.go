// api-planner answers /v1/planner/: keywords, clusters, ideas, imports, exports, and what is asked for by hand.
package main

import (
	"github.com/igny8/igny8/internal/app/clustering"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/ideation"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/table/dynamo"
)

func main() { lambdaio.Run(build) }

func build(c config.APIPlanner) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, map[queue.Name]string{queue.AI: c.AI, queue.Cluster: c.Cluster, queue.Bulk: c.Bulk})
	g, sites := planner.New(p), parts.Find(p)
	stages := append(g.Files(), g.Regroups, clustering.Stage(p, g), ideation.Stage(sites.Sites, g.Clusters, g.Ideas, nil))
	ops := g.Operations(sites, parts.Engine(p, parts.Working{Holder: b.Holder}, nil, stages...))
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, ops))
}
