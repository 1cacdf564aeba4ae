package proxy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/aws/proxy"
)

// TestPlan holds for each kind what the caller is told and how often the call was done.
func TestPlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule proxy.Rule
		says string // "" is a broken connection
		done int64
	}{
		{proxy.Rule{Action: "Other", Kind: proxy.Drop}, "fine PutItem", 1},
		{proxy.Rule{Kind: proxy.Drop, Skip: 1}, "fine PutItem", 1},
		{proxy.Rule{Action: "PutItem", Kind: proxy.Throttle, Times: 1}, "ProvisionedThroughputExceededException", 0},
		{proxy.Rule{Kind: proxy.Drop}, "", 0},
		{proxy.Rule{Kind: proxy.Lose}, "", 1},
		{proxy.Rule{Kind: proxy.Delay, Wait: time.Millisecond}, "fine PutItem", 1},
		{proxy.Rule{Kind: proxy.Repeat, Copies: 5}, "fine PutItem", 5},
	} {
		var done atomic.Int64
		behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			done.Add(1)
			body, _ := io.ReadAll(r.Body)
			_, _ = io.WriteString(w, "fine "+string(body))
		}))
		p := proxy.Start(t, 1)
		p.Before(behind.URL)
		p.Plan(c.rule)
		said := ask(t, p.URL)
		behind.Close()
		hit := c.rule.Skip == 0 && c.rule.Action != "Other"
		if (c.says == "") != (said == "") || !strings.Contains(said, c.says) || done.Load() != c.done {
			t.Errorf("%+v: told %q, done %d times", c.rule, said, done.Load())
		}
		if p.Calls()["DynamoDB PutItem"] != 1 || (p.Hits()[string(c.rule.Kind)+" DynamoDB PutItem"] == 1) != hit {
			t.Errorf("%+v: calls %v, hits %v", c.rule, p.Calls(), p.Hits())
		}
	}
}

func ask(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("PutItem"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return string(text)
}
