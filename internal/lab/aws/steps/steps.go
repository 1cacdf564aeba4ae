// Package steps gives tests Lambda functions whose code is theirs, and state machines that
// invoke them, on the AWS lab.
package steps

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	lab "github.com/igny8/igny8/internal/lab/aws"
)

const role = "arn:aws:iam::" + lab.Account + ":role/lab"

// Function makes a Lambda function that runs f in the test's own process, and gives its ARN.
// f gets the payload; the error that it returns is reported under its Type. The function is
// removed with the test.
func Function(t testing.TB, l lab.Lab, f func(ctx context.Context, payload []byte) ([]byte, *messages.InvokeResponse_Error)) (arn string) {
	t.Helper()
	code, err := bundle()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler(f))
	t.Cleanup(server.Close)
	client := lambda.NewFromConfig(l.Config())
	out, err := client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String(lab.Name(t, "relay")), Role: aws.String(role), Handler: aws.String("bootstrap"),
		Runtime: types.RuntimeProvidedal2023, Code: &types.FunctionCode{ZipFile: code}, Timeout: aws.Int32(60),
		Environment: &types.Environment{Variables: map[string]string{"RELAY_ADDRESS": server.URL}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteFunction(context.WithoutCancel(t.Context()), &lambda.DeleteFunctionInput{FunctionName: out.FunctionName}); err != nil {
			t.Error(err)
		}
	})
	return *out.FunctionArn
}

// handler is the end of the wire that the relay posts to.
func handler(f func(context.Context, []byte) ([]byte, *messages.InvokeResponse_Error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		out, fault := f(r.Context(), payload)
		if fault != nil {
			out, _ = json.Marshal(fault)
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write(out)
	}
}

// Machine makes a state machine and gives its ARN. It is removed with the test.
func Machine(t testing.TB, l lab.Lab, definition string) (arn string) {
	t.Helper()
	client := sfn.NewFromConfig(l.Config())
	out, err := client.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String(lab.Name(t, "machine")), Definition: &definition, RoleArn: aws.String(role),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteStateMachine(context.WithoutCancel(t.Context()), &sfn.DeleteStateMachineInput{StateMachineArn: out.StateMachineArn}); err != nil {
			t.Error(err)
		}
	})
	return *out.StateMachineArn
}

// bundle is the relay as Lambda takes it, built once for each test binary.
var bundle = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "igny8-relay-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bin := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", bin, "github.com/igny8/igny8/internal/lab/aws/relay")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the relay: %w\n%s", err, text)
	}
	program, err := os.ReadFile(bin)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	h.SetMode(0o755)
	w, err := z.CreateHeader(h)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(program); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
})
