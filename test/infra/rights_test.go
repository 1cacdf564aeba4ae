package infra_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/test/rights"
)

// policies are the statements of each role, by its name.
type policies map[string][]map[string]any

func (p project) policies() policies {
	out := policies{}
	for _, r := range p.resources("AWS::IAM::Role") {
		for _, s := range statements(r) {
			m, _ := s.(map[string]any)
			out[r.id] = append(out[r.id], m)
		}
	}
	return out
}

// allowed is what the policies allow. Who is a function by its name, or a role of something else.
func (all policies) allowed() (rights.Set, []string) {
	out, faults := rights.Set{}, []string{}
	for role, statements := range all {
		who := strings.TrimSuffix(role, "Role")
		for _, s := range statements {
			for _, a := range list(s["Action"]) {
				for _, res := range list(s["Resource"]) {
					g := rights.Grant{Who: who, Action: text(a), On: named(res)}
					if g.On == "" || out[g] {
						faults = append(faults, g.String()+": on what, or twice")
					}
					out[g] = true
				}
			}
			if slices.ContainsFunc(list(s["Action"]), func(a any) bool { return strings.HasPrefix(text(a), "kms:") }) {
				for _, part := range []string{"account", "field"} {
					if text(at(s["Condition"], "Null", "kms:EncryptionContext:"+part)) != "false" {
						faults = append(faults, who+" may open what is sealed for no "+part)
					}
				}
			}
		}
	}
	return out, faults
}

// things are the names that package rights gives to what the template names so.
var things = map[string]string{
	"Data.Outputs.TableArn": "table", "${Data.Outputs.TableArn}/index/gsi1": "table/index/gsi1", "Data.Outputs.BucketArn": "files",
	"${Data.Outputs.BucketArn}/A/*": "files/A/*", "${Data.Outputs.BucketArn}/T/*": "files/T/*", "Data.Outputs.SealKeyArn": "key", "Pipeline": "machine",
	"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Pipeline.Name}:*": "machine/executions",
	stackFunctions: "functions",
}

// stackFunctions are all functions of the stack, by their names' beginning.
const stackFunctions = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Prefix}-*"

const parameterArn = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/igny8/${AWS::StackName}/"

// named is the name of a policy's resource; "" when it has none.
func named(res any) string {
	if text(res) == "*" {
		return "*"
	}
	for _, fn := range []string{"GetAtt", "Sub", "Ref"} {
		arg := argument(res, fn)
		if things[arg] != "" {
			return things[arg]
		}
		if name, ok := strings.CutPrefix(arg, parameterArn); ok && fn == "Sub" {
			return "parameter/" + name
		}
		if own, isAlias := strings.CutSuffix(arg, ".Arn}:"+alias); isAlias {
			return "of/" + strings.TrimPrefix(own, "${") + ":" + alias
		}
		queue, isQueue := strings.CutPrefix(arg, "Queues.Outputs.")
		own, isArn := strings.CutSuffix(arg, ".Arn")
		switch {
		case isQueue:
			name := strings.ToLower(strings.TrimSuffix(queue, "Arn"))
			if of, dead := strings.CutPrefix(name, "dead"); dead {
				name = of + "-dead"
			}
			return "queue/" + name
		case isArn:
			return "of/" + own
		}
	}
	return ""
}

// implied are the rights that the template itself asks for: by log groups, event sources, traces,
// the machine and the schedule.
func (p project) implied() rights.Set {
	out := rights.Set{}
	give := func(who, on, actions string) {
		for a := range strings.FieldsSeq(actions) {
			out[rights.Grant{Who: who, Action: a, On: on}] = true
		}
	}
	const trace = "xray:PutTraceSegments xray:PutTelemetryRecords"
	for _, r := range p.resources("AWS::Serverless::Function") {
		give(r.id, "of/"+argument(at(r.props, "LoggingConfig", "LogGroup"), "Ref"), "logs:CreateLogStream logs:PutLogEvents")
		give(r.id, "*", trace) // under the condition Traced
		events, _ := at(r.props, "Events").(map[string]any)
		for _, e := range events {
			switch text(at(e, "Type")) {
			case "SQS":
				give(r.id, named(at(e, "Properties", "Queue")), "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes")
			case "ScheduleV2":
				caller := strings.TrimSuffix(argument(at(e, "Properties", "RoleArn"), "GetAtt"), "Role.Arn")
				give(caller, "of/"+r.id, "lambda:InvokeFunction")
				give(caller, "of/"+r.id+":"+alias, "lambda:InvokeFunction")
			}
		}
	}
	for _, r := range p.resources("AWS::Serverless::StateMachine") {
		filled, _ := at(r.props, "DefinitionSubstitutions").(map[string]any)
		for _, function := range filled {
			for _, f := range called(function) {
				give(r.id, named(f), "lambda:InvokeFunction")
			}
		}
		give(r.id, "*", trace+" xray:GetSamplingRules xray:GetSamplingTargets")
		if at(r.props, "Logging") != nil {
			give(r.id, "*", "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups")
		}
	}
	if at(p.docs[canaryDoc], "Resources", "ShiftRole") != nil { // what CodeDeploy asks for to shift an alias
		give("Shift", "functions", "lambda:GetAlias lambda:UpdateAlias lambda:GetProvisionedConcurrencyConfig")
		give("Shift", "*", "cloudwatch:DescribeAlarms")
	}
	if len(p.resources("AWS::ApiGateway::Account")) > 0 {
		give("ApiLogAccount", "*", "logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams logs:PutLogEvents logs:GetLogEvents logs:FilterLogEvents")
	}
	return out
}

