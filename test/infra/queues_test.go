package infra_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// outputOf is the nested stack and the output that a reference names: Queues, AiArn.
func outputOf(v any) (stack, output string) {
	stack, output, _ = strings.Cut(argument(v, "GetAtt"), ".Outputs.")
	return stack, output
}

// queue is the queue of infra/queues.yaml that an output is of: its ARN, URL or name.
func (p project) queue(output string) (id string, props any) {
	for _, suffix := range []string{"Arn", "Url", "Name"} {
		if name, ok := strings.CutSuffix(output, suffix); ok {
			return name, at(p.docs[p.nested("Queues")], "Resources", name, "Properties")
		}
	}
	return "", nil
}

// batches are how many messages a worker takes and how long one of them may work.
var batches = map[string]string{"WorkerAi": "10", "WorkerImage": "10", "WorkerPublish": "3", "WorkerCluster": "1", "WorkerBulk": "1"}

// checkConsumers: each queue has one consumer, which names what failed of a batch, and
// whose time-out and 60 s are the queue's visibility in each environment: shorter, and a
// message comes again while it is worked on.
func checkConsumers(p project) (faults []string) {
	seen := map[string]bool{}
	for _, r := range p.resources("AWS::Serverless::Function") {
		events, _ := at(r.props, "Events").(map[string]any)
		for _, e := range events {
			if text(at(e, "Type")) != "SQS" {
				continue
			}
			bad := func(why string) { faults = append(faults, r.id+": "+why) }
			source := at(e, "Properties")
			_, output := outputOf(at(source, "Queue"))
			id, q := p.queue(output)
			if q == nil || "Worker"+id != r.id || seen[id] {
				bad("is not the one consumer of its queue")
				continue
			}
			seen[id] = true
			if text(at(source, "BatchSize")) != batches[r.id] {
				bad("takes " + text(at(source, "BatchSize")) + " messages")
			}
			if types := list(at(source, "FunctionResponseTypes")); len(types) != 1 || types[0] != "ReportBatchItemFailures" {
				bad("a failed message brings the whole batch back")
			}
			for _, env := range environments {
				faults = append(faults, p.checkTimes(env, id, r, source, q)...)
			}
		}
	}
	for id := range batches {
		if !seen[strings.TrimPrefix(id, "Worker")] {
			faults = append(faults, id+" consumes nothing")
		}
	}
	return faults
}

func (p project) checkTimes(env, id string, r resource, source, q any) (faults []string) {
	params := p.values(env)
	bad := func(why string) { faults = append(faults, "["+env+"] "+r.id+": "+why) }
	timeout, _ := strconv.Atoi(value(at(r.props, "Timeout"), params))
	passed := at(p.root("Queues"), "Parameters", argument(at(q, "VisibilityTimeout"), "Ref"))
	visibility, _ := strconv.Atoi(value(passed, params))
	if timeout <= 0 || visibility != timeout+60 {
		bad("time-out " + strconv.Itoa(timeout) + ", visibility of " + id + " " + strconv.Itoa(visibility))
	}
	if n, _ := strconv.Atoi(value(at(source, "ScalingConfig", "MaximumConcurrency"), params)); n < 2 {
		bad("MaximumConcurrency is less than 2, which SQS refuses")
	}
	if limit := argument(at(p.variables(r)["IGNY8_PROVIDER_TIMEOUT"]), "Ref"); limit != "" {
		call, err := time.ParseDuration(params[limit])
		if err != nil || call >= time.Duration(timeout)*time.Second {
			bad("a call may take " + params[limit] + ", and then nothing is left to store its answer")
		}
	}
	return faults
}

