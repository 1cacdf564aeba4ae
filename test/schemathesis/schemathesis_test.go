// Package schemathesis_test lets schemathesis call a running program with whatever the
// OpenAPI document allows and forbids, with and without a session: nothing may be a fault
// of ours (5xx), and every answer has to be one that the document tells of.
package schemathesis_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/test/program"
)

var (
	seed   = flag.Int("seed", 8, "seed of the calls")
	limit  = flag.Duration("limit", 8*time.Minute, "how long one pass may take; on a machine of its own both passes on serve take less than one minute")
	number = flag.Int("examples", 3, "calls that are made up for each operation, beside those that try each limit of the document")
)

const checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"

var (
	address  = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	password = regexp.MustCompile(`password (\S+)`)
	cases    = regexp.MustCompile(`(?i)(\d+) generated`)
)

func TestSchemathesis(t *testing.T) {
	tool, err := exec.Command("../../scripts/schemathesis.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	p := program.Start(t, program.Build(t), program.Env(), "serve", "--sample", "--throttle-factor", "1000000",
		"--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"))
	p.Await("The posts can be read at", 3*time.Minute)
	s := session{t: t, tool: strings.TrimSpace(string(tool)), base: address.FindString(p.Out())}
	s.signIn(password.FindStringSubmatch(p.Out())[1])
	fmt.Printf("schemathesis: seed=%d\n", *seed)
	// Without a session few calls get further than to the credential.
	s.run("without a session", "--phases", "examples,fuzzing")
	s.run("with a session", "--phases", "examples,coverage,fuzzing", "--header", "Authorization: Bearer "+s.token)
	if status := s.get("/v1/system/ping/", new(any)); status != http.StatusOK {
		t.Errorf("the program does not answer any more: %d", status)
	}
}

// session is a program with a user.
type session struct {
	t                       *testing.T
	tool, base, token, site string
}

func (s *session) signIn(password string) {
	s.t.Helper()
	var in struct {
		Data struct{ Tokens struct{ Access string } }
	}
	body := `{"email":"owner@localhost","password":"` + password + `"}`
	res, err := http.Post(s.base+"/v1/auth/login/", "application/json", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&in); err != nil || in.Data.Tokens.Access == "" {
		s.t.Fatal("no session: ", res.Status, err)
	}
	s.token = in.Data.Tokens.Access
	var sites struct{ Results []struct{ ID string } }
	if s.get("/v1/auth/sites/", &sites); len(sites.Results) == 0 {
		s.t.Fatal("no site")
	}
	s.site = sites.Results[0].ID
}

func (s *session) get(path string, v any) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(v); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode
}

// run makes one pass. site_id is that of the sample, so that calls get further than to the
// look whether there is such a site.
func (s *session) run(name string, more ...string) {
	s.t.Helper()
	dir := s.t.TempDir()
	config := "[parameters]\n\"query.site_id\" = \"" + s.site + "\"\n"
	if err := os.WriteFile(filepath.Join(dir, "schemathesis.toml"), []byte(config), 0o600); err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), *limit)
	defer cancel()
	args := append([]string{"run", s.base + "/v1/openapi.json", "--url", s.base, "--checks", checks, "--no-color",
		"--max-examples", strconv.Itoa(*number), "--seed", strconv.Itoa(*seed), "--no-shrink",
		"--request-timeout", "20", "--warnings", "off", "--generation-database", "none", "--suppress-health-check", "all"}, more...)
	c := exec.CommandContext(ctx, s.tool, args...)
	c.Dir = dir
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	began := time.Now()
	err := c.Run()
	text := strings.ReplaceAll(out.String(), s.token, "<token>")
	if ctx.Err() != nil {
		s.t.Errorf("%s: not done within %s", name, *limit)
	}
	n := cases.FindStringSubmatch(text)
	if err != nil || n == nil {
		s.t.Fatalf("%s: %v\n%s", name, err, text)
	}
	fmt.Printf("schemathesis %s: calls=%s seconds=%.0f\n", name, n[1], time.Since(began).Seconds())
}
