package proxy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
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
		{proxy.Rule{Kind: proxy.Swallow}, "{}", 0},
		{proxy.Rule{Service: "DynamoDB", Match: []string{"Put", "Item"}, Kind: proxy.Swallow}, "{}", 0},
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

// TestRulesThatDoNotFit: a call of another service, of no function, without the text, or
// after the rule was taken away, passes.
func TestRulesThatDoNotFit(t *testing.T) {
	t.Parallel()
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") }))
	t.Cleanup(behind.Close)
	for _, r := range []proxy.Rule{
		{Kind: proxy.Drop, Service: "AmazonSQS"}, {Kind: proxy.Drop, Function: "Worker"}, {Kind: proxy.Drop, Match: []string{"Put", "Other"}},
	} {
		p := proxy.Start(t, 1)
		p.Before(behind.URL)
		p.Plan(r)
		late := p.Add(proxy.Rule{Kind: proxy.Swallow, Times: 1})
		if said := ask(t, p.URL); said != "{}" || late.Hits()[proxy.Swallow] != 1 {
			t.Errorf("told %q by a rule that was added, hits %v", said, late.Hits())
		}
		p.Add(proxy.Rule{Kind: proxy.Drop}).Remove()
		if said := ask(t, p.URL); said != "fine" || len(p.Hits()) != 1 {
			t.Errorf("%+v: told %q, hits %v", r, said, p.Hits())
		}
	}
}

// call asks the proxy from a process of its own, by what bash has built in, and waits.
const call = `exec 3<>/dev/tcp/127.0.0.1/"$0"
printf 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n' >&3
read -r line <&3`

// TestStrike: the process of the named function is killed or stopped in its call, no other.
func TestStrike(t *testing.T) {
	t.Parallel()
	for kind, want := range map[proxy.Kind]syscall.Signal{proxy.Kill: syscall.SIGKILL, proxy.Freeze: syscall.SIGSTOP} {
		p := proxy.Start(t, 1)
		p.Before("http://127.0.0.1:1") // nobody is there: a call that passes gets no answer
		p.Plan(proxy.Rule{Kind: kind, Function: "-Worker-"})
		_, port, _ := strings.Cut(strings.TrimPrefix(p.URL, "http://"), ":")
		for name, hit := range map[string]bool{"a-Other-1": false, "a-Worker-1": true} {
			cmd := exec.Command("bash", "-c", call, port)
			cmd.Env = append(os.Environ(), "AWS_LAMBDA_FUNCTION_NAME="+name)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var s syscall.WaitStatus
			if _, err := syscall.Wait4(cmd.Process.Pid, &s, syscall.WUNTRACED, nil); err != nil {
				t.Fatal(err)
			}
			struck := s.Signaled() && s.Signal() == want || s.Stopped() && s.StopSignal() == want
			if struck != hit {
				t.Errorf("%s %s: struck %v, want %v", kind, name, struck, hit)
			}
			if s.Stopped() {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
			if all := p.Struck(); hit && (len(all) != 1 || all[0].Kind != kind || all[0].Function != name || all[0].Process != cmd.Process.Pid) {
				t.Errorf("%s %s: told %+v", kind, name, all)
			}
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
