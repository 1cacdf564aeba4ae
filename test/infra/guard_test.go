package infra_test

import (
	"slices"
	"testing"
)

// checkGuard: WAF lets through what shows the edge's secret alone, and counts by the viewer that
// the edge names, in this order.
func checkGuard(p project) (faults []string) {
	bad := func(why string) { faults = append(faults, why) }
	acl := at(p.docs[p.nested("GuardStack")], "Resources", "Firewall", "Properties")
	rules := list(at(acl, "Rules"))
	if len(rules) != 2 || text(at(rules[0], "Priority")) >= text(at(rules[1], "Priority")) {
		return []string{"the firewall has not its two rules in order"}
	}
	header := at(rules[0], "Statement", "NotStatement", "Statement", "ByteMatchStatement")
	if text(at(header, "FieldToMatch", "SingleHeader", "Name")) != "x-igny8-edge" || text(at(header, "PositionalConstraint")) != "EXACTLY" || at(rules[0], "Action", "Block") == nil {
		bad("the firewall lets through who comes around the edge")
	}
	rate := at(rules[1], "Statement", "RateBasedStatement")
	if text(at(rate, "ForwardedIPConfig", "HeaderName")) != "x-igny8-viewer" || !is(at(rate, "Limit"), "Ref", "PerViewer") || at(rules[1], "Action", "Block") == nil {
		bad("the firewall counts something else than viewers")
	}
	for _, env := range environments {
		params := p.values(env)
		params["EdgeSecret"], params["WithFirewall"], params["WithEdge"] = "x", "yes", "no"
		if !p.refused(params) {
			bad("[" + env + "] a firewall without an edge shuts everybody out, and is let in")
		}
	}
	return faults
}

// checkEncryption: the account's own key opens what it encrypts for table and files alone, and
// both take it.
func checkEncryption(p project) (faults []string) {
	doc := p.docs[p.nested("Data")]
	for _, s := range list(at(doc, "Resources", "OwnKey", "Properties", "KeyPolicy", "Statement")) {
		if text(at(s, "Principal", "AWS")) != "*" {
			continue
		}
		c := at(s, "Condition", "StringEquals")
		if !is(at(c, "kms:CallerAccount"), "Ref", "AWS::AccountId") || len(list(at(c, "kms:ViaService"))) != 2 {
			faults = append(faults, "OwnKey is open to others")
		}
	}
	table, _ := at(doc, "Resources", "Table", "Properties", "SSESpecification").(call)
	files, _ := at(doc, "Resources", "Files", "Properties", "BucketEncryption", "ServerSideEncryptionConfiguration").(call)
	for name, c := range map[string]call{"the table": table, "the bucket of files": files} {
		args := list(c.Argument)
		if c.Function != "If" || len(args) != 3 || args[0] != "DataKey" {
			faults = append(faults, name+" does not take the account's own key")
		}
	}
	if o := p.values("production"); o["WithDataKey"] != "yes" || o["WithFirewall"] != "yes" || o["WithDashboard"] != "yes" {
		faults = append(faults, "[production] leaves out key, firewall or dashboard")
	}
	for _, env := range []string{"", "local", "staging"} {
		if o := p.values(env); slices.Contains([]string{o["WithDataKey"], o["WithFirewall"], o["WithDashboard"]}, "yes") {
			faults = append(faults, "["+env+"] is small, and pays for production's")
		}
	}
	return faults
}

func TestGuard(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, append(checkGuard(p), checkEncryption(p)...))
	for _, c := range []struct{ file, old, other, want string }{
		{"infra/guard.yaml", "SingleHeader: {Name: x-igny8-edge}", "SingleHeader: {Name: host}", "who comes around the edge"},
		{"infra/guard.yaml", "HeaderName: x-igny8-viewer", "HeaderName: x-forwarded-for", "something else than viewers"},
		{"infra/guard.yaml", "Priority: 1\n", "Priority: 0\n", "in order"},
		{rootDoc, `RuleCondition: !Equals [!Ref WithFirewall, "yes"]`, `RuleCondition: !Equals [!Ref WithFirewall, "maybe"]`, "shuts everybody out"},
	} {
		refuses(t, checkGuard(p.with(t, c.file, c.old, c.other)), c.want)
	}
	for _, c := range []struct{ file, old, other, want string }{
		{"infra/data.yaml", "kms:CallerAccount: !Ref AWS::AccountId", "kms:CallerAccount: \"*\"", "OwnKey is open"},
		{"infra/data.yaml", "ServerSideEncryptionConfiguration: !If\n          - DataKey", "ServerSideEncryptionConfiguration: !If\n          - HasOrigin", "the bucket of files does not take"},
		{config, `"WithDataKey=yes",`, `"WithDataKey=no",`, "[production] leaves out"},
		{config, `"LogDays=7",`, "\"LogDays=7\",\n  \"WithDashboard=yes\",", "[staging] is small"},
	} {
		refuses(t, checkEncryption(p.with(t, c.file, c.old, c.other)), c.want)
	}
}
