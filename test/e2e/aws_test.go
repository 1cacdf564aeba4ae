package e2e_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/test/stack"
)

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
	d := stack.Deploy(t, at, []string{"OPENAI_API_KEY=" + provider.Key}, map[string]string{
		"OpenAIBaseUrl": provider.URL, "AllowHosts": u.Host, "EdgeSecret": secret, "StartCredits": "100000",
		"TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare",
	})
	res, err := http.Get(d.API + "/v1/system/ping/")
	if err != nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("the gateway answers around the edge: %v %v", res, err)
	}
	res.Body.Close()
	checkEvents(t, at, d, secret)
	return runtime{name: "aws", base: stack.StartEdge(t, d.API, secret, ""), wp: wp, provider: provider, kept: func(*testing.T) keeping {
		c := at.Config()
		c.BaseEndpoint = aws.String(at.Table)
		return keeping{Table: dynamo.Open(c, d.Outputs["TableName"], clock.Real{}), close: func() error { return nil }}
	}}
}
