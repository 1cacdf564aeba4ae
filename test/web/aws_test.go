package web_test

import (
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/stack"
)

// TestOnAWS goes journeys on the stack deployed on an emulated AWS, through an edge that does
// what infra/edge.yaml says: the app from its bucket under CloudFront's content policy, the
// API behind it, pictures from the bucket of files, events by short polls. One deployment
// serves them all; each has a WordPress and an account of its own.
func TestOnAWS(t *testing.T) {
	t.Parallel()
	needsApp(t)
	journeys := []string{"first-articles.mjs", "pause-and-resume.mjs"}
	provider, at, secret := ai.Start(t), cloud.Start(t), rand.Text()
	sites, hosts := map[string]*wordpress.Site{}, []string{}
	for _, script := range journeys {
		sites[script] = wordpress.Start(t)
		u, err := url.Parse(sites[script].URL)
		if err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, u.Host)
	}
	d := stack.Deploy(t, at, []string{"OPENAI_API_KEY=" + provider.Key}, map[string]string{
		"OpenAIBaseUrl": provider.URL, "AllowHosts": strings.Join(hosts, ","), "EdgeSecret": secret, "StartCredits": "100000",
		"TextModel": "gpt-5.4-mini", "ImageModel": "gpt-image-2.5-flare",
	})
	edge := stack.StartEdge(t, d.API, secret, at.URL)
	for _, script := range journeys {
		t.Run(strings.TrimSuffix(script, ".mjs"), func(t *testing.T) {
			wp := sites[script]
			s := &stage{
				App: edge, Hand: "pointer", Files: at.URL, Pictures: pictures(t), Provider: strings.TrimSuffix(provider.URL, "/v1"),
				WordPress: map[string]string{"url": wp.URL, "user": wp.User, "password": wp.Password},
				wp:        wp, provider: provider,
			}
			if os.Getenv("PICTURES") != "" {
				s.Pictures = filepath.Join(s.Pictures, "aws")
			}
			s.walk(t, script)
			s.checkOnce(t)
		})
	}
}
