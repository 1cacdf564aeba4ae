// Package deploy_test takes the product through its life on an emulated AWS with the scripts that
// people use: deployed from nothing, tried, updated and rolled back in the midst of runs, and
// deleted.
package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/stack"
)

// life is a stack on its way from the first deploy to its end.
type life struct {
	*testing.T
	at       cloud.Lab
	wp       *wordpress.Site
	provider *ai.Lab
	name     string // of the stack
	params   map[string]string
	client   *stack.Client
}

const keywords = "keyword,volume\nwindow boxes,900\nwindow boxes for herbs,300\ncheap window boxes,200\nwindow boxes for shade,150\nhow to plant window boxes,120\n" +
	"raised beds,800\nraised bed soil,400\nraised bed plans,300\nraised beds for tomatoes,200\ncheap raised beds,100\n"

func TestLife(t *testing.T) {
	begun := time.Now()
	l := &life{T: t, at: cloud.Start(t), wp: wordpress.Start(t), provider: ai.Start(t)}
	u, err := url.Parse(l.wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	l.name = cloud.Name(t, "igny8")
	l.params = map[string]string{
		"OpenAIBaseUrl": l.provider.URL, "AllowHosts": u.Host, "StartCredits": "100000", "ThrottleFactor": "100", "TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare",
		"TickState": "DISABLED", "Resend": "5s", "Stale": "4s", "Backoff": "500ms", "LogLevel": "info",
	}
	d := l.deploy()
	first := l.code()
	l.Logf("deployed after %.0f s", time.Since(begun).Seconds())
	l.client = stack.Connect(t, d.API)
	stack.SignUp(l.client)

	kept := filepath.Join(t.TempDir(), "before.json")
	l.params["LogLevel"] = "debug"
	updated := l.during("updated", func() { d = l.deploy("KEEP="+kept, secondBuild) })
	l.holdLevel("debug")
	l.Logf("updated after %.0f s", time.Since(begun).Seconds())
	if l.code() == first {
		t.Error("the update brought no other code")
	}
	rolled := l.during("rolled-back", func() { l.script("rollback.sh", []string{"STACK=" + l.name}, "ENV=local", kept) })
	l.holdLevel("info")
	l.Logf("rolled back after %.0f s", time.Since(begun).Seconds())
	if now := l.code(); now != first {
		t.Errorf("rolled back to other code:\n%s\nwas\n%s", now, first)
	}
	l.refused(d)
	l.Logf("a bad deploy refused after %.0f s", time.Since(begun).Seconds())
	l.script("undeploy.sh", []string{"STACK=" + l.name, "ENV=local"})
	l.nothingLeft(d)
	fmt.Printf("deploy: articles while it was updated=%d, while it was rolled back=%d, seconds=%.0f\n", updated, rolled, time.Since(begun).Seconds())
}

// script runs one of scripts/ against the lab, and gives what it said.
func (l *life) script(name string, more []string, args ...string) string {
	l.Helper()
	out, err := l.try(name, more, args...)
	if err != nil {
		l.Errorf("%s: %v\n%s", name, err, out) // not the end: it may be called beside the test
	}
	return out
}

func (l *life) try(name string, more []string, args ...string) (string, error) {
	cmd := exec.CommandContext(l.Context(), filepath.Join("scripts", name), args...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(append(append(os.Environ(), l.at.Env()...), "OPENAI_API_KEY="+l.provider.Key), more...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (l *life) deploy(more ...string) stack.Deployment {
	l.Helper()
	return stack.Deploy(l.T, l.at, append([]string{"OPENAI_API_KEY=" + l.provider.Key, "STACK=" + l.name}, more...), l.params)
}

// secondBuild has the functions built as other programs.
const secondBuild = "LDFLAGS=-X main.build=second"

// slow is how long each call of a provider takes while the stack is changed. A run has five of them
// in a row: the first are held until old and new code were seen, and the others outlast the rest of
// the change also on a machine that has much else to do.
const slow = 25 * time.Second

// during starts a run, changes the stack in its midst, and holds that the run lost nothing and did
// nothing twice. It gives the number of articles.
func (l *life) during(name string, change func()) int {
	l.Helper()
	s := stack.NewSite(l.client, name, name+".example", stack.Outside{WordPress: l.wp.URL, User: l.wp.User, Password: l.wp.Password}, true)
	stack.ImportFile(l.client, s, []byte(keywords))
	ctx, cancel := context.WithCancel(l.Context())
	changed, after := make(chan struct{}), 0
	ticks := l.ticking(ctx)
	defer func() { cancel(); <-ticks; <-changed }() // also when the run fails the test
	before := l.provider.Ledger().Total.Calls
	l.provider.Latency(ai.Latency{Kind: "fixed", Ms: float64(slow.Milliseconds())})
	l.provider.Fault(ai.Fault{Kind: "hold"})
	together := false
	go func() {
		defer close(changed)
		if l.calls(ctx, before+1) {
			watching, stop := context.WithCancel(ctx)
			watched := l.watch(watching, l.programs())
			change()
			stop()
			together = <-watched
			l.provider.ClearFaults()
			after = l.provider.Ledger().Total.Calls
			l.provider.Latency(ai.Latency{Kind: "fixed", Ms: 200})
		}
	}()
	stack.CompleteRun(l.client, s.ID)
	<-changed
	if all := l.provider.Ledger().Total.Calls; after == 0 || after == all {
		l.Errorf("%s: after %d of the run's %d calls, so not in the midst of it", name, after-before, all-before)
	}
	if !together {
		l.Errorf("%s: old and new code were never seen at work at the same time", name)
	}
	if died, late := l.at.Cut(); len(died)+len(late) > 0 {
		l.Errorf("%s: invocations were cut off: %v %v", name, died, late)
	}
	w := stack.Look(l.client, s)
	for _, fault := range w.Lost(strings.Count(keywords, "\n") - 1) {
		l.Errorf("%s: %s", name, fault)
	}
	if twice := l.provider.Ledger().Duplicates; len(twice) > 0 {
		l.Errorf("%s: bought twice: %v", name, twice)
	}
	for _, c := range w.Contents {
		if n := len(l.wp.Posts("igny8:content=" + c.ID)); n != 1 || c.SiteStatus != "published" {
			l.Errorf("%s: %q is %s and has %d posts", name, c.Title, c.SiteStatus, n)
		}
	}
	return len(w.Contents)
}

// calls waits until the provider was called so often; false when ctx ends before.
func (l *life) calls(ctx context.Context, n int) bool {
	for l.provider.Ledger().Total.Calls < n {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// programs are the files that the stack's functions run at this moment, by function.
func (l *life) programs() map[string][]string {
	out := map[string][]string{}
	for _, p := range l.at.Processes() {
		if file, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(p.ID), "exe")); err == nil && strings.HasPrefix(p.Function, l.name+"-") {
			out[p.Function] = append(out[p.Function], strings.TrimSuffix(file, " (deleted)"))
		}
	}
	return out
}

// watch tells, when ctx ends at last, whether the former program of a worker was seen beside another
// program of any function that had one. Then it lets the provider answer what the worker waits for.
func (l *life) watch(ctx context.Context, former map[string][]string) <-chan bool {
	seen := make(chan bool, 1)
	go func() {
		for ; ctx.Err() == nil; time.Sleep(200 * time.Millisecond) {
			was, is := false, false
			for function, files := range l.programs() {
				for _, file := range files {
					old := slices.Contains(former[function], file)
					was = was || old && strings.Contains(function, "-Worker")
					is = is || !old && len(former[function]) > 0
				}
			}
			if was && is {
				l.provider.ClearFaults()
				seen <- true
				return
			}
		}
		seen <- false
	}()
	return seen
}

// ticking calls tick as the schedule would.
func (l *life) ticking(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if name := l.function("Tick"); name != "" {
				c := l.at.Config()
				c.HTTPClient = nil
				_, _ = lambda.NewFromConfig(c).Invoke(ctx, &lambda.InvokeInput{FunctionName: &name}) // the next one mends what this one could not
			}
			select {
			case <-time.After(2 * time.Second):
			case <-ctx.Done():
			}
		}
	}()
	return done
}

// function is the name of the stack's function with this logical name.
func (l *life) function(logical string) string {
	all, err := l.at.Functions(l.Context(), l.name+"-"+logical+"-")
	if err != nil || len(all) != 1 {
		return ""
	}
	return all[0].Name
}

// code is what each function runs, and with how much memory.
func (l *life) code() string {
	l.Helper()
	var b strings.Builder
	for _, logical := range []string{"ApiAuth", "ApiWriter", "Stage", "WorkerAi", "Tick"} {
		c, err := lambda.NewFromConfig(l.at.Config()).GetFunctionConfiguration(l.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(l.function(logical))})
		if err != nil {
			l.Fatal(err)
		}
		fmt.Fprintln(&b, logical, aws.ToString(c.CodeSha256), aws.ToInt32(c.MemorySize))
	}
	return b.String()
}

// holdLevel holds that the functions are told this level of logs: the deploy, or the way back,
// reached them.
func (l *life) holdLevel(want string) {
	l.Helper()
	c, err := lambda.NewFromConfig(l.at.Config()).GetFunctionConfiguration(l.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(l.function("Stage"))})
	if err != nil || c.Environment == nil || c.Environment.Variables["IGNY8_LOG_LEVEL"] != want {
		l.Errorf("the functions are not as deployed with the level %s: %v", want, err)
	}
}

