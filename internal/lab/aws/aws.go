// Package aws gives tests an AWS of their own: MiniStack, an emulator that speaks the
// services' protocols and runs Lambda binaries as processes of this machine, with DynamoDB
// Local as its table store. Both are fetched once into the cache, started once per test
// binary, and ended with it. What the emulator gets wrong is in Gaps.
package aws

import (
	"context"
	_ "embed"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/lab/server"
	"github.com/igny8/igny8/internal/lambdaio/wire"
)

//go:embed fetch.sh
var fetchScript string

// Region is where the lab's things live; Account is the account that the emulator invents.
const (
	Region  = "us-east-1"
	Account = "000000000000"
)

// Lab is a running emulator.
type Lab struct {
	URL   string // of every service but the table
	Table string // of DynamoDB, which the functions use as well
}

// Start gives the emulator. All callers in a test binary share one, so each test keeps to
// names of its own. What is missing (Python, Java, the network for the first fetch) fails
// the test and is named.
func Start(t testing.TB) Lab {
	t.Helper()
	table := dynamodb.Start(t)
	url, err := shared(table)
	if err != nil {
		t.Fatalf("AWS lab: %v", err)
	}
	return Lab{URL: url, Table: table}
}

var (
	once  sync.Once
	held  *server.Server
	fault error
)

func shared(table string) (string, error) {
	once.Do(func() { held, fault = launch(table) })
	if fault != nil {
		return "", fault
	}
	return held.URL, nil
}

func launch(table string) (*server.Server, error) {
	bin, err := server.Fetch(fetchScript, "ministack")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "igny8-aws-")
	if err != nil {
		return nil, err
	}
	return server.Start(server.Spec{
		Name: "ministack", Path: "/_ministack/health", Files: []string{folder},
		Command: func(int) []string { return []string{filepath.Join(bin, "ministack")} },
		Env:     func(port int) []string { return environment(port, table, folder) },
		Ready:   func(res *http.Response) bool { return res.StatusCode == http.StatusOK },
	})
}

// environment is the emulator's, which its functions inherit: no variable of ours may be
// there by accident, so that one that the template forgets is missed.
func environment(port int, table, folder string) []string {
	url := "http://127.0.0.1:" + strconv.Itoa(port)
	env := []string{
		"GATEWAY_PORT=" + strconv.Itoa(port), "BIND_HOST=127.0.0.1", "LOG_LEVEL=WARNING", "SFTP_ENABLED=0", "IOT_MTLS_ENABLED=0",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=" + Region, "TMPDIR=" + folder,
		"AWS_ENDPOINT_URL=" + url, "AWS_ENDPOINT_URL_DYNAMODB=" + table,
	}
	for _, name := range []string{"PATH", "HOME", "LANG"} {
		env = append(env, name+"="+os.Getenv(name))
	}
	return env
}

// Config is how SDK clients reach the lab; those of DynamoDB take Table as their endpoint.
func (l Lab) Config() aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: aws.String(l.URL), RetryMaxAttempts: 1,
		HTTPClient: wire.New(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
}

// Env is how other programs reach the lab: the variables that all AWS tools know.
func (l Lab) Env() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + l.URL, "AWS_ENDPOINT_URL_DYNAMODB=" + l.Table, "AWS_REGION=" + Region, "AWS_DEFAULT_REGION=" + Region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
	}
}

// Name makes a name that is this test's own, of letters, digits and hyphens.
func Name(t testing.TB, prefix string) string {
	t.Helper()
	sum := 0
	for _, c := range t.Name() {
		sum = sum*31 + int(c)
	}
	return prefix + "-" + strings.ToLower(strconv.FormatUint(uint64(uint32(sum)), 36)) + "-" + strconv.FormatInt(counter.next(), 36) //nolint:gosec // a short name, no number
}

type sequence struct {
	mu sync.Mutex
	n  int64
}

func (s *sequence) next() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return s.n
}

var counter sequence
