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
	"cloudwatch:DescribeAlarms": "CodeDeploy looks at the alarms that stop a deploy; its own policies of AWS have it so",
}

// partly are the resources that end with a wildcard, with the reason.
var partly = map[string]string{
	"${Data.Outputs.BucketArn}/A/*": "the accounts' files",
	"${Data.Outputs.BucketArn}/T/*": "those of them that pass",
	"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Pipeline.Name}:*": "the machine's executions",
	stackFunctions: "CodeDeploy shifts the aliases of all functions of the stack",
}

// statements are those of a role's own policies; one that stands under a condition counts.
func statements(r resource) (out []any) {
	for _, policy := range list(at(r.props, "Policies")) {
		for _, s := range list(at(policy, "PolicyDocument", "Statement")) {
			if c, ok := s.(call); ok && c.Function == "If" {
				s = list(c.Argument)[1]
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
	if c, ok := res.(call); ok && !strings.Contains(text(c.Argument), "*") {
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
		{"Resource: !Sub \"${Data.Outputs.BucketArn}/A/*\"", "Resource: !Sub \"${Data.Outputs.BucketArn}/*\"", "ApiPlannerRole: s3:GetObject: the resource is a wildcard"},
		{"{Sid: Invoke, Effect: Allow, Action: lambda:InvokeFunction", "{Sid: Invoke, Effect: Deny, Action: lambda:InvokeFunction", "PipelineRole: a statement says"},
	} {
		refuses(t, checkRoles(p.with(t, rootDoc, c.old, c.other), unbounded, partly), c.want)
	}
	more := maps.Clone(unbounded)
	more["s3:ListAllMyBuckets"] = "example"
	refuses(t, checkRoles(p, more, partly), "s3:ListAllMyBuckets is not used")
}
