package infra_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// holds evaluates a condition of the section Rules.
func holds(v any, params map[string]string) bool {
	c, _ := v.(call)
	args := list(c.Argument)
	switch c.Function {
	case "Not":
		return !holds(args[0], params)
	case "Equals":
		return value(args[0], params) == value(args[1], params)
	}
	panic("a rule says " + c.Function)
}

// refused tells whether the template's rules stop a deploy with these parameters.
func (p project) refused(params map[string]string) bool {
	rules, _ := at(p.docs[rootDoc], "Rules").(map[string]any)
	for _, r := range rules {
		if c := at(r, "RuleCondition"); c != nil && !holds(c, params) {
			continue
		}
		for _, a := range list(at(r, "Assertions")) {
			if !holds(at(a, "Assert"), params) {
				return true
			}
		}
	}
	return false
}

// checkSecretRule: an API that asks for no secret is deployed in a local environment alone,
// and never behind an edge.
func checkSecretRule(p project) (faults []string) {
	for _, env := range environments {
		for _, edge := range []string{"yes", "no"} {
			params := p.values(env)
			params["WithEdge"], params["WithFirewall"], params["EdgeSecret"] = edge, edge, ""
			may := params["Env"] == "local" && edge == "no"
			if p.refused(params) == may {
				faults = append(faults, "["+env+"] without a secret, edge "+edge+": let in or kept out by mistake")
			}
			params["EdgeSecret"] = "x"
			if p.refused(params) {
				faults = append(faults, "["+env+"] with a secret, edge "+edge+": kept out")
			}
		}
	}
	return faults
}

func TestSecretRule(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkSecretRule(p))
	refuses(t, checkSecretRule(p.with(t, rootDoc, "RuleCondition: !Not [!Equals [!Ref Env, local]]", "RuleCondition: !Equals [!Ref Env, production]")), "[staging] without a secret, edge no")
	refuses(t, checkSecretRule(p.with(t, rootDoc, `RuleCondition: !Equals [!Ref WithEdge, "yes"]`, `RuleCondition: !Equals [!Ref WithEdge, "maybe"]`)), "[local] without a secret, edge yes")
}

// checkEnvironments: samconfig.toml says what the template knows, says who it is, and holds
// nothing that is secret or made from a secret.
func checkEnvironments(p project) (faults []string) {
	params, _ := at(p.docs[rootDoc], "Parameters").(map[string]any)
	for _, env := range environments[1:] {
		o := p.overrides(env)
		if o["Env"] != env {
			faults = append(faults, "["+env+"] is not Env="+env)
		}
		for name, v := range o {
			d, ok := params[name]
			if !ok {
				faults = append(faults, "["+env+"] "+name+" is no parameter")
			}
			if allowed := list(at(d, "AllowedValues")); allowed != nil && !slices.Contains(allowed, any(v)) {
				faults = append(faults, "["+env+"] "+name+" can't be "+v)
			}
			if text(at(d, "NoEcho")) == "true" || name == "PublicKeys" || strings.Contains(v, "sk-") {
				faults = append(faults, "["+env+"] "+name+" is made at the first deploy, and does not stand in a file")
			}
		}
	}
	if o := p.values("local"); o["WithEdge"] != "no" || o["Architecture"] != "x86_64" || o["S3PathStyle"] != "true" {
		faults = append(faults, "[local] is not what the emulator can do")
	}
	if o := p.values("production"); o["WithEdge"] != "yes" || o["WithAlarms"] != "yes" || o["DeletionProtection"] != "true" || o["AllowHosts"] != "" || o["S3PathStyle"] != "false" {
		faults = append(faults, "[production] leaves something out")
	}
	return faults
}

func TestEnvironments(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkEnvironments(p))
	for _, c := range []struct{ old, other, want string }{
		{`"Env=local",`, `"Env=staging",`, "[local] is not Env=local"},
		{`"LogDays=7",`, `"LogDays=8",`, "[staging] LogDays can't be 8"},
		{`"LogDays=7",`, `"LogWeeks=1",`, "[staging] LogWeeks is no parameter"},
		{`"LogDays=7",`, `"EdgeSecret=abc",`, "[staging] EdgeSecret is made at the first deploy"},
		{`"WithEdge=no",`, `"LogLevel=info",`, "what the emulator can do"},
		{`  "Env=production",`, "  \"Env=production\",\n  \"AllowHosts=10.0.0.1\",", "[production] leaves something out"},
	} {
		refuses(t, checkEnvironments(p.with(t, config, c.old, c.other)), c.want)
	}
}

var taken = regexp.MustCompile(`\b(\w+)\.Outputs\.(\w+)`)

// checkNested: a nested stack is given what it asks for, and no more; it has no defaults,
// so that the root says all.
func checkNested(p project) (faults []string) {
	used := map[string]bool{}
	for _, r := range p.resources("AWS::Serverless::Application") {
		file := text(at(r.props, "Location"))
		used[file] = true
		asked, _ := at(p.docs[file], "Parameters").(map[string]any)
		given, _ := at(r.props, "Parameters").(map[string]any)
		for name, d := range asked {
			if given[name] == nil {
				faults = append(faults, file+" is not given "+name)
			}
			if at(d, "Default") != nil {
				faults = append(faults, file+": "+name+" has a default")
			}
		}
		for name := range given {
			if asked[name] == nil {
				faults = append(faults, file+" does not ask for "+name)
			}
		}
	}
	for file := range p.docs {
		if strings.HasPrefix(file, "infra/") && !used[file] {
			faults = append(faults, file+" is no nested stack of the template")
		}
	}
	// Outputs that the root takes have to be there: a missing one fails in the middle of a deploy.
	for _, m := range taken.FindAllStringSubmatch(p.texts[rootDoc], -1) {
		outputs, _ := at(p.docs[p.nested(m[1])], "Outputs").(map[string]any)
		if outputs[m[2]] == nil {
			faults = append(faults, m[1]+" has no output "+m[2]+"; it has "+strings.Join(slices.Sorted(maps.Keys(outputs)), ", "))
		}
	}
	return faults
}

func TestNested(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkNested(p))
	for _, c := range []struct{ file, old, other, want string }{
		{rootDoc, "        BulkVisibility: !Ref BulkVisibility\n", "", "infra/queues.yaml is not given BulkVisibility"},
		{"infra/queues.yaml", "  BulkVisibility:\n    Type: Number\n", "  BulkVisibility:\n    Type: Number\n    Default: 60\n", "BulkVisibility has a default"},
		{"infra/alarms.yaml", "  Mail:\n    Type: String\n", "  Post:\n    Type: String\n", "infra/alarms.yaml does not ask for Mail"},
		{rootDoc, "Location: infra/edge.yaml", "Location: infra/data.yaml", "infra/edge.yaml is no nested stack"},
		{"infra/data.yaml", "  SealKeyArn:", "  KeyArn:", "Data has no output SealKeyArn"},
	} {
		refuses(t, checkNested(p.with(t, c.file, c.old, c.other)), c.want)
	}
}
