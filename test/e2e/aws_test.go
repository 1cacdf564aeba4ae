package e2e_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/table/dynamo"
)

// deployment is what scripts/deploy.sh tells of a stack.
type deployment struct {
	Stack   string            `json:"stack"`
	API     string            `json:"api"`
	Outputs map[string]string `json:"outputs"`
}

// startAWS deploys the stack as a person would, on an emulator of the test's own, and puts an
// edge before its gateway, which takes requests from there alone.
func startAWS(t *testing.T) runtime {
	t.Helper()
	wp, provider, at := wordpress.Start(t), lab.Start(t), cloud.Start(t)
	u, err := url.Parse(wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	secret := rand.Text()
	d := deploy(t, at, []string{"OPENAI_API_KEY=" + provider.Key}, map[string]string{
		"OpenAIBaseUrl": provider.URL, "AllowHosts": u.Host, "EdgeSecret": secret, "StartCredits": "100000",
		"TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare",
	})
	res, err := http.Get(d.API + "/v1/system/ping/")
	if err != nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("the gateway answers around the edge: %v %v", res, err)
	}
	res.Body.Close()
	checkEvents(t, at, d, secret)
	return runtime{name: "aws", base: startEdge(t, d.API, secret), wp: wp, provider: provider, kept: func(*testing.T) keeping {
		c := at.Config()
		c.BaseEndpoint = aws.String(at.Table)
		return keeping{Table: dynamo.Open(c, d.Outputs["TableName"], clock.Real{}), close: func() error { return nil }}
	}}
}

// deploy runs scripts/deploy.sh against the emulator.
func deploy(t *testing.T, at cloud.Lab, more []string, parameters map[string]string) (d deployment) {
	t.Helper()
	var list []string
	for name, value := range parameters {
		list = append(list, name+"="+value)
	}
	file := filepath.Join(t.TempDir(), "stack.json")
	cmd := exec.CommandContext(t.Context(), filepath.Join("scripts", "deploy.sh"), "ENV=local", "--json", file)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(append(os.Environ(), at.Env()...), more...)
	cmd.Env = append(cmd.Env, "STACK="+cloud.Name(t, "igny8"), "LOGIN=no", "DEPLOY_PARAMETERS="+strings.Join(list, " "))
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
