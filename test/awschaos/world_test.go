package awschaos_test

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/proxy"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/stack"
)

// world is a deployed stack whose functions reach the table and all other services through
// a proxy each, with a WordPress and a provider.
type world struct {
	wp       *wordpress.Site
	provider *ai.Lab
	lab      cloud.Lab
	services *proxy.Proxy // of all services but the table
	table    *proxy.Proxy
	at       stack.Deployment
	rows     []string // keywords as CSV, the header first

	mu      sync.Mutex
	strikes []proxy.Strike
}

// Times of the deployed stack, short ones. A worker that is killed or frozen has its jobs
// for as long as its time-out.
var parameters = map[string]string{
	"AiTimeout": "16", "AiVisibility": "76", "ImageTimeout": "16", "ImageVisibility": "76", "PublishTimeout": "30", "PublishVisibility": "90",
	"ClusterTimeout": "20", "ClusterVisibility": "80", "BulkTimeout": "20", "BulkVisibility": "80", "StageTimeout": "30", "TickTimeout": "60",
	"AiConcurrency": "4", "ImageConcurrency": "4", "PublishConcurrency": "4", "MaxReceive": "3",
	"ProviderTimeout": "6s", "Backoff": "500ms", "Resend": "5s", "Stale": "4s", "SweepFrom": "5s", "StrayAfter": "4s",
	"TickState": "DISABLED", "ThrottleFactor": "100", "StartCredits": "100000", "TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare",
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{wp: wordpress.Start(t), provider: ai.Start(t), services: proxy.Start(t, 1), table: proxy.Start(t, 2)}
	w.lab = cloud.Between(t, func(services, table string) (string, string) {
		w.services.Before(services)
		w.table.Before(table)
		return w.services.URL, w.table.URL
	})
	w.wp.MustUse("requests", requestLog)
	// The sizes for themes are most of an upload's work, and nothing that we look at.
	w.wp.MustUse("plain", `add_filter( 'intermediate_image_sizes_advanced', '__return_empty_array' );
add_filter( 'big_image_size_threshold', '__return_false' );`)
	w.provider.Latency(ai.Latency{Kind: "lognormal", Ms: 300, Ms2: 900})
	u, err := url.Parse(w.wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	parameters["OpenAIBaseUrl"], parameters["AllowHosts"] = w.provider.URL, u.Host
	w.at = stack.Deploy(t, w.lab, []string{"OPENAI_API_KEY=" + w.provider.Key}, parameters)
	file, err := os.ReadFile(filepath.Join("..", "kill", "testdata", "keywords.csv"))
	if err != nil {
		t.Fatal(err)
	}
	w.rows = strings.Split(strings.TrimSpace(string(file)), "\n")
	return w
}

// keywords are the nth of so many equal parts of the list.
func (w *world) keywords(n, of int) []byte {
	size := (len(w.rows) - 1) / of
	part := w.rows[1+n*size : 1+(n+1)*size]
	return []byte(strings.Join(slices.Concat(w.rows[:1], part), "\n") + "\n")
}

// tableAWS is how the test itself reaches the table: past the proxy.
func (w *world) tableAWS() aws.Config {
	c := w.lab.Config()
	c.BaseEndpoint = aws.String(w.lab.Table)
	return c
}

func (w *world) outside() stack.Outside {
	return stack.Outside{WordPress: w.wp.URL, User: w.wp.User, Password: w.wp.Password}
}

// tick calls the function once. What it could not mend, the next one does: its own faults,
// and being killed, are part of the weather.
func (w *world) tick(ctx context.Context, t *testing.T) {
	t.Helper()
	c := w.lab.Config()
	c.HTTPClient = nil // a call takes as long as the function
	out, err := lambda.NewFromConfig(c).Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(w.at.Outputs["TickFunction"])})
	switch {
	case ctx.Err() != nil:
	case err != nil:
		t.Errorf("tick: %v", err)
	case out.FunctionError != nil && !bytes.Contains(out.Payload, []byte("throttled")):
		t.Logf("tick: %s", out.Payload)
	}
}

// ticking calls tick over and over until the function that it gives is called.
func (w *world) ticking(t *testing.T) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			w.tick(ctx, t)
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	})
	return func() { cancel(); done.Wait() }
}
