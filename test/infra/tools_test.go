package infra_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool gives a program of a folder of the AWS lab's tools. What is missing is a failure.
func tool(t *testing.T, folder, name string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "internal/lab/aws/fetch.sh", folder)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the deployment tools: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), name)
}

func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, "sam", name), args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1", "SAM_CLI_TELEMETRY=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestLint: no warning is left out. One that is wrong would be named here by its id, with
// the reason.
func TestLint(t *testing.T) {
	t.Parallel()
	nested, err := filepath.Glob(filepath.Join(root, "infra", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-r", "us-east-1", "--", rootDoc}
	for _, n := range nested {
		args = append(args, "infra/"+filepath.Base(n))
	}
	if out, err := run(t, "cfn-lint", args...); err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
	bad := broken(t)
	if out, err := run(t, "cfn-lint", "-r", "us-east-1", "--", bad); err == nil || !strings.Contains(out, "Nothing") {
		t.Errorf("cfn-lint lets through a reference to nothing: %v\n%s", err, out)
	}
}

// accepted are checks of checkov that the templates do not pass, with the reason and the number of
// resources.
var accepted = map[string]struct {
	times int
	why   string
}{
	"CKV_AWS_18":  {2, "files are private and reached by signed addresses and the edge alone; logs of each would cost more than the files"},
	"CKV_AWS_21":  {1, "the app's bucket: what is in it is built again from web/"},
	"CKV_AWS_26":  {1, "alarms can't send to a topic under AWS's own key, and a notice holds names of alarms only"},
	"CKV_AWS_27":  {10, "SQS encrypts them by itself (SqsManagedSseEnabled), which checkov does not look for; messages hold ids alone"},
	"CKV_AWS_33":  {1, "OwnKey: anybody of the account, and by table and files alone: checkEncryption holds both conditions"},
	"CKV_AWS_68":  {1, "WAF stands before the API (WithFirewall); the app is files, which CloudFront protects itself"},
	"CKV_AWS_73":  {1, "a parameter (Tracing)"},
	"CKV_AWS_86":  {1, "requests of the API are logged by the gateway, with their viewer; those of the app's files by nobody, on purpose"},
	"CKV_AWS_111": {1, "GatewayLogs: API Gateway refuses the account's role without them"},
	"CKV_AWS_116": {14, "no function is called without an answer: gateway, queue (with its dead letters), machine; the schedule's repeat is the next tick"},
	"CKV_AWS_117": {14, "they reach AWS and the public internet alone; a network of our own would cost its gateway and starts"},
	"CKV_AWS_119": {1, "a parameter (WithDataKey), yes in production"},
	"CKV_AWS_120": {1, "each answer is an account's own"},
	"CKV_AWS_158": {16, "logs hold ids, no texts and no secrets, and are encrypted by CloudWatch"},
	"CKV_AWS_173": {14, "secrets are in the Parameter Store; the edge's secret is in CloudFront's configuration as well"},
	"CKV_AWS_174": {1, "with a name of the app's own it is TLS 1.2 of 2021; CloudFront's own name allows no choice"},
	"CKV_AWS_192": {1, "no Java is behind it"},
}

// TestCheckov: no check fails but those that are accepted, and those do.
func TestCheckov(t *testing.T) {
	t.Parallel()
	args := []string{"--framework", "cloudformation", "--compact", "--quiet", "--skip-download", "--soft-fail", "--output", "json", "-f", rootDoc}
	nested, err := filepath.Glob(filepath.Join(root, "infra", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nested {
		args = append(args, "-f", "infra/"+filepath.Base(n))
	}
	cmd := exec.CommandContext(t.Context(), tool(t, "checkov", "checkov"), args...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("checkov: %v\n%s", err, out)
	}
	found, passed := verdicts(t, out)
	if passed < 100 {
		t.Errorf("checkov passed only %d checks", passed)
	}
	for id, where := range found {
		if accepted[id].times != len(where) {
			t.Errorf("%s fails for %v, and is accepted for %d", id, where, accepted[id].times)
		}
	}
	for id, a := range accepted {
		if len(found[id]) == 0 {
			t.Errorf("%s (%s) passes: take it off the list", id, a.why)
		}
	}
}

// verdicts are the resources of each check that failed, and the number of those that passed.
func verdicts(t *testing.T, raw []byte) (map[string][]string, int) {
	t.Helper()
	var out struct {
		Results struct {
			Failed []struct {
				ID       string `json:"check_id"`
				Resource string `json:"resource"`
			} `json:"failed_checks"`
		} `json:"results"`
		Summary struct{ Passed int } `json:"summary"`
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("checkov said %s: %v", raw, err)
	}
	found := map[string][]string{}
	for _, f := range out.Results.Failed {
		found[f.ID] = append(found[f.ID], f.Resource)
	}
	return found, out.Summary.Passed
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if out, err := run(t, "sam", "validate", "--lint", "-t", rootDoc); err != nil {
		t.Errorf("sam validate: %v\n%s", err, out)
	}
	bad := broken(t)
	if out, err := run(t, "sam", "validate", "--lint", "-t", bad); err == nil {
		t.Errorf("sam lets through a reference to nothing\n%s", out)
	}
}

// broken is a template with a reference to what it does not have.
func broken(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "template.yaml")
	text := "Transform: AWS::Serverless-2016-10-31\nResources:\n  Table:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: !Ref Nothing}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
