package e2e_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// distribution is the part of infra/edge.yaml that says who answers which address.
type distribution struct {
	Resources struct {
		Distribution struct {
			Properties struct {
				DistributionConfig struct {
					Origins []struct {
						ID      string `yaml:"Id"`
						Headers []struct {
							Name string `yaml:"HeaderName"`
						} `yaml:"OriginCustomHeaders"`
					} `yaml:"Origins"`
					CacheBehaviors []struct {
						PathPattern    string   `yaml:"PathPattern"`
						TargetOriginID string   `yaml:"TargetOriginId"`
						AllowedMethods []string `yaml:"AllowedMethods"`
					} `yaml:"CacheBehaviors"`
				} `yaml:"DistributionConfig"`
			} `yaml:"Properties"`
		} `yaml:"Distribution"`
	} `yaml:"Resources"`
}

// startEdge stands where CloudFront does on AWS, which the emulator has none of: it does what
// the behaviours of infra/edge.yaml say for the API, with the secret header of the origin and
// the viewer's address as the function there sets it. It gives its own address.
func startEdge(t *testing.T, api, secret string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "infra", "edge.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var d distribution
	if err := yaml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	origin, err := url.Parse(api)
	if err != nil {
		t.Fatal(err)
	}
	config, header := d.Resources.Distribution.Properties.DistributionConfig, ""
	for _, o := range config.Origins {
		if o.ID == "api" && len(o.Headers) == 1 {
			header = o.Headers[0].Name
		}
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(origin) // the origin's host, and its path before the request's
		ip, _, _ := net.SplitHostPort(r.In.RemoteAddr)
		r.Out.Header.Set(header, secret)
		r.Out.Header.Set("x-igny8-viewer", ip)
	}}
	mux := http.NewServeMux()
	for _, b := range config.CacheBehaviors {
		if b.TargetOriginID != "api" {
			continue
		}
		for _, m := range b.AllowedMethods {
			if m != http.MethodHead { // the mux takes it with GET
				mux.Handle(m+" "+strings.TrimSuffix(b.PathPattern, "*"), proxy)
			}
		}
	}
	if _, pattern := mux.Handler(httptest.NewRequest(http.MethodPost, "/v1/auth/login/", nil)); pattern == "" || header == "" {
		t.Fatal("infra/edge.yaml passes nothing on to the API")
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}
