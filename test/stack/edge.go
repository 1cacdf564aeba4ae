package stack

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// distribution is the part of infra/edge.yaml that says who answers which address, and with
// which headers.
type distribution struct {
	Resources struct {
		AppHeaders struct {
			Properties struct {
				ResponseHeadersPolicyConfig struct {
					SecurityHeadersConfig struct {
						ContentSecurityPolicy struct {
							ContentSecurityPolicy string `yaml:"ContentSecurityPolicy"`
						} `yaml:"ContentSecurityPolicy"`
					} `yaml:"SecurityHeadersConfig"`
				} `yaml:"ResponseHeadersPolicyConfig"`
			} `yaml:"Properties"`
		} `yaml:"AppHeaders"`
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

func readEdge(t *testing.T) (d distribution) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "infra", "edge.yaml"))
	if err == nil {
		err = yaml.Unmarshal(raw, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// StartEdge stands where CloudFront does on AWS, which the emulator has none of: it does what
// the behaviours of infra/edge.yaml say for the API, with the secret header of the origin and
// the viewer's address as the function there sets it, and serves the built app under that
// file's content policy, with files as the origin of files (scheme and host; "" when no page
// is looked at). It gives its own address.
func StartEdge(t *testing.T, api, secret, files string) string {
	t.Helper()
	d := readEdge(t)
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
	policy := d.Resources.AppHeaders.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy
	bucket := t.TempDir() // a later build of the app is another deployment
	if err := os.CopyFS(bucket, os.DirFS(filepath.Join("..", "..", "internal", "webapp", "dist"))); err != nil {
		t.Fatal(err)
	}
	mux.Handle("GET /", app(http.Dir(bucket), strings.ReplaceAll(policy, "https://${FilesDomain}", files)))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// app serves the bucket behind the default behaviour: a page's address has no dot in its last
// part and is index.html, as the function AppPages says.
func app(bucket http.FileSystem, policy string) http.Handler {
	files := http.FileServer(bucket)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if !strings.Contains(path.Base(r.URL.Path), ".") {
			r.URL.Path = "/" // as FileServer names index.html
		}
		files.ServeHTTP(w, r)
	})
}
