// Package dynamodb gives tests a DynamoDB Local of their own: fetched once into the cache,
// started once per test binary, in memory, and ended with the binary however that ends.
package dynamodb

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	fetchTimeout = 8 * time.Minute
	startTimeout = time.Minute
	startTries   = 3 // another process may take the free port before the server does
)

//go:embed fetch.sh
var fetchScript string

// guardScript runs its arguments and ends them when its input ends. The test binary holds
// the other end, so the server dies with it, even when it is killed.
const guardScript = `exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( while read -r _ <&3; do :; done; kill -9 "$server" ) &
guard=$!
exec 3<&-
wait "$server"
kill "$guard" 2>/dev/null
`

// Start gives the address of a running DynamoDB Local, http://127.0.0.1:<port>. All callers
// in a test binary share one server, so each test keeps to its own table or keys. What is
// missing (java, Maven, the network for the first fetch) fails the test and is named.
func Start(t testing.TB) (endpoint string) {
	t.Helper()
	endpoint, err := shared()
	if err != nil {
		t.Fatalf("DynamoDB Local: %v", err)
	}
	return endpoint
}

var shared = sync.OnceValues(func() (string, error) {
	lib, err := fetch()
	if err != nil {
		return "", err
	}
	for range startTries - 1 {
		if endpoint, err := launch(lib); err == nil {
			return endpoint, nil
		}
	}
	return launch(lib)
})

func fetch() (lib string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-s")
	cmd.Stdin = strings.NewReader(fetchScript)
	var out, log strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("it can't be fetched: %w\n%s", err, log.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// launch starts a server on a free port and waits until it answers.
func launch(lib string) (string, error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	log, err := os.CreateTemp("", "igny8-dynamodb-*.log")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(log.Name()); _ = log.Close() }()
	cmd := exec.Command("bash", "-c", guardScript, "dynamodb-local",
		"java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Dsqlite4java.library.path="+lib, "-cp", filepath.Join(lib, "*"),
		"software.amazon.dynamodb.services.local.main.ServerRunner",
		"-port", strconv.Itoa(port), "-inMemory", "-sharedDb", "-disableTelemetry")
	cmd.Stdout, cmd.Stderr = log, log // a file: a pipe would keep go test waiting
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	endpoint := "http://127.0.0.1:" + strconv.Itoa(port)
	if err := await(endpoint, ended); err != nil {
		_ = input.Close()
		<-ended
		text, _ := os.ReadFile(log.Name())
		return "", fmt.Errorf("%w\n%s", err, text)
	}
	held = input
	return endpoint, nil
}

// held keeps the pipe to the guard from being collected, and so closed, before the end.
var held any //nolint:unused // it is written, and that is its use

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// await polls until the server answers; a request without a signature gets 400 from it.
func await(endpoint string, ended <-chan struct{}) error {
	client := &http.Client{Timeout: 5 * time.Second}
	giveUp := time.After(startTimeout)
	for {
		if res, err := client.Get(endpoint); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusBadRequest {
				return nil
			}
		}
		select {
		case <-ended:
			return fmt.Errorf("the server ended at once")
		case <-giveUp:
			return fmt.Errorf("the server did not answer within %v", startTimeout)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Client gives an SDK client for the endpoint; DynamoDB Local takes any credentials.
func Client(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// CreateTable makes a table as the product's template does: keys pk and sk, index gsi1 on
// gpk and gsk with all attributes.
func CreateTable(ctx context.Context, client *dynamodb.Client, name string) error {
	text := func(n string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(n), AttributeType: types.ScalarAttributeTypeS}
	}
	keys := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{
			{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
		}
	}
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{text("pk"), text("sk"), text("gpk"), text("gsk")},
		KeySchema:            keys("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("gsi1"), KeySchema: keys("gpk", "gsk"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	return err
}
