// Package stack deploys the product on an emulated AWS and speaks to its API, for tests.
package stack

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	cloud "github.com/igny8/igny8/internal/lab/aws"
)

// Deployment is what scripts/deploy.sh tells of a stack.
type Deployment struct {
	Stack   string            `json:"stack"`
	API     string            `json:"api"`
	Outputs map[string]string `json:"outputs"`
}

// Deploy runs scripts/deploy.sh against the emulator. more are variables of its environment, STACK
// one of them when the stack is not to have a name of its own.
func Deploy(t *testing.T, at cloud.Lab, more []string, parameters map[string]string) (d Deployment) {
	t.Helper()
	var list []string
	for name, value := range parameters {
		list = append(list, name+"="+value)
	}
	file := filepath.Join(t.TempDir(), "stack.json")
	cmd := exec.CommandContext(t.Context(), filepath.Join("scripts", "deploy.sh"), "ENV=local", "--json", file)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(append(os.Environ(), at.Env()...), "STACK="+cloud.Name(t, "igny8"), "LOGIN=no", "DEPLOY_PARAMETERS="+strings.Join(list, " "))
	cmd.Env = append(cmd.Env, more...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("deploy: %v\n%s", err, out)
	}
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}
