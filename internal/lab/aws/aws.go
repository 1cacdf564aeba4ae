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
	"regexp"
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

//go:embed emulator.py
var emulatorScript []byte

// Region is where the lab's things live; Account is the account that the emulator invents.
const (
	Region  = "us-east-1"
	Account = "000000000000"
)

// Lab is a running emulator.
type Lab struct {
	URL   string // of every service but the table
	Table string // of DynamoDB, which the functions use as well

	folder string // where the emulator keeps what it runs
	server *server.Server
}

// Start gives the emulator. All callers in a test binary share one, so each test keeps to
// names of its own. What is missing (Python, Java, the network for the first fetch) fails
// the test and is named.
func Start(t testing.TB) Lab {
	t.Helper()
	table := dynamodb.Start(t)
	once.Do(func() { held, folder, fault = launch(table, straight, nil) })
	if fault != nil {
		t.Fatalf("AWS lab: %v", fault)
	}
	return Lab{URL: held.URL, Table: table, folder: folder, server: held}
}

// Between gives an emulator of the test's own, whose functions reach it, and the table,
// where between says: it is told the true addresses, maybe more than once.
func Between(t testing.TB, between func(url, table string) (string, string)) Lab {
	t.Helper()
	return launched(t, between)
}

// Strict is Between on an emulator that signs each function in as its role (Function.Key) and
// refuses what the role's policies do not allow, as AWS does; calls of the table, which is another
// program, are not refused. It reads some policies otherwise than AWS: see Adapt.
func Strict(t testing.TB, between func(url, table string) (string, string)) Lab {
	t.Helper()
	return launched(t, between, "AUTH=true")
}

func launched(t testing.TB, between func(url, table string) (string, string), more ...string) Lab {
	t.Helper()
	table := dynamodb.Start(t)
	s, folder, err := launch(table, between, more)
	if err != nil {
		t.Fatalf("AWS lab: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the emulator said:\n%s", s.Text())
		}
		s.Close()
	})
	return Lab{URL: s.URL, Table: table, folder: folder, server: s}
}

func straight(url, table string) (string, string) { return url, table }

var (
	once   sync.Once
	held   *server.Server
	folder string
	fault  error
)

func launch(table string, between func(url, table string) (string, string), more []string) (*server.Server, string, error) {
	bin, err := server.Fetch(fetchScript, "ministack")
	if err != nil {
		return nil, "", err
	}
	folder, err := os.MkdirTemp("", "igny8-aws-")
	if err != nil {
		return nil, "", err
	}
	script := filepath.Join(folder, "emulator.py")
	if err := os.WriteFile(script, emulatorScript, 0o600); err != nil {
		return nil, folder, err
	}
	s, err := server.Start(server.Spec{
		Name: "ministack", Path: "/_ministack/health", Files: []string{folder},
		Command: func(int) []string { return []string{filepath.Join(bin, "python3"), script} },
		Env: func(port int) []string {
			url, table := between("http://127.0.0.1:"+strconv.Itoa(port), table)
			return append(environment(port, url, table, folder), more...)
		},
		Ready: func(res *http.Response) bool { return res.StatusCode == http.StatusOK },
	})
	return s, folder, err
}

// environment is the emulator's, which its functions inherit: no variable of ours may be
// there by accident, so that one that the template forgets is missed.
func environment(port int, url, table, folder string) []string {
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

// Cut are the invocations that did not come to their end, by function, as the emulator tells
// them: those whose process ended before it answered, and those whose time was over.
func (l Lab) Cut() (died, timedOut map[string]int) {
	died, timedOut = map[string]int{}, map[string]int{}
	for _, m := range cut.FindAllStringSubmatch(l.server.Text(), -1) {
		if m[2] == "" {
			died[m[1]]++
		} else {
			timedOut[m[1]]++
		}
	}
	return died, timedOut
}

var cut = regexp.MustCompile(`Lambda (\S+): (?:Runtime exited before returning|Task (timed) out after)`)

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
