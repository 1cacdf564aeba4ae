package infra_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// unbounded are the actions that AWS gives for all resources or not at all.
var unbounded = map[string]string{
	"xray:PutTraceSegments": "X-Ray has no resources for them", "xray:PutTelemetryRecords": "the same",
	"xray:GetSamplingRules": "the same", "xray:GetSamplingTargets": "the same",
	"states:SendTaskSuccess": "a token is not a resource", "states:SendTaskFailure": "the same",
	"logs:CreateLogDelivery": "deliveries have no ARN; a machine's logs need all of these", "logs:GetLogDelivery": "the same",
	"logs:UpdateLogDelivery": "the same", "logs:DeleteLogDelivery": "the same", "logs:ListLogDeliveries": "the same",
	"logs:PutResourcePolicy": "the same", "logs:DescribeResourcePolicies": "the same", "logs:DescribeLogGroups": "the same",
	"logs:CreateLogGroup": "the gateway's account-wide role, which it refuses without all of these", "logs:CreateLogStream": "the same",
	"logs:DescribeLogStreams": "the same", "logs:PutLogEvents": "the same", "logs:GetLogEvents": "the same", "logs:FilterLogEvents": "the same",
}

// partly are the resources that end with a wildcard, with the reason.
var partly = map[string]string{
	"${Data.Outputs.BucketArn}/A/*": "the accounts' files",
	"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Pipeline.Name}:*": "the machine's executions",
}

// statements are those of a role's own policies; one that stands under a condition counts.
func statements(r resource) (out []any) {
	for _, policy := range list(at(r.props, "Policies")) {
		for _, s := range list(at(policy, "PolicyDocument", "Statement")) {
			if c, ok := s.(call); ok && c.fn == "If" {
				s = list(c.arg)[1]
			}
			out = append(out, s)
		}
	}
	return out
}

// checkRoles: each function has a role that is its own; roles have no policies but their
// own, and no resource is a wildcard but where AWS wants it so.
func checkRoles(p project, unbounded, partly map[string]string) (faults []string) {
	used := map[string]string{}
	for _, r := range p.resources("AWS::Serverless::Function") {
		if role := argument(at(r.props, "Role"), "GetAtt"); role != r.id+"Role.Arn" || at(r.props, "Policies") != nil {
			faults = append(faults, r.id+": its role is not its own, or SAM makes one with managed policies")
		}
	}
	for _, r := range p.resources("AWS::Serverless::StateMachine") {
		if argument(at(r.props, "Role"), "GetAtt") != r.id+"Role.Arn" || at(r.props, "Policies") != nil {
			faults = append(faults, r.id+": its role is not its own")
		}
	}
	for _, typ := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User"} {
		for _, r := range p.resources(typ) {
			faults = append(faults, r.id+": a policy stands in its role, and nobody else has one")
		}
	}
	for _, r := range p.resources("AWS::IAM::Role") {
		bad := func(why string) { faults = append(faults, r.id+": "+why) }
		if at(r.props, "ManagedPolicyArns") != nil {
			bad("has a managed policy")
		}
		for _, s := range statements(r) {
			if at(s, "NotAction") != nil || at(s, "NotResource") != nil || text(at(s, "Effect")) != "Allow" {
				bad("a statement says what is not meant")
			}
			for _, a := range list(at(s, "Action")) {
				if strings.Contains(text(a), "*") {
					bad(text(a) + " is more than one action")
				}
				for _, res := range list(at(s, "Resource")) {
					why, rest := wildcard(text(a), res, unbounded, partly)
					if why != "" {
						bad(why)
					}
					used[rest] = "yes"
				}
			}
		}
	}
	for _, name := range append(slices.Collect(maps.Keys(unbounded)), slices.Collect(maps.Keys(partly))...) {
		if used[name] == "" {
			faults = append(faults, name+" is not used: take it off the list")
		}
	}
	return faults
}

// wildcard tells what is wrong with a resource, or which exception it is.
func wildcard(action string, res any, unbounded, partly map[string]string) (why, exception string) {
	if text(res) == "*" {
		if unbounded[action] == "" {
			return action + " on everything", ""
		}
		return "", action
	}
	if c, ok := res.(call); ok && !strings.Contains(text(c.arg), "*") {
		return "", ""
	}
	if sub := argument(res, "Sub"); partly[sub] != "" {
		return "", sub
	}
	return action + ": the resource is a wildcard, or is not named by the stack", ""
}

