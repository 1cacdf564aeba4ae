package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/test/stack"
)

// answers are what each function gives for the event that stands beside it, in a stack where
// nothing of what the event names is there.
var answers = map[string]string{
	"api-auth": `"code":"auth_failed"`, "api-planner": `"code":"unauthenticated"`, "api-writer": `"code":"unauthenticated"`,
	"api-automation": `"code":"unauthenticated"`, "api-integration": `"code":"unauthenticated"`, "api-billing": `"code":"unauthenticated"`, "api-system": `"pong":true`,
	"stage": `{}`, "worker-ai": `{"batchItemFailures":[]}`, "worker-image": `{"batchItemFailures":[]}`, "worker-publish": `{"batchItemFailures":[]}`,
	"worker-cluster": `{"batchItemFailures":[]}`, "worker-bulk": `{"batchItemFailures":[]}`, "tick": `null`,
}

// checkEvents sends each function's event.json through the deployed function.
func checkEvents(t *testing.T, at cloud.Lab, d stack.Deployment, secret string) {
	t.Helper()
	client, names := lambda.NewFromConfig(at.Config()), map[string]string{}
	for p := lambda.NewListFunctionsPaginator(client, &lambda.ListFunctionsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Functions {
			if logical, ok := strings.CutPrefix(aws.ToString(f.FunctionName), d.Stack+"-"); ok {
				names[strings.Split(logical, "-")[0]] = *f.FunctionName
			}
		}
	}
	events, err := filepath.Glob(filepath.Join("..", "..", "functions", "*", "event.json"))
	if err != nil || len(events) != len(answers) || len(names) != len(answers) {
		t.Fatalf("%d events, %d functions deployed, %d answers known: %v", len(events), len(names), len(answers), err)
	}
	for _, file := range events {
		folder := filepath.Base(filepath.Dir(file))
		out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String(names[logical(folder)]), Payload: eventOf(t, file, secret)})
		if err != nil {
			t.Errorf("%s: %v", folder, err)
			continue
		}
		body := strings.ReplaceAll(string(out.Payload), ": ", ":") // the emulator writes the answer anew
		var api struct{ Body *string }
		if json.Unmarshal(out.Payload, &api) == nil && api.Body != nil {
			body = *api.Body
		}
		if out.FunctionError != nil || !strings.Contains(body, answers[folder]) || answers[folder] == "" {
			t.Errorf("%s answered its event.json with %s (error %q), want %s", folder, out.Payload, aws.ToString(out.FunctionError), answers[folder])
		}
	}
}

// logical is the name of a folder's function in the template: worker-ai is WorkerAi.
func logical(folder string) (out string) {
	for part := range strings.SplitSeq(folder, "-") {
		out += strings.ToUpper(part[:1]) + part[1:]
	}
	return out
}

// eventOf reads an event; one of the gateway's comes through the edge.
func eventOf(t *testing.T, file, secret string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var e map[string]any
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	if headers, ok := e["multiValueHeaders"].(map[string]any); ok {
		headers["x-igny8-edge"] = []string{secret}
	}
	if raw, err = json.Marshal(e); err != nil {
		t.Fatal(err)
	}
	return raw
}
