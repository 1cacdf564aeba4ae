// worker-image does the jobs that ask for pictures.
package main

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/drawing"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/app/writer"
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

func build(c config.WorkerImage) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, map[queue.Name]string{queue.Image: c.Queue})
	p.Workflow = sfn.Open(b.AWS, "") // it answers tokens only
	secrets := ssm.Open(b.AWS, b.Clock)
	from := providers.Options{
		OpenAI:    providers.Access{Key: providers.StoredKey(secrets, ai.ProviderOpenAI, c.Provider.OpenAIKey), BaseURL: c.Provider.OpenAIBaseURL},
		Stability: providers.Access{Key: providers.StoredKey(secrets, ai.ProviderStability, c.Stability.Key), BaseURL: c.Stability.BaseURL},
		Timeout:   c.Provider.Timeout,
	}
	stage := drawing.Stage(p, parts.Find(p).Sites, writer.New(p), pictures.Images(from))
	return lambdaio.Jobs(parts.Engine(p, parts.Working{Holder: b.Holder, Limits: parts.Limits{Backoff: c.Jobs.Backoff, Call: c.Provider.Timeout}}, nil, stage).HandleJobs), nil
}