func TestRoles(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkRoles(p, unbounded, partly))
	for _, c := range []struct{ old, other, want string }{
		{"Role: !GetAtt TickRole.Arn", "Role: !GetAtt StageRole.Arn", "Tick: its role is not its own"},
		{"Role: !GetAtt TickRole.Arn", "Policies: [AWSLambdaExecute]", "Tick: its role is not its own"},
		{"Role: !GetAtt PipelineRole.Arn", "Role: !GetAtt StageRole.Arn", "Pipeline: its role is not its own"},
		{"  TickRateRole:\n    Type: AWS::IAM::Role\n    Properties:", "  TickRateRole:\n    Type: AWS::IAM::Role\n    Properties:\n      ManagedPolicyArns: [x]", "TickRateRole: has a managed policy"},
		{"  ApiLogs:\n    Type: AWS::Logs::LogGroup", "  ApiLogs:\n    Type: AWS::IAM::ManagedPolicy", "ApiLogs: a policy stands in its role"},
		{"Action: sqs:SendMessage,", "Action: sqs:*,", "WorkerAiRole: sqs:* is more than one action"},
		{"Action: ssm:GetParameter, Resource: !Sub", "Action: ssm:GetParameter, Resource: \"*\", Was: !Sub", "ApiAuthRole: ssm:GetParameter on everything"},
		{"/index/gsi1", "/index/*", "ApiAuthRole: dynamodb:GetItem: the resource is a wildcard"},
		{"{Sid: Invoke, Effect: Allow, Action: lambda:InvokeFunction", "{Sid: Invoke, Effect: Deny, Action: lambda:InvokeFunction", "PipelineRole: a statement says"},
	} {
		refuses(t, checkRoles(p.with(t, rootDoc, c.old, c.other), unbounded, partly), c.want)
	}
	more := maps.Clone(unbounded)
	more["s3:ListAllMyBuckets"] = "example"
	refuses(t, checkRoles(p, more, partly), "s3:ListAllMyBuckets is not used")
}

// needs are the actions that a variable is of use with, and whether they are on what it
// names. Beside them a role has what every function needs and what its events need.
var needs = []struct {
	variable string // its beginning
	actions  string
	named    bool
}{
	{"IGNY8_TABLE", "dynamodb:GetItem dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem", false},
	{"IGNY8_BUCKET", "s3:GetObject s3:ListBucket", false},
	{"IGNY8_QUEUE_", "sqs:SendMessage", true},
	{"IGNY8_DEAD_QUEUE_", "sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility", true},
	{"IGNY8_SEAL_KEY", "kms:Decrypt", true},
	{"IGNY8_STATE_MACHINE", "states:StartExecution states:DescribeExecution states:StopExecution states:SendTaskSuccess states:SendTaskFailure", false},
	{"IGNY8_TOKEN_KEY", "ssm:GetParameter", true},
	{"IGNY8_OPENAI_KEY", "ssm:GetParameter", true},
	{"IGNY8_ANTHROPIC_KEY", "ssm:GetParameter", true},
	{"IGNY8_STABILITY_KEY", "ssm:GetParameter", true},
}

// writers are the functions that write files, with what they write.
var writers = map[string]string{
	"ApiSystem": "signs addresses for uploads, and reads none", "ApiWriter": "articles that a person edits", "WorkerAi": "answers of providers, articles",
	"WorkerImage": "answers of providers, pictures", "WorkerCluster": "groups of keywords", "WorkerBulk": "reports of imports",
}

// answers are the functions that answer a machine's tokens without knowing its name.
var answers = []string{"Stage", "WorkerAi", "WorkerImage", "WorkerPublish", "WorkerCluster", "WorkerBulk"}

// wanted are the grants of a function, "action on what", as its variables ask for them.
func (p project) wanted(r resource) map[string]bool {
	out := map[string]bool{"logs:CreateLogStream": true, "logs:PutLogEvents": true, "xray:PutTraceSegments": true, "xray:PutTelemetryRecords": true}
	for name, v := range p.variables(r) {
		for _, n := range needs {
			if !strings.HasPrefix(name, n.variable) {
				continue
			}
			for a := range strings.FieldsSeq(n.actions) {
				if n.named {
					a += " " + subject(v)
				}
				out[a] = true
			}
		}
	}
	if writers[r.id] != "" {
		out["s3:PutObject"] = true
	}
	if r.id == "ApiSystem" {
		delete(out, "s3:GetObject")
		delete(out, "s3:ListBucket")
	}
	if r.id == "ApiIntegration" { // the others only open what was sealed
		out["kms:GenerateDataKey SealKey"] = true
	}
	if slices.Contains(answers, r.id) {
		out["states:SendTaskSuccess"], out["states:SendTaskFailure"] = true, true
	}
	if queue, ok := strings.CutPrefix(r.id, "Worker"); ok {
		for _, a := range []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"} {
			out[a+" "+queue] = true
		}
	}
	return out
}

