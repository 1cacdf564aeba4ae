package awschaos_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/proxy"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/test/stack"
)

// timeout is that of the functions that work on jobs: what lasts longer is killed.
const timeout = 12 * time.Second

// world is a deployed stack whose functions reach AWS and the table through proxies.
type world struct {
	t         *testing.T
	at        cloud.Lab
	aws, rows *proxy.Proxy // before the services, and before the table
	ai        *lab.Lab
	wp        *wordpress.Site
	log       string // one line for each request that WordPress begins and ends
	stack     stack.Deployment
	functions map[string]string // name of each function by its name in the template
	client    *stack.Client
	me        stack.Person
	kept      table.Table
	sites     int
	killed    []time.Time // when functions were killed
	quiet     atomic.Bool // the API can't answer just now
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ai: lab.Start(t), wp: wordpress.Start(t), aws: proxy.Start(t, 1), rows: proxy.Start(t, 2)}
	w.at = cloud.Between(t, func(url, table string) (string, string) {
		w.aws.Before(url)
		w.rows.Before(table)
		return w.aws.URL, w.rows.URL
	})
	w.log = filepath.Join(w.wp.Dir, "requests.log")
	w.wp.MustUse("requests", `
$line = fn( $what ) => file_put_contents( getenv( 'WP_SITE_DIR' ) . '/requests.log', $what . "\n", FILE_APPEND | LOCK_EX );
$line( 'begin' );
register_shutdown_function( $line, 'end' );
add_filter( 'intermediate_image_sizes_advanced', '__return_empty_array' );
add_filter( 'big_image_size_threshold', '__return_false' );`)
	u, err := url.Parse(w.wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.stack = stack.Deploy(t, w.at, []string{"OPENAI_API_KEY=" + w.ai.Key}, map[string]string{
		"OpenAIBaseUrl": w.ai.URL, "AllowHosts": u.Host, "StartCredits": "100000", "ThrottleFactor": "100", "TickState": "DISABLED",
		"TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare", "ProviderTimeout": "5s", "Backoff": "500ms",
		"AiTimeout": "12", "AiVisibility": "72", "ImageTimeout": "12", "ImageVisibility": "72", "PublishTimeout": "12", "PublishVisibility": "72",
		"StageTimeout": "12", "Resend": "5s", "Stale": "5s", "SweepFrom": "5s", "StrayAfter": "1s", "MaxReceive": "3",
	})
	w.functions = w.names()
	w.client = stack.Connect(t, w.front())
	w.me = stack.SignUp(w.client)
	c := w.at.Config()
	c.BaseEndpoint = aws.String(w.at.Table)
	w.kept = dynamo.Open(c, w.stack.Outputs["TableName"], clock.Real{})
	return w
}

// front is an origin before the API, which has a path of its own.
func (w *world) front() string {
	w.t.Helper()
	u, err := url.Parse(w.stack.API)
	if err != nil {
		w.t.Fatal(err)
	}
	s := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(u) }})
	w.t.Cleanup(s.Close)
	return s.URL
}

func (w *world) names() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for p := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(w.at.Config()), &lambda.ListFunctionsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range page.Functions {
			if name, ok := strings.CutPrefix(aws.ToString(f.FunctionName), w.stack.Stack+"-"); ok {
				out[strings.Split(name, "-")[0]] = *f.FunctionName
			}
		}
	}
	return out
}

// ticking calls tick again and again until the test's part is over, as the schedule would.
func (w *world) ticking(ctx context.Context) {
	client := lambda.NewFromConfig(w.at.Config())
	for ctx.Err() == nil {
		_, _ = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(w.functions["Tick"]), Payload: []byte(`{}`)}) // a call that is lost comes again
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// kill ends a function's processes and tells how many there were.
func (w *world) kill(function string) (n int) {
	for _, id := range w.at.Processes(w.functions[function]) {
		if p, err := os.FindProcess(id); err == nil && p.Kill() == nil {
			n++
		}
	}
	return n
}

// writing tells how many requests WordPress has begun and not ended.
func (w *world) writing() int {
	text, _ := os.ReadFile(w.log) // none yet: nobody asked
	return strings.Count(string(text), "begin\n") - strings.Count(string(text), "end\n")
}

// asking tells how many calls of a route the provider has not answered.
func (w *world) asking(route string) (n int) {
	for _, c := range w.ai.Requests(route, "") {
		if c.Status == 0 && !c.ClientGone {
			n++
		}
	}
	return n
}

func (w *world) scope() account.Scope {
	return account.Mint(account.Grant{Account: w.me.Account.ID, Actor: "test", Role: account.Viewer})
}

// dead is how many messages a queue of dead letters holds.
func (w *world) dead(queue string) int {
	w.t.Helper()
	client := sqs.NewFromConfig(w.at.Config())
	u, err := client.GetQueueUrl(w.t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.stack.Stack + "-" + queue + "-dead")})
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := client.GetQueueAttributes(w.t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: u.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{"ApproximateNumberOfMessages"}})
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	_, _ = fmt.Sscan(a.Attributes["ApproximateNumberOfMessages"], &n)
	return n
}

// visible sets how soon a message of a queue that nobody finished comes again: the
// template's least is a minute, too long to wait for three times.
func (w *world) visible(queue, seconds string) {
	w.t.Helper()
	client := sqs.NewFromConfig(w.at.Config())
	u, err := client.GetQueueUrl(w.t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.stack.Stack + "-" + queue)})
	if err == nil {
		_, err = client.SetQueueAttributes(w.t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: u.QueueUrl, Attributes: map[string]string{"VisibilityTimeout": seconds}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
