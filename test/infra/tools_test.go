package infra_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool gives a program of the AWS lab's sam folder. What is missing is a failure.
func tool(t *testing.T, name string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "internal/lab/aws/fetch.sh", "sam")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the deployment tools: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), name)
}

func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, name), args...)
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
