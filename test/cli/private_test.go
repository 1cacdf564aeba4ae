package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/program"
)

var apiAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// privateHost names private addresses through the API of a program whose operator allowed
// none: no connection is made, and the answer says why, the same for an open port and a
// closed one.
func (k kit) privateHost(t *testing.T, wp *wordpress.Site) {
	p := program.Start(t, k.bin, program.Env(), "serve", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"))
	a := api{t: t, base: apiAddress.FindString(p.Await("API ", time.Minute))}
	a.ask("POST", "/v1/auth/register/", `{"email":"eve@example.test","password":"long enough, surely","password_confirm":"long enough, surely"}`, 201)
	a.token = a.field("tokens", "access")
	for i, host := range []string{wp.URL, "http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "http://10.0.0.1", "http://169.254.169.254", "http://0x7f000001"} {
		a.ask("POST", "/v1/auth/sites/", fmt.Sprintf(`{"name":"s%d","industry":"software-and-saas","domain":"s%d.example"}`, i, i), 0)
		site := a.field("id")
		status := a.ask("POST", "/v1/integration/integrations/", fmt.Sprintf(`{"site_id":%q,"site_url":%q,"username":"admin","app_password":%q}`, site, host, wp.Password), 0)
		if status == http.StatusBadRequest { // refused at once
			continue
		}
		a.ask("POST", "/v1/integration/integrations/"+a.field("id")+"/test_connection/", "", 200)
		if a.field("success") != "false" || !strings.HasPrefix(a.field("code"), "address_refused") {
			t.Errorf("%s was not refused: %s", host, a.last)
		}
	}
}

// api speaks to a program's API and keeps the last answer.
type api struct {
	t           *testing.T
	base, token string
	last        []byte
}

func (a *api) ask(method, path, body string, want int) int {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	if a.last, err = io.ReadAll(res.Body); err != nil || want != 0 && res.StatusCode != want {
		a.t.Fatalf("%s %s: %d, want %d: %s (%v)", method, path, res.StatusCode, want, a.last, err)
	}
	return res.StatusCode
}

// field is a value of the last answer's data, as text.
func (a *api) field(path ...string) string {
	a.t.Helper()
	var body struct{ Data any }
	if err := json.Unmarshal(a.last, &body); err != nil {
		a.t.Fatal(err)
	}
	v := body.Data
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			a.t.Fatalf("no %s in %s", name, a.last)
		}
		v = m[name]
	}
	return fmt.Sprint(v)
}