// subject is what a value or a resource is of: the queue's name, SealKey, token-key.
func subject(v any) string {
	if _, output := outputOf(v); output != "" {
		return strings.TrimSuffix(strings.TrimSuffix(output, "Arn"), "Url")
	}
	sub := argument(v, "Sub")
	return sub[strings.LastIndex(sub, "/")+1:]
}

// checkGrants: a function may do what its variables ask for, and no more.
func checkGrants(p project) (faults []string) {
	roles := map[string]resource{}
	for _, r := range p.resources("AWS::IAM::Role") {
		roles[r.id] = r
	}
	for _, r := range p.resources("AWS::Serverless::Function") {
		want, have := p.wanted(r), map[string]bool{}
		for _, s := range statements(roles[r.id+"Role"]) {
			for _, a := range list(at(s, "Action")) {
				for _, res := range list(at(s, "Resource")) {
					grant := text(a)
					if slices.ContainsFunc([]string{"sqs:", "kms:", "ssm:"}, func(service string) bool { return strings.HasPrefix(grant, service) }) {
						grant += " " + subject(res)
					}
					have[grant] = true
				}
			}
			if strings.HasPrefix(text(list(at(s, "Action"))[0]), "kms:") && at(s, "Condition", "Null", "kms:EncryptionContext:account") == nil {
				faults = append(faults, r.id+" may open what is sealed for no account")
			}
		}
		for g := range want {
			if !have[g] {
				faults = append(faults, r.id+" may not "+g)
			}
		}
		for g := range have {
			if !want[g] {
				faults = append(faults, r.id+" may "+g+" and needs it for nothing")
			}
		}
	}
	return faults
}

func TestGrants(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkGrants(p))
	for _, c := range []struct{ old, other, want string }{
		{"Action: [s3:GetObject, s3:PutObject]", "Action: s3:GetObject", "ApiWriter may not s3:PutObject"},
		{"Action: s3:GetObject,", "Action: [s3:GetObject, s3:DeleteObject],", "ApiPlanner may s3:DeleteObject and needs it for nothing"},
		{"!GetAtt Queues.Outputs.ClusterArn, !GetAtt Queues.Outputs.BulkArn]", "!GetAtt Queues.Outputs.ImageArn, !GetAtt Queues.Outputs.BulkArn]", "ApiPlanner may not sqs:SendMessage Cluster"},
		{"!GetAtt Queues.Outputs.ClusterArn, !GetAtt Queues.Outputs.BulkArn]", "!GetAtt Queues.Outputs.ImageArn, !GetAtt Queues.Outputs.BulkArn]", "ApiPlanner may sqs:SendMessage Image and needs it for nothing"},
		{"parameter/igny8/${AWS::StackName}/token-key", "parameter/igny8/${AWS::StackName}/openai-key", "ApiAuth may ssm:GetParameter openai-key"},
		{"\"Null\": {kms:EncryptionContext:account", "\"Null\": {kms:EncryptionContext:other", "ApiIntegration may open what is sealed for no account"},
		{"IGNY8_STATE_MACHINE: !Ref Pipeline", "IGNY8_MACHINE: !Ref Pipeline", "ApiAutomation may states:StartExecution and needs it for nothing"},
	} {
		refuses(t, checkGrants(p.with(t, rootDoc, c.old, c.other)), c.want)
	}
}

// checkInvokers: the machine's role calls the function Stage, the schedule's the function
// Tick, and neither any other.
func checkInvokers(p project) (faults []string) {
	for id, function := range map[string]string{"PipelineRole": "Stage.Arn", "TickRateRole": "Tick.Arn"} {
		calls := 0
		for _, r := range p.resources("AWS::IAM::Role") {
			for _, s := range statements(r) {
				if r.id != id || !slices.Contains(list(at(s, "Action")), any("lambda:InvokeFunction")) {
					continue
				}
				calls++
				if res := list(at(s, "Resource")); len(res) != 1 || !is(res[0], "GetAtt", function) {
					faults = append(faults, id+" calls more than "+function)
				}
			}
		}
		if calls != 1 {
			faults = append(faults, id+" does not call "+function)
		}
	}
	return faults
}

func TestInvokers(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkInvokers(p))
	refuses(t, checkInvokers(p.with(t, rootDoc, "Resource: !GetAtt Tick.Arn", "Resource: [!GetAtt Tick.Arn, !GetAtt Stage.Arn]")), "TickRateRole calls more than")
	refuses(t, checkInvokers(p.with(t, rootDoc, "Action: lambda:InvokeFunction, Resource: !GetAtt Stage.Arn", "Action: lambda:GetFunction, Resource: !GetAtt Stage.Arn")), "PipelineRole does not call")
}
