package s3_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/blob/s3"
	lab "github.com/igny8/igny8/internal/lab/aws"
)

var gaps = []lab.Gap{{
	Case: "TestConformance/altered_addresses",
	Says: "no signature: status 200",
	AWS:  "a request without a signature is anonymous, and a bucket that grants nothing to the public answers it 403 AccessDenied (S3 User Guide, Blocking public access; API Reference, Authenticating Requests)",
	Here: "200 with the content: without AUTH=true no permission is looked at. Altered signatures are refused, which the case changed_signatures shows",
}}

// TestConformance runs the suite on the emulator, a bucket for each case. Its clock is the
// machine's, so the case that lets addresses expire takes its 22 seconds.
func TestConformance(t *testing.T) {
	t.Parallel()
	lab.Conform(t, gaps, func(t *testing.T) {
		l := lab.Start(t)
		client := sdk.NewFromConfig(l.Config(), func(o *sdk.Options) { o.UsePathStyle = true })
		open := func(t *testing.T) blobtest.Driver {
			bucket := lab.Name(t, "blobs")
			if _, err := client.CreateBucket(t.Context(), &sdk.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
				t.Fatal(err)
			}
			return blobtest.Driver{Store: s3.Open(l.Config(), bucket, true), Pass: time.Sleep}
		}
		blobtest.Run(t, open)
		t.Run("changed signatures", func(t *testing.T) { t.Parallel(); changed(t, open(t)) })
	})
}

// changed is what the gap hides of its case.
func changed(t *testing.T, d blobtest.Driver) {
	for _, n := range []string{"one", "two"} {
		must(t, d.Put(t.Context(), name(n), "text/plain", []byte(n)))
	}
	down, err := d.DownloadURL(t.Context(), name("one"), time.Minute)
	must(t, err)
	for url, want := range map[string]int{
		down: 200, strings.Replace(down, "/one?", "/two?", 1): 403, strings.Replace(down, "X-Amz-Expires=60", "X-Amz-Expires=99", 1): 403,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		must(t, err)
		res, err := http.DefaultClient.Do(r)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", url, res.StatusCode, want)
		}
	}
}