// checkRights: each role allows what its function was seen to do on AWS, and what the template
// asks for, and nothing else.
func checkRights(all policies, want rights.Set) []string {
	have, faults := all.allowed()
	return append(faults, rights.Compare(want, have)...)
}

// wanted is what the policies have to allow.
func (p project) wanted(t *testing.T) rights.Set {
	out := rights.Used(t)
	for g := range rights.Needed() {
		out[g] = true
	}
	maps.Copy(out, p.implied())
	return out
}

func TestRights(t *testing.T) {
	t.Parallel()
	p := load(t)
	want := p.wanted(t)
	report(t, checkRights(p.policies(), want))
	if t.Failed() {
		return
	}
	n := 0
	for _, m := range mutations(p.policies()) {
		n++
		if len(checkRights(m.policies, want)) == 0 {
			t.Errorf("nobody misses it: %s", m.what)
		}
	}
	if n < 500 {
		t.Errorf("only %d changes of the policies were tried", n)
	}
	refuses(t, checkRights(p.with(t, rootDoc, "\"Null\": {kms:EncryptionContext:account", "\"Null\": {kms:EncryptionContext:other").policies(), want), "ApiIntegration may open what is sealed for no account")
	refuses(t, checkRights(p.policies(), p.with(t, rootDoc, "LogGroup: !Ref TickLogs", "LogGroup: !Ref StageLogs").wanted(t)), "Tick uses logs:PutLogEvents on of/StageLogs and may not")
}

// mutation is the policies with one right taken away or added.
type mutation struct {
	what string
	policies
}

// others are rights that a statement of each service could have beside its own.
var others = []string{
	"dynamodb:Scan", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem",
	"dynamodb:ConditionCheckItem", "dynamodb:DeleteTable", "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:*", "sqs:SendMessage", "sqs:ReceiveMessage",
	"sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility", "states:StartExecution", "states:DescribeExecution", "states:StopExecution",
	"states:SendTaskSuccess", "states:SendTaskFailure", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "ssm:GetParameter", "ssm:PutParameter", "lambda:InvokeFunction",
	"logs:PutLogEvents", "logs:CreateLogGroup", "xray:PutTraceSegments",
}

// mutations are the policies less each action and each resource of each statement, and with each
// of the others, on what the statement names and on everything.
func mutations(all policies) (out []mutation) {
	for role, statements := range all {
		for n, s := range statements {
			put := func(what, key string, v []any) {
				changed := maps.Clone(s)
				changed[key] = v
				mine := slices.Clone(statements)
				mine[n] = changed
				m := maps.Clone(all)
				m[role] = mine
				out = append(out, mutation{role + ", " + text(s["Sid"]) + ": " + what, m})
			}
			actions, resources := list(s["Action"]), list(s["Resource"])
			for i, a := range actions {
				put("less "+text(a), "Action", slices.Delete(slices.Clone(actions), i, i+1))
			}
			for i, r := range resources {
				put("not on "+named(r), "Resource", slices.Delete(slices.Clone(resources), i, i+1))
			}
			for _, a := range others {
				if !slices.Contains(actions, any(a)) {
					put("more: "+a, "Action", append(slices.Clone(actions), a))
				}
			}
			if !slices.Contains(resources, any("*")) {
				put("on everything", "Resource", append(slices.Clone(resources), "*"))
			}
		}
	}
	return out
}
