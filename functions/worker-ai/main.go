// worker-ai does the jobs that ask for texts: ideas, articles, image prompts.
package main

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/writing"
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

func build(c config.WorkerAI) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	p.Queue = sqs.Open(b.AWS, map[queue.Name]string{queue.AI: c.Queue})
	p.Workflow = sfn.Open(b.AWS, "") // it answers tokens only
	secrets := ssm.Open(b.AWS, b.Clock)
	from := providers.Options{
		OpenAI:    providers.Access{Key: providers.StoredKey(secrets, ai.ProviderOpenAI, c.Provider.OpenAIKey), BaseURL: c.Provider.OpenAIBaseURL},
		Anthropic: providers.Access{Key: providers.StoredKey(secrets, ai.ProviderAnthropic, c.Anthropic.Key), BaseURL: c.Anthropic.BaseURL},
		Timeout:   c.Provider.Timeout,
	}
	stages := writing.New(p, providers.Texts(from))
	return lambdaio.Jobs(parts.Engine(p, parts.Working{Holder: b.Holder, Limits: parts.Limits{Backoff: c.Jobs.Backoff, Call: c.Provider.Timeout}}, nil, stages...).HandleJobs), nil
}