func TestConsumers(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkConsumers(p))
	for _, c := range []struct{ file, old, other, want string }{
		{rootDoc, "AiVisibility: {Type: Number, MinValue: 61, MaxValue: 960, Default: 660}", "AiVisibility: {Default: 600}", "[production] WorkerAi: time-out 600, visibility of Ai 600"},
		{config, `"BulkTimeout=300"`, `"BulkTimeout=310"`, "[local] WorkerBulk: time-out 310"},
		{config, `"AiConcurrency=2"`, `"AiConcurrency=1"`, "[staging] WorkerAi: MaximumConcurrency"},
		{config, `"ProviderTimeout=4m"`, `"ProviderTimeout=5m"`, "[local] WorkerImage: a call may take 5m"},
		{rootDoc, "Queue: !GetAtt Queues.Outputs.ImageArn", "Queue: !GetAtt Queues.Outputs.AiArn", "WorkerImage consumes nothing"},
		{rootDoc, "BatchSize: 10", "BatchSize: 1", "WorkerAi: takes 1 messages"},
		{rootDoc, "FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: []", "brings the whole batch back"},
		{"infra/queues.yaml", "VisibilityTimeout: !Ref AiVisibility", "VisibilityTimeout: 30", "WorkerAi: time-out 600, visibility of Ai 0"},
	} {
		refuses(t, checkConsumers(p.with(t, c.file, c.old, c.other)), c.want)
	}
}

// checkQueues: what can't be delivered is kept, 14 days, in a queue that takes from this one
// alone; all are encrypted.
func checkQueues(p project) (faults []string) {
	all := map[string]any{}
	for _, r := range p.resources("AWS::SQS::Queue") {
		all[r.id] = r.props
	}
	if len(all) != 2*len(batches) {
		faults = append(faults, "not five queues and five for dead letters")
	}
	for id, q := range all {
		bad := func(why string) { faults = append(faults, id+": "+why) }
		if text(at(q, "MessageRetentionPeriod")) != "1209600" {
			bad("keeps messages for less than 14 days")
		}
		if text(at(q, "SqsManagedSseEnabled")) != "true" {
			bad("is not encrypted")
		}
		if strings.HasPrefix(id, "Dead") {
			continue
		}
		// Names and ARNs are put together from the stack's name: an ARN ends with the name.
		dead := all["Dead"+id]
		name, letters := argument(at(q, "QueueName"), "Sub"), argument(at(dead, "QueueName"), "Sub")
		if arn := argument(at(q, "RedrivePolicy", "deadLetterTargetArn"), "Sub"); letters == "" || !strings.HasSuffix(arn, ":"+letters) {
			bad("has no dead letters of its own")
		}
		if argument(at(q, "RedrivePolicy", "maxReceiveCount"), "Ref") != "MaxReceive" {
			bad("maxReceiveCount is not the parameter")
		}
		from := list(at(dead, "RedriveAllowPolicy", "sourceQueueArns"))
		if text(at(dead, "RedriveAllowPolicy", "redrivePermission")) != "byQueue" || len(from) != 1 || !strings.HasSuffix(argument(from[0], "Sub"), ":"+name) {
			bad("its dead letters take from others")
		}
	}
	return faults
}

func TestQueues(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkQueues(p))
	const file = "infra/queues.yaml"
	for _, c := range []struct{ old, other, want string }{
		{"MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 345600", "Ai: keeps messages for less than 14 days"},
		{"SqsManagedSseEnabled: true", "SqsManagedSseEnabled: false", "Ai: is not encrypted"},
		{"${Prefix}-ai-dead\"\n        maxReceiveCount", "${Prefix}-bulk-dead\"\n        maxReceiveCount", "Ai: has no dead letters of its own"},
		{"maxReceiveCount: !Ref MaxReceive", "maxReceiveCount: 3", "Ai: maxReceiveCount"},
		{"redrivePermission: byQueue", "redrivePermission: allowAll", "Ai: its dead letters take from others"},
		{"  DeadBulk:\n    Type: AWS::SQS::Queue", "  DeadBulk:\n    Type: AWS::SNS::Topic", "not five queues"},
	} {
		refuses(t, checkQueues(p.with(t, file, c.old, c.other)), c.want)
	}
}
