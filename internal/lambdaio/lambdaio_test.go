package lambdaio_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/workflow"
)

// event reads the event that a function ships.
func event[E any](t *testing.T, function string) (e E) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "functions", function, "event.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAPI(t *testing.T) {
	t.Parallel()
	edge := lambdaio.Edge{Secret: "s3cret"}
	var seen *http.Request
	ip := ""
	h, err := lambdaio.API(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen, ip = r, edge.ClientIP(r)
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2, c")
		w.WriteHeader(http.StatusTeapot)
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	ev := event[events.APIGatewayProxyRequest](t, "api-auth")
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
	if _, err := lambdaio.API(nil, errors.New("x")); err == nil {
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
		{"a viewer is not believed without a secret", "", []string{lambdaio.ViewerHeader, "192.0.2.7"}, true, ""},
		{"missing", "s", nil, false, ""},
		{"wrong", "s", []string{lambdaio.EdgeHeader, "t", lambdaio.ViewerHeader, "192.0.2.7"}, false, ""},
		{"longer", "s", []string{lambdaio.EdgeHeader, "ss"}, false, ""},
		{"right", "s", []string{lambdaio.EdgeHeader, "s", lambdaio.ViewerHeader, "192.0.2.7"}, true, "192.0.2.7"},
		{"right, IPv6", "s", []string{lambdaio.EdgeHeader, "s", lambdaio.ViewerHeader, "2001:db8::7"}, true, "2001:db8::7"},
		{"right, no address", "s", []string{lambdaio.EdgeHeader, "s", lambdaio.ViewerHeader, "evil"}, true, ""},
	} {
		e, r := lambdaio.Edge{Secret: c.secret}, request(c.header...)
		if err := e.Admit(r); (err == nil) != c.admitted || err != nil && !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
		if ip := e.ClientIP(r); ip != c.ip {
			t.Errorf("%s: the caller is %q, want %q", c.name, ip, c.ip)
		}
	}
}

func TestJobs(t *testing.T) {
	t.Parallel()
	ev := event[events.SQSEvent](t, "worker-ai")
	second := ev.Records[0]
	second.MessageId, second.Attributes = "two", nil
	ev.Records = append(ev.Records, second)
	var got []queue.Delivery
	out, err := lambdaio.Jobs(func(_ context.Context, batch []queue.Delivery) []string {
		got = batch
		return []string{"two"}
	})(t.Context(), ev)
	first := queue.Delivery{ID: ev.Records[0].MessageId, Receipt: "example", Group: "acc_00000000000000000000000000", Body: ev.Records[0].Body, Receives: 1}
	if d := cmp.Diff([]queue.Delivery{first, {ID: "two", Receipt: "example", Body: second.Body}}, got); d != "" || err != nil {
		t.Errorf("%s %v", d, err)
	}
	if d := cmp.Diff([]events.SQSBatchItemFailure{{ItemIdentifier: "two"}}, out.BatchItemFailures); d != "" {
		t.Error(d)
	}
	out, _ = lambdaio.Jobs(func(context.Context, []queue.Delivery) []string { return nil })(t.Context(), ev)
	if raw, err := json.Marshal(out); string(raw) != `{"batchItemFailures":[]}` {
		t.Errorf("%s %v: a missing list would bring the whole batch back", raw, err)
	}
}

func TestStage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		name string
	}{
		{nil, ""},
		{&workflow.NamedError{Name: "Paused", Cause: "by a person"}, "Paused"},
		{errs.Wrap("stage", errs.New(errs.Unavailable, "x", "busy")), workflow.ServiceFault},
		{errors.New("unknown"), workflow.UnknownFault},
	} {
		out, err := lambdaio.Stage(func(_ context.Context, in []byte) ([]byte, error) { return in, c.err })(t.Context(), json.RawMessage(`{"a":1}`))
		var named messages.InvokeResponse_Error
		switch {
		case c.name == "" && (err != nil || string(out) != `{"a":1}`):
			t.Errorf("%s %v", out, err)
		case c.name != "" && (!errors.As(err, &named) || named.Type != c.name):
			t.Errorf("%v: %#v, want the name %s", c.err, err, c.name)
		}
	}
}
