package infra_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	canaryDoc = "infra/canary.yaml"
	alias     = "live" // what a function's callers call where deploys go to few first
	kept      = "    #canary "
)

// canary is the template with the lines that scripts/stack.py takes in where WithCanary is yes.
func (p project) canary(t *testing.T) project {
	t.Helper()
	return p.with(t, rootDoc, "", "").all(t, kept, "    ")
}

// all is the project with one text in place of another throughout the template.
func (p project) all(t *testing.T, old, other string) project {
	t.Helper()
	p.texts[rootDoc] = strings.ReplaceAll(p.texts[rootDoc], old, other)
	p.parse(t, rootDoc)
	return p
}

// called are what a value names as its function: the function, or its alias beside it.
func called(v any) []any {
	if c, ok := v.(call); ok && c.Function == "If" && len(list(c.Argument)) == 3 && list(c.Argument)[0] == "Canary" {
		return list(c.Argument)[1:]
	}
	return []any{v}
}

// calls tells whether a value is a function by its alias where there is one, and by itself else.
func calls(v any, function string) bool {
	f := called(v)
	return len(f) == 2 && is(f[0], "Sub", "${"+function+".Arn}:"+alias) && is(f[1], "GetAtt", function+".Arn")
}

// checkCanary: where WithCanary is yes each function has an alias that a deploy shifts a part of the
// calls at a time; what calls a function calls the alias (SAM sees to the gateway, queues and the
// schedule); each worker's errors, the API's and the stage's stop the deploy.
func checkCanary(p project) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	of := at(p.docs[rootDoc], "Globals", "Function")
	if text(at(of, "AutoPublishAlias")) != alias || text(at(of, "AutoPublishAliasAllProperties")) != "true" {
		bad("functions have no alias %s, or not each change comes to it", alias)
	}
	shift := at(of, "DeploymentPreference")
	if !strings.HasPrefix(text(at(shift, "Type")), "Canary") {
		bad("a deploy goes to all at once")
	}
	if role := called(at(shift, "Role")); !is(role[0], "GetAtt", "CanaryStack.Outputs.RoleArn") {
		bad("a deploy has another role than its own")
	}
	var stops []string
	for _, a := range list(called(at(shift, "Alarms"))[0]) {
		if c, ok := a.(call); ok && c.Function == "If" {
			a = list(c.Argument)[1] // Rules hold WithAlarms to yes
		}
		stops = append(stops, argument(a, "GetAtt"))
	}
	want := []string{"AlarmStack.Outputs.StageFails"}
	for _, r := range p.resources("AWS::CloudWatch::Alarm") {
		if r.file == canaryDoc {
			want = append(want, "CanaryStack.Outputs."+r.id)
		}
	}
	slices.Sort(stops)
	slices.Sort(want)
	if !slices.Equal(stops, want) {
		bad("what stops a deploy is %v, want %v", stops, want)
	}
	faults = append(faults, checkShifted(p)...)
	for _, env := range environments {
		params := p.values(env)
		if (params["WithCanary"] == "yes") != (env == "production") {
			bad("[%s] deploys go to few first, or not, by mistake", env)
		}
		params["EdgeSecret"], params["WithCanary"], params["WithAlarms"] = "x", "yes", "few"
		if !p.refused(params) {
			bad("[%s] deploys that no alarm stops are let in", env)
		}
	}
	return faults
}

// checkShifted: no function goes its own way, and the errors of each that no gateway and no machine
// tells of are watched.
func checkShifted(p project) (faults []string) {
	watched := map[string]bool{}
	given := at(p.root("CanaryStack"), "Parameters")
	for _, r := range p.resources("AWS::CloudWatch::Alarm") {
		if d := list(at(r.props, "Dimensions")); r.file == canaryDoc && text(at(r.props, "MetricName")) == "Errors" {
			watched[argument(at(given, argument(at(d[0], "Value"), "Ref")), "Ref")] = true
		}
	}
	for _, r := range p.resources("AWS::Serverless::Function") {
		for _, own := range []string{"AutoPublishAlias", "DeploymentPreference", "AutoPublishAliasAllProperties"} {
			if at(r.props, own) != nil {
				faults = append(faults, r.id+" has a "+own+" of its own")
			}
		}
		if strings.HasPrefix(r.id, "Worker") && !watched[r.id] {
			faults = append(faults, r.id+" may err, and the deploy goes on")
		}
	}
	return faults
}

