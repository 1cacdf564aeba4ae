package gateway_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
)

// event is the one that functions/api-auth ships.
func event(t *testing.T) (e events.APIGatewayProxyRequest) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "functions", "api-auth", "event.json"))
	if err == nil {
		err = json.Unmarshal(raw, &e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAPI(t *testing.T) {
	t.Parallel()
	edge := gateway.Edge{Secret: "s3cret"}
	var seen *http.Request
	ip := ""
	h, err := gateway.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen, ip = r, edge.ClientIP(r)
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2, c")
		w.WriteHeader(http.StatusTeapot)
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	ev := event(t)
	ev.MultiValueQueryStringParameters = map[string][]string{"status": {"a", "b"}, "q": {"x y&z"}}
	ev.MultiValueHeaders["Stripe-Signature"] = []string{"t=1,v1=2"}
	res, err := h(t.Context(), ev)
	if err != nil || res.StatusCode != http.StatusTeapot || !slices.Equal(res.MultiValueHeaders["Set-Cookie"], []string{"a=1", "b=2, c"}) {
		t.Fatalf("%+v %v", res, err)
	}
	q := seen.URL.Query()
	if seen.Method != "POST" || seen.URL.Path != "/v1/auth/login/" || !slices.Equal(q["status"], []string{"a", "b"}) || q.Get("q") != "x y&z" || seen.Header.Get("Stripe-Signature") != "t=1,v1=2" {
		t.Errorf("the handler saw %s %s %v", seen.Method, seen.URL, seen.Header)
	}
	if ip != "192.0.2.1" {
		t.Errorf("the caller is %q", ip)
	}
	if _, err := gateway.Serve(nil, errors.New("x")); err == nil {
		t.Error("a handler that could not be made is served")
	}
}

func TestEdge(t *testing.T) {
	t.Parallel()
	request := func(header ...string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example/v1/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r
	}
	for _, c := range []struct {
		name, secret string
		header       []string
		admitted     bool
		ip           string
	}{
		{"none asked for", "", nil, true, ""},
		{"a viewer is not believed without a secret", "", []string{gateway.ViewerHeader, "192.0.2.7"}, true, ""},
		{"missing", "s", nil, false, ""},
		{"wrong", "s", []string{gateway.EdgeHeader, "t", gateway.ViewerHeader, "192.0.2.7"}, false, ""},
		{"longer", "s", []string{gateway.EdgeHeader, "ss"}, false, ""},
		{"right", "s", []string{gateway.EdgeHeader, "s", gateway.ViewerHeader, "192.0.2.7"}, true, "192.0.2.7"},
		{"right, IPv6", "s", []string{gateway.EdgeHeader, "s", gateway.ViewerHeader, "2001:db8::7"}, true, "2001:db8::/64"},
		{"the former one of two", "s,t", []string{gateway.EdgeHeader, "t", gateway.ViewerHeader, "192.0.2.7"}, true, "192.0.2.7"},
		{"both at once", "s,t", []string{gateway.EdgeHeader, "s,t"}, false, ""},
		{"none of two", "s,", []string{gateway.EdgeHeader, ""}, false, ""},
		{"right, no address", "s", []string{gateway.EdgeHeader, "s", gateway.ViewerHeader, "evil"}, true, ""},
	} {
		e, r := gateway.Edge{Secret: c.secret}, request(c.header...)
		if err := e.Admit(r); (err == nil) != c.admitted || err != nil && !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
		if ip := e.ClientIP(r); ip != c.ip {
			t.Errorf("%s: the caller is %q, want %q", c.name, ip, c.ip)
		}
	}
}

// TestUnreadable: an event that is no request is answered as any other mistake.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	h, err := gateway.Serve(http.NotFoundHandler(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ev := event(t)
	ev.Body, ev.IsBase64Encoded, ev.RequestContext.RequestID = "no base64!", true, "req_1"
	res, err := h(t.Context(), ev)
	var body struct {
		Success         *bool
		Code, RequestID string
		Next            string `json:"next_step"`
	}
	if err == nil {
		err = json.Unmarshal([]byte(res.Body), &body)
	}
	if err != nil || res.StatusCode != http.StatusBadRequest || body.Success == nil || *body.Success || body.Code != "body_read" || body.Next == "" || res.MultiValueHeaders["Content-Type"][0] != "application/json" {
		t.Errorf("%d %s %v", res.StatusCode, res.Body, err)
	}
}
