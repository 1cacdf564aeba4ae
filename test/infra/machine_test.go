package infra_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var substitution = regexp.MustCompile(`\$\{(\w+)\}`)

// checkMachine: each Task ends by itself and is caught; no retrier names an error by which a
// stage says that it is paused (docs/protocols.md, 2); the template fills in what the file
// leaves open.
func checkMachine(p project) (faults []string) {
	bad := func(why string) { faults = append(faults, why) }
	states, _ := at(p.docs[machine], "States").(map[string]any)
	tasks := 0
	for name, s := range states {
		if text(at(s, "Type")) != "Task" {
			continue
		}
		tasks++
		if at(s, "TimeoutSeconds") == nil {
			bad(name + " has no TimeoutSeconds")
		}
		if len(list(at(s, "Catch"))) == 0 {
			bad(name + " has no Catch")
		}
		if len(list(at(s, "Retry"))) == 0 {
			bad(name + " has no Retry")
		}
		for _, r := range list(at(s, "Retry")) {
			for _, e := range list(at(r, "ErrorEquals")) {
				if e == "States.ALL" || e == "States.TaskFailed" {
					bad(name + " retries " + text(e) + ", and so a stage that is paused")
				}
			}
		}
	}
	if tasks < 8 {
		bad("only a few tasks are found")
	}
	m := p.root("Pipeline")
	if text(at(m, "DefinitionUri")) != machine || text(at(m, "Type")) != "STANDARD" {
		bad("Pipeline is not " + machine + ", or not STANDARD, which tokens need")
	}
	filled, _ := at(m, "DefinitionSubstitutions").(map[string]any)
	var open []string
	for _, s := range substitution.FindAllStringSubmatch(p.texts[machine], -1) {
		open = append(open, s[1])
		if filled[s[1]] == nil {
			bad("${" + s[1] + "} is not filled in")
		}
	}
	for name := range filled {
		if !slices.Contains(open, name) {
			bad("the machine has no ${" + name + "}")
		}
	}
	if !calls(filled["StageFunction"], "Stage") {
		bad("StageFunction is not the function Stage")
	}
	if text(at(m, "Logging", "Level")) != "ERROR" || text(at(m, "Logging", "IncludeExecutionData")) != "false" {
		bad("Pipeline does not log errors, or logs data")
	}
	return faults
}

func TestMachine(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkMachine(p))
	for _, c := range []struct{ file, old, other, want string }{
		{machine, `"TimeoutSeconds": 604800,`, ``, "KeywordsToClusters has no TimeoutSeconds"},
		{machine, `"Catch"`, `"Caught"`, "KeywordsToClusters has no Catch"},
		{machine, `"Retry"`, `"Retried"`, "KeywordsToClusters has no Retry"},
		{machine, `"ErrorEquals": ["States.Timeout"]`, `"ErrorEquals": ["States.ALL"]`, "retries States.ALL"},
		{machine, `"ErrorEquals": ["States.Timeout"]`, `"ErrorEquals": ["States.TaskFailed"]`, "retries States.TaskFailed"},
		{machine, `"FunctionName": "${StageFunction}"`, `"FunctionName": "${StageName}"`, "${StageName} is not filled in"},
		{rootDoc, "{StageFunction: !If [Canary, !Sub \"${Stage.Arn}:live\", !GetAtt Stage.Arn]}", "{StageFunction: !GetAtt Tick.Arn, Other: x}", "StageFunction is not the function Stage"},
		{rootDoc, "{StageFunction: !If [Canary, !Sub \"${Stage.Arn}:live\", !GetAtt Stage.Arn]}", "{StageFunction: !GetAtt Tick.Arn, Other: x}", "the machine has no ${Other}"},
		{rootDoc, "Type: STANDARD", "Type: EXPRESS", "not STANDARD"},
		{rootDoc, "IncludeExecutionData: false", "IncludeExecutionData: true", "logs data"},
	} {
		refuses(t, checkMachine(p.with(t, c.file, c.old, c.other)), c.want)
	}
}

// checkTick: the schedule's name is the stack's own (SAM's would be the same in each stack
// of an account), and what failed is not repeated: the next tick is.
func checkTick(p project) (faults []string) {
	e := at(p.root("Tick"), "Events", "Rate")
	s := at(e, "Properties")
	if text(at(e, "Type")) != "ScheduleV2" || !strings.Contains(argument(at(s, "Name"), "Sub"), "${AWS::StackName}") {
		faults = append(faults, "Tick's schedule has no name of the stack's own")
	}
	if text(at(s, "RetryPolicy", "MaximumRetryAttempts")) != "0" || text(at(p.root("Tick"), "EventInvokeConfig", "MaximumRetryAttempts")) != "0" {
		faults = append(faults, "a failed tick is repeated")
	}
	if !is(at(s, "ScheduleExpression"), "Ref", "TickRate") || !is(at(s, "RoleArn"), "GetAtt", "TickRateRole.Arn") {
		faults = append(faults, "Tick's schedule has another rate or role")
	}
	return faults
}

func TestTick(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkTick(p))
	refuses(t, checkTick(p.with(t, rootDoc, `Name: !Sub "${AWS::StackName}-tick"`, `Name: tick`)), "no name of the stack's own")
	refuses(t, checkTick(p.with(t, rootDoc, "RetryPolicy: {MaximumRetryAttempts: 0}", "RetryPolicy: {MaximumRetryAttempts: 2}")), "a failed tick is repeated")
	refuses(t, checkTick(p.with(t, rootDoc, "EventInvokeConfig: {MaximumRetryAttempts: 0", "EventInvokeConfig: {MaximumRetryAttempts: 2")), "a failed tick is repeated")
	refuses(t, checkTick(p.with(t, rootDoc, "RoleArn: !GetAtt TickRateRole.Arn", "RoleArn: !GetAtt TickRole.Arn")), "another rate or role")
}
