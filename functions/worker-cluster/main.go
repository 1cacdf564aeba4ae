// worker-cluster does the jobs that group keywords, and buys the vectors that they compare by
// where a site has chosen those of a provider.
package main

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/clustering"
	"github.com/igny8/igny8/internal/app/meaning"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/providers/reach"
	"github.com/igny8/igny8/internal/app/providers/vectors"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/sqs"
	"github.com/igny8/igny8/internal/secret/ssm"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/workflow/sfn"
)

func main() { lambdaio.Run(build) }

func build(c config.WorkerCluster) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, map[queue.Name]string{queue.Cluster: c.Queue})
	p.Workflow = sfn.Open(b.AWS, "") // it answers tokens only
	g := planner.New(p)
	meaning.Give(g)
	g.Compare.BuyFrom(vectors.Embed(reach.Options{
		OpenAI:  reach.Access{Key: reach.StoredKey(ssm.Open(b.AWS, b.Clock), ai.ProviderOpenAI, c.Provider.OpenAIKey), BaseURL: c.Provider.OpenAIBaseURL},
		Timeout: c.Provider.Timeout,
	}))
	return lambdaio.Jobs(parts.Engine(p, parts.Working{Holder: b.Holder, Limits: parts.Limits{Backoff: c.Jobs.Backoff, Call: c.Provider.Timeout}}, nil, clustering.Stage(p, g), g.Regroups).HandleJobs), nil
}
