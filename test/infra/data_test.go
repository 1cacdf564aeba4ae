package infra_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/blob"
)

// checkTable: what the emulator and DynamoDB Local leave out, and what a lost table would
// cost.
func checkTable(p project) (faults []string) {
	tables := p.resources("AWS::DynamoDB::Table")
	if len(tables) != 1 {
		return []string{"not one table"}
	}
	r := tables[0]
	want := func(ok bool, why string) {
		if !ok {
			faults = append(faults, "the table "+why)
		}
	}
	want(text(at(r.props, "TimeToLiveSpecification", "AttributeName")) == "ttl" && text(at(r.props, "TimeToLiveSpecification", "Enabled")) == "true", "keeps what is past its ttl")
	want(text(at(r.props, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")) == "true", "can't be set back")
	sealed, _ := at(r.props, "SSESpecification").(call)
	own := list(sealed.Argument)
	want(len(own) == 3 && text(at(own[1], "SSEEnabled")) == "true" && text(at(own[2], "SSEEnabled")) == "true", "is not encrypted")
	want(is(at(r.props, "DeletionProtectionEnabled"), "Ref", "DeletionProtection"), "can be deleted by mistake")
	want(text(at(r.props, "BillingMode")) == "PAY_PER_REQUEST", "has a capacity")
	want(text(at(r.all, "UpdateReplacePolicy")) == "Retain", "goes when a change replaces it")
	keys := func(v any) string {
		l := list(v)
		if len(l) != 2 {
			return ""
		}
		return text(at(l[0], "AttributeName")) + text(at(l[0], "KeyType")) + " " + text(at(l[1], "AttributeName")) + text(at(l[1], "KeyType"))
	}
	want(keys(at(r.props, "KeySchema")) == "pkHASH skRANGE", "has other keys")
	indexes := list(at(r.props, "GlobalSecondaryIndexes"))
	want(len(indexes) == 1 && text(at(indexes[0], "IndexName")) == "gsi1" && keys(at(indexes[0], "KeySchema")) == "gpkHASH gskRANGE" && text(at(indexes[0], "Projection", "ProjectionType")) == "ALL", "has another index")
	return faults
}

func TestTable(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkTable(p))
	for _, c := range []struct{ old, other, want string }{
		{"{AttributeName: ttl, Enabled: true}", "{AttributeName: expires, Enabled: true}", "past its ttl"},
		{"PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "can't be set back"},
		{"{SSEEnabled: true}", "{SSEEnabled: false}", "is not encrypted"},
		{"DeletionProtectionEnabled: !Ref DeletionProtection", "DeletionProtectionEnabled: false", "by mistake"},
		{"IndexName: gsi1", "IndexName: gsi2", "another index"},
		{"{AttributeName: sk, KeyType: RANGE}", "{AttributeName: sort, KeyType: RANGE}", "other keys"},
		{"UpdateReplacePolicy: Retain", "UpdateReplacePolicy: Delete", "goes when a change replaces it"},
	} {
		refuses(t, checkTable(p.with(t, "infra/data.yaml", c.old, c.other)), c.want)
	}
}

// checkBuckets: nothing is public, all is encrypted, at rest and on its way.
func checkBuckets(p project) (faults []string) {
	policies := map[string]string{}
	for _, r := range p.resources("AWS::S3::BucketPolicy") {
		for _, s := range list(at(r.props, "PolicyDocument", "Statement")) {
			if text(at(s, "Effect")) == "Deny" && text(at(s, "Condition", "Bool", "aws:SecureTransport")) == "false" {
				policies[argument(at(r.props, "Bucket"), "Ref")] = r.id
			}
			if text(at(s, "Effect")) == "Allow" && at(s, "Condition") == nil {
				faults = append(faults, r.id+" allows without a condition")
			}
		}
	}
	buckets := p.resources("AWS::S3::Bucket")
	if len(buckets) != 2 {
		faults = append(faults, "not the buckets of files and of the app")
	}
	for _, r := range buckets {
		bad := func(why string) { faults = append(faults, r.id+": "+why) }
		for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			if text(at(r.props, "PublicAccessBlockConfiguration", block)) != "true" {
				bad("no " + block)
			}
		}
		if len(list(at(r.props, "BucketEncryption", "ServerSideEncryptionConfiguration"))) != 1 {
			bad("is not encrypted")
		}
		if owners := list(at(r.props, "OwnershipControls", "Rules")); len(owners) != 1 || text(at(owners[0], "ObjectOwnership")) != "BucketOwnerEnforced" {
			bad("objects may be another account's")
		}
		if policies[r.id] == "" {
			bad("may be read over an open wire")
		}
	}
	return faults
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkBuckets(p))
	for _, c := range []struct{ file, old, other, want string }{
		{"infra/data.yaml", "RestrictPublicBuckets: true", "RestrictPublicBuckets: false", "Files: no RestrictPublicBuckets"},
		{"infra/edge.yaml", "BlockPublicPolicy: true", "BlockPublicPolicy: false", "WebBucket: no BlockPublicPolicy"},
		{"infra/data.yaml", "ServerSideEncryptionConfiguration:", "Nothing:", "Files: is not encrypted"},
		{"infra/edge.yaml", "BucketOwnerEnforced", "ObjectWriter", "WebBucket: objects may be"},
		{"infra/data.yaml", "Effect: Deny", "Effect: Allow", "Files: may be read over an open wire"},
		{"infra/edge.yaml", "            Condition:\n              StringEquals:", "            Meant:\n              StringEquals:", "WebBucketPolicy allows without a condition"},
	} {
		refuses(t, checkBuckets(p.with(t, c.file, c.old, c.other)), c.want)
	}
}

// checkFiles: a page of the app's origin alone may send and fetch files; what was deleted
// can be had back as long as the table can; the key turns.
func checkFiles(p project) (faults []string) {
	files := at(p.docs[p.nested("Data")], "Resources", "Files", "Properties")
	cors, _ := at(files, "CorsConfiguration").(call)
	branches := list(cors.Argument)
	if cors.Function != "If" || len(branches) != 3 || branches[0] != "HasOrigin" {
		faults = append(faults, "pages are let in without AppOrigin")
	} else if rules := list(at(branches[1], "CorsRules")); len(rules) != 1 || len(list(at(rules[0], "AllowedOrigins"))) != 1 || !is(list(at(rules[0], "AllowedOrigins"))[0], "Ref", "AppOrigin") {
		faults = append(faults, "pages of any origin are let in")
	}
	days := func(v any) bool { return text(at(v, "NoncurrentVersionExpiration", "NoncurrentDays")) == "35" }
	if text(at(files, "VersioningConfiguration", "Status")) != "Enabled" || !slices.ContainsFunc(list(at(files, "LifecycleConfiguration", "Rules")), days) {
		faults = append(faults, "deleted files are not kept for the 35 days of the table, or for ever")
	}
	passes := func(v any) bool {
		return text(at(v, "Prefix")) == "T/" && text(at(v, "ExpirationInDays")) == strconv.Itoa(blob.PassingDays) && text(at(v, "Status")) == "Enabled"
	}
	if !slices.ContainsFunc(list(at(files, "LifecycleConfiguration", "Rules")), passes) {
		faults = append(faults, "files that pass stay for ever")
	}
	key := at(p.docs[p.nested("Data")], "Resources", "SealKey")
	if text(at(key, "Properties", "EnableKeyRotation")) != "true" || text(at(key, "Properties", "PendingWindowInDays")) != "30" || text(at(key, "UpdateReplacePolicy")) != "Retain" {
		faults = append(faults, "the key does not turn, or can be lost")
	}
	return faults
}

func TestFiles(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkFiles(p))
	for _, c := range []struct{ old, other, want string }{
		{"AllowedOrigins: [!Ref AppOrigin]", "AllowedOrigins: ['*']", "any origin"},
		{"CorsConfiguration: !If\n        - HasOrigin", "CorsConfiguration: !If\n        - Other", "without AppOrigin"},
		{"NoncurrentDays: 35", "NoncurrentDays: 1", "35 days"},
		{"EnableKeyRotation: true", "EnableKeyRotation: false", "the key does not turn"},
	} {
		refuses(t, checkFiles(p.with(t, "infra/data.yaml", c.old, c.other)), c.want)
	}
}

// checkLogs: logs are kept for a time that is set.
func checkLogs(p project) (faults []string) {
	groups := p.resources("AWS::Logs::LogGroup")
	if len(groups) < 15 {
		faults = append(faults, "only a few log groups are found")
	}
	for _, r := range groups {
		if !is(at(r.props, "RetentionInDays"), "Ref", "LogDays") {
			faults = append(faults, r.id+": kept for ever")
		}
		if !strings.Contains(argument(at(r.props, "LogGroupName"), "Sub"), "${AWS::StackName}") {
			faults = append(faults, r.id+": its name is not the stack's own")
		}
	}
	return faults
}

func TestLogs(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkLogs(p))
	refuses(t, checkLogs(p.with(t, rootDoc, `api", RetentionInDays: !Ref LogDays`, `api", Retention: !Ref LogDays`)), "ApiLogs: kept for ever")
	refuses(t, checkLogs(p.with(t, rootDoc, `"/igny8/${AWS::StackName}/api"`, `"/igny8/api"`)), "ApiLogs: its name is not the stack's own")
}