// refused deploys what can't work: the smoke test refuses it, and what was there before is
// there again.
func (l *life) refused(d stack.Deployment) {
	l.Helper()
	out, err := l.try("deploy.sh", []string{"STACK=" + l.name, "LOGIN=no", secondBuild, "SMOKE_PATIENCE=10", "DEPLOY_PARAMETERS=" + broken(l.params)}, "ENV=local")
	if err == nil || !strings.Contains(out, "the smoke test failed") || !strings.Contains(out, "is rolled back") {
		l.Errorf("a stack whose functions can't begin was let through: %v\n%s", err, out)
	}
	if now, err := l.try("rollback.sh", []string{"STACK=" + l.name}, "ENV=local", filepath.Join(l.TempDir(), "none.json")); err == nil {
		l.Errorf("rolled back to nothing: %s", now)
	}
	stack.Call[struct{ Pong bool }](stack.Connect(l.T, d.API), "GET", "/v1/system/ping/", nil, 200)
}

// broken are the parameters with one that no function can read.
func broken(params map[string]string) string {
	var list []string
	for name, value := range params {
		if name != "ThrottleFactor" {
			list = append(list, name+"="+value)
		}
	}
	return strings.Join(append(list, "ThrottleFactor=99999999999999999999999"), " ")
}

