package e2e_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/proxy"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/test/rights"
	"github.com/igny8/igny8/test/stack"
)

// startAWS deploys the stack as a person would, on an emulator of the test's own that holds each
// function to its role, and puts an edge before its gateway, which takes requests from there
// alone. What the functions ask of AWS is recorded.
func startAWS(t *testing.T) runtime {
	t.Helper()
	wp, provider := wordpress.Start(t), lab.Start(t)
	services, tables := proxy.Start(t, 1), proxy.Start(t, 2)
	seen := rights.Watch(services, tables)
	at := cloud.Strict(t, func(url, table string) (string, string) {
		services.Before(url)
		tables.Before(table)
		return services.URL, tables.URL
	})
	u, err := url.Parse(wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	secret := rand.Text()
	d := stack.Deploy(t, at, []string{"OPENAI_API_KEY=" + provider.Key}, map[string]string{
		"OpenAIBaseUrl": provider.URL, "AllowHosts": u.Host, "EdgeSecret": secret, "StartCredits": "100000",
		"TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare",
		"Backoff": "500ms", "StrayAfter": "4s", "Resend": "5s", "Stale": "4s", "SweepFrom": "5s", "TickState": "DISABLED", "ThrottleFactor": "100",
	})
	who := functionsOf(t, at, d)
	bucket := &s3.DeleteBucketPolicyInput{Bucket: aws.String(d.Outputs["BucketName"])} // it asks for TLS, and there is none here
	if _, err := s3.NewFromConfig(at.Config(), func(o *s3.Options) { o.UsePathStyle = true }).DeleteBucketPolicy(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(d.API + "/v1/system/ping/")
	if err != nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("the gateway answers around the edge: %v %v", res, err)
	}
	res.Body.Close()
	checkEvents(t, at, d, secret)
	grants := func() (rights.Set, []string) {
		return seen.Grants(who, rights.Stack{Name: d.Stack, Outputs: d.Outputs})
	}
	t.Cleanup(func() {
		if _, faults := grants(); t.Failed() {
			t.Logf("asked of AWS: %q", faults)
		}
	})
	return runtime{name: "aws", cloud: &amazon{at, d, services}, grants: grants, base: stack.StartEdge(t, d.API, secret, ""), wp: wp, provider: provider, kept: func(*testing.T) keeping {
		c := at.Config()
		c.BaseEndpoint = aws.String(at.Table)
		return keeping{Table: dynamo.Open(c, d.Outputs["TableName"], clock.Real{}), close: func() error { return nil }}
	}}
}

// functionsOf are the stack's functions, by the keys that they sign with. Their roles'
// policies are put as the emulator reads them.
func functionsOf(t *testing.T, at cloud.Lab, d stack.Deployment) map[string]string {
	t.Helper()
	all, err := at.Functions(t.Context(), d.Stack+"-")
	if err != nil || len(all) == 0 {
		t.Fatalf("functions of %s: %v %v", d.Stack, all, err)
	}
	who := map[string]string{}
	for _, f := range all {
		who[f.Key], _, _ = strings.Cut(strings.TrimPrefix(f.Name, d.Stack+"-"), "-")
		if err := at.Adapt(t.Context(), f.Role, "own"); err != nil {
			t.Fatal(err)
		}
	}
	return who
}