func TestCanary(t *testing.T) {
	t.Parallel()
	p := load(t)
	if at(p.docs[rootDoc], "Globals", "Function", "AutoPublishAlias") != nil {
		t.Error("each environment has aliases, the emulator's too")
	}
	report(t, checkCanary(p.canary(t)))
	for _, c := range []struct{ file, old, other, want string }{
		{rootDoc, kept + "AutoPublishAlias: live", kept + "AutoPublishAlias: now", "functions have no alias live"},
		{rootDoc, "Type: Canary10Percent5Minutes", "Type: AllAtOnce", "a deploy goes to all at once"},
		{rootDoc, kept + "    - - !GetAtt CanaryStack.Outputs.ApiErrs\n" + kept + "      - ", kept + "    - - ", "what stops a deploy is"},
		{rootDoc, "        BulkFunction: !Ref WorkerBulk\n", "        BulkFunction: !Ref WorkerAi\n", "WorkerBulk may err"},
		{rootDoc, "      CodeUri: dist/worker-ai/\n", "      CodeUri: dist/worker-ai/\n      AutoPublishAlias: other\n", "WorkerAi has a AutoPublishAlias of its own"},
		{rootDoc, "RuleCondition: !Equals [!Ref WithCanary, \"yes\"]", "RuleCondition: !Equals [!Ref WithCanary, \"maybe\"]", "deploys that no alarm stops"},
		{canaryDoc, "MetricName: Errors", "MetricName: Throttles", "WorkerAi may err"},
		{config, `  "WithCanary=yes",`, `  "WithCanary=no",`, "[production] deploys go to few first, or not"},
	} {
		refuses(t, checkCanary(p.with(t, c.file, c.old, c.other).canary(t)), c.want)
	}
}

// made is what SAM makes of the template: JSON, as CloudFormation gets it.
type made map[string]struct {
	Type         string
	Properties   map[string]any
	UpdatePolicy map[string]any
}

// translate has SAM make it.
func translate(t *testing.T, name string) made {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, "sam", "python"), "test/infra/translate.py", name, "WithCanary=yes")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1", "PYTHONDONTWRITEBYTECODE=1")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("translate.py: %v\n%s", err, &said)
	}
	var doc struct{ Resources made }
	if err := json.Unmarshal(out, &doc); err != nil || len(doc.Resources) > 500 { // CloudFormation takes no more
		t.Fatalf("SAM makes %d resources: %v", len(doc.Resources), err)
	}
	return doc.Resources
}

var integration = regexp.MustCompile(`/functions/\$\{(\w+?)(?:\.Arn)?\}/invocations`)

// checkAliases: each function has an alias that CodeDeploy shifts, and the gateway, the event
// sources and the schedule call it.
func checkAliases(all made) (faults []string) {
	const suffix = "Alias" + alias
	bad := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	aliased := func(who string, v any) {
		if !strings.HasSuffix(text(at(v, "Ref")), suffix) {
			bad("%s calls no alias, but %v", who, v)
		}
	}
	for name, r := range all {
		switch r.Type {
		case "AWS::Lambda::Function":
			group := text(at(all[name+suffix].UpdatePolicy, "CodeDeployLambdaAliasUpdate", "DeploymentGroupName", "Ref"))
			if all[name+suffix].Type != "AWS::Lambda::Alias" || all[group].Type != "AWS::CodeDeploy::DeploymentGroup" {
				bad("%s has no alias that is shifted", name)
			}
		case "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission":
			aliased(name, r.Properties["FunctionName"])
		case "AWS::Scheduler::Schedule":
			aliased(name, at(r.Properties["Target"], "Arn"))
		case "AWS::ApiGateway::RestApi":
			raw, _ := json.Marshal(r.Properties["Body"]) // it was JSON
			ways := integration.FindAllSubmatch(raw, -1)
			if len(ways) < 100 {
				bad("%s calls only %d functions", name, len(ways))
			}
			for _, w := range ways {
				if !strings.HasSuffix(string(w[1]), suffix) {
					bad("%s calls %s, not its alias", name, w[1])
				}
			}
		case "AWS::CodeDeploy::DeploymentGroup":
			if text(at(r.Properties["AutoRollbackConfiguration"], "Enabled")) == "false" || !slices.Contains(list(at(r.Properties["AutoRollbackConfiguration"], "Events")), any("DEPLOYMENT_STOP_ON_ALARM")) {
				bad("%s does not go back by itself", name)
			}
		}
	}
	return faults
}

// TestCanaryTemplate: what scripts/stack.py makes of the template is what the rules above look at,
// and SAM and cfn-lint take it.
func TestCanaryTemplate(t *testing.T) {
	t.Parallel()
	name := fmt.Sprintf("template.canary.%d.yaml", os.Getpid())
	t.Cleanup(func() { _ = os.Remove(filepath.Join(root, name)) })
	if out, err := run(t, "python", "scripts/stack.py", "canary", name); err != nil {
		t.Fatalf("stack.py: %v\n%s", err, out)
	}
	made, err := os.ReadFile(filepath.Join(root, name))
	if err != nil || string(made) != load(t).canary(t).texts[rootDoc] {
		t.Errorf("scripts/stack.py makes another template: %v", err)
	}
	report(t, checkAliases(translate(t, name)))
	refuses(t, checkAliases(translate(t, rootDoc)), "ApiAuth has no alias")
	refuses(t, checkAliases(translate(t, rootDoc)), "WorkerAiJobs calls no alias")
	refuses(t, checkAliases(translate(t, rootDoc)), "Api calls ApiAuth")
	if out, err := run(t, "sam", "validate", "-t", name); err != nil {
		t.Errorf("sam validate: %v\n%s", err, out)
	}
	// E3724: it does not know that Globals may have AutoPublishAliasAllProperties, which SAM does.
	if out, err := run(t, "cfn-lint", "-r", "us-east-1", "-i", "E3724", "--", name); err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}