// nothingLeft holds that the deleted stack left none of what it made.
func (l *life) nothingLeft(d stack.Deployment) {
	l.Helper()
	ctx, c := l.Context(), l.at.Config()
	if all, err := l.at.Functions(ctx, l.name+"-"); err != nil || len(all) > 0 {
		l.Errorf("functions are left: %v %v", all, err)
	}
	for _, endpoint := range []string{l.at.URL, l.at.Table} {
		t := c
		t.BaseEndpoint = aws.String(endpoint)
		if _, err := dynamodb.NewFromConfig(t).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(d.Outputs["TableName"])}); err == nil {
			l.Errorf("the table is left at %s", endpoint)
		}
	}
	if q, err := sqs.NewFromConfig(c).ListQueues(ctx, &sqs.ListQueuesInput{QueueNamePrefix: aws.String(l.name)}); err != nil || len(q.QueueUrls) > 0 {
		l.Errorf("queues are left: %v", err)
	}
	files := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := files.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(d.Outputs["BucketName"])}); err == nil {
		l.Error("the bucket of files is left")
	}
	if p, err := ssm.NewFromConfig(c).GetParametersByPath(ctx, &ssm.GetParametersByPathInput{Path: aws.String("/igny8/" + l.name + "/")}); err != nil || len(p.Parameters) > 0 {
		l.Errorf("secrets are left: %v", err)
	}
	if out := l.script("undeploy.sh", []string{"STACK=" + l.name, "ENV=local"}); !bytes.Contains([]byte(out), []byte("is gone")) {
		l.Errorf("a second deletion: %s", out)
	}
}
