// Package badday_test lets one run of eighteen ideas meet each kind of fault once and holds
// what became of it: a rate limit costs the time that it names, any other fault at most its
// own article, nothing that was cut off goes out, and every fault is told. Then the run's
// failed items are tried again, until all eighteen are out.
package badday_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/test/program"
)

// keywords make eighteen ideas, two of each cluster.
//
//go:embed testdata/keywords.csv
var keywords []byte

const (
	ideas     = 18
	textRoute = "/v1/responses"
	drawRoute = "/v1/images/generations"
	wait      = 2 * time.Second // that the rate limit asks for
	limit     = 3 * time.Minute
)

// writing tells the calls that write an article, by the brief in their prompt.
const writing = `{\"task\":\"content\"`

// faults are one of each kind. Those on texts strike the first calls of stage 4, which begin
// together, so that each strikes another article.
func faults() []ai.Fault {
	text := func(f ai.Fault) ai.Fault { f.Route, f.Match, f.Times = textRoute, writing, 1; return f }
	return []ai.Fault{
		text(ai.Fault{Kind: "429", RetryAfter: wait.Seconds()}), text(ai.Fault{Kind: "500"}), text(ai.Fault{Kind: "drop", Bytes: 40}),
		text(ai.Fault{Kind: "refusal"}), text(ai.Fault{Kind: "max_tokens"}), text(ai.Fault{Kind: "bad_json"}),
		{Route: drawRoute, Kind: "content_filter", Times: 1},
	}
}

// end is what has to become of a fault's job.
type end struct {
	calls   int    // calls of the job, the one that was struck included
	lost    bool   // its article does not go out
	cause   string // class of the fault, as told
	says    string // part of what is told
	answers int    // stored answers that can be read
}

var ends = map[string]end{
	"429":            {calls: 2, cause: "provider", says: "go slower"},
	"500":            {calls: 2, cause: "provider", says: "status 500"},
	"drop":           {calls: 2, cause: "provider", says: "connection"},
	"refusal":        {calls: 1, lost: true, cause: "provider", says: "refus", answers: 1},
	"max_tokens":     {calls: 2, cause: "provider", says: "cut off"},
	"bad_json":       {calls: 2, cause: "provider", says: "JSON"},
	"content_filter": {calls: 1, lost: true, cause: "input", says: "safety"},
}

// result is what igny8 run --json prints.
type result struct {
	Status   string
	SiteID   string `json:"site_id"`
	Ideas    int
	Articles int
	Credits  json.Number
	Posts    []struct {
		URL       string
		ContentID string `json:"content_id"`
		Title     string
	}
	Faults, Mended []told
	Pause          string `json:"pause_reason"`
	Error          string `json:"error_message"`
}

type told struct {
	Item, Title, Cause, Reason string
	Stage                      int
	JobID                      string `json:"job_id"`
	Do                         string `json:"what_to_do"`
}

// day is one data folder and the provider behind it.
type day struct {
	bin, file, data string
	ai              *ai.Lab
}

func newDay(t *testing.T) day {
	t.Helper()
	dir := t.TempDir()
	d := day{bin: program.Build(t), file: filepath.Join(dir, "keywords.csv"), data: filepath.Join(dir, "data"), ai: ai.Start(t)}
	if err := os.WriteFile(d.file, keywords, 0o600); err != nil {
		t.Fatal(err)
	}
	d.ai.Latency(ai.Latency{Kind: "fixed", Ms: 300})
	return d
}

func (d day) start(t *testing.T, key string, args ...string) *program.Process {
	t.Helper()
	env := program.Env("OPENAI_API_KEY="+key, "OPENAI_BASE_URL="+d.ai.URL)
	return program.Start(t, d.bin, env, append(args, "--data", d.data)...)
}

// run does igny8 run and gives its exit code and result.
func (d day) run(t *testing.T, key string) (int, result, string) {
	t.Helper()
	p := d.start(t, key, "run", d.file, "--preview", "--auto-publish", "--json", "--tick", "1s")
	code := p.Exit(limit)
	var r result
	if err := json.Unmarshal([]byte(p.Out()), &r); err != nil {
		t.Fatalf("igny8 run: exit %d, %v\n%s", code, err, p.Both())
	}
	return code, r, p.Err()
}

func TestOneOfEach(t *testing.T) {
	d := newDay(t)
	for _, f := range faults() {
		d.ai.Fault(f)
	}
	code, r, _ := d.run(t, d.ai.Key)
	if code != 0 || r.Status != "completed" || r.Ideas != ideas {
		t.Fatalf("exit %d, the run is %s with %d ideas, want 0, completed, %d", code, r.Status, r.Ideas, ideas)
	}
	hits, struck := d.struck(t)
	lost := map[string]bool{}
	for kind, want := range ends {
		job := struck[kind]
		d.check(t, kind, job, want, r)
		if want.lost {
			lost[kind] = true
		}
	}
	if len(r.Posts) != ideas-len(lost) || len(r.Faults) != len(lost) || len(r.Mended) != len(ends)-len(lost) {
		t.Errorf("%d posts, %d faults, %d got over, want %d, %d, %d: %+v %+v", len(r.Posts), len(r.Faults), len(r.Mended),
			ideas-len(lost), len(lost), len(ends)-len(lost), r.Faults, r.Mended)
	}
	waited := d.checkWait(t, struck["429"])
	cut := d.checkPosts(t, r)
	again := d.retry(t, r)
	fmt.Printf("badday: ideas=%d faults=%d hits=%d lost=%d mended=%d posts=%d cut=%d waited=%s of %s credits=%s retried=%d posts_after=%d\n",
		r.Ideas, len(ends), hits, len(r.Faults), len(r.Mended), len(r.Posts), cut, waited.Round(10*time.Millisecond), wait, r.Credits, len(r.Faults), again)
}

// struck gives the jobs that the faults met, by the provider's own log.
func (d day) struck(t *testing.T) (hits int, jobs map[string]string) {
	t.Helper()
	for _, f := range d.ai.Faults() {
		if hits += f.Hits; f.Hits != 1 {
			t.Errorf("fault %s changed %d replies, want 1", f.Kind, f.Hits)
		}
	}
	jobs = map[string]string{}
	seen := map[string]string{}
	for _, c := range d.ai.Requests("", "") {
		if c.Fault == "" {
			continue
		}
		job, _, _ := strings.Cut(c.Key, ".")
		if seen[job] != "" {
			t.Errorf("%s and %s struck the same job", seen[job], c.Fault)
		}
		jobs[c.Fault], seen[job] = job, c.Fault
	}
	return hits, jobs
}

// check holds what became of one fault's job: its calls, and what is told of it.
func (d day) check(t *testing.T, kind, job string, want end, r result) {
	t.Helper()
	if job == "" {
		t.Errorf("%s struck no job", kind)
		return
	}
	calls := 0
	for _, c := range d.ai.Requests("", "") {
		if strings.HasPrefix(c.Key, job+".") {
			calls++
		}
	}
	if calls != want.calls {
		t.Errorf("%s: %d calls, want %d", kind, calls, want.calls)
	}
	list, other := r.Mended, r.Faults
	if want.lost {
		list, other = other, list
	}
	n := 0
	for _, f := range list {
		if f.JobID != job {
			continue
		}
		n++
		if f.Cause != want.cause || !strings.Contains(f.Reason, want.says) || f.Item == "" || f.Title == "" || f.Do == "" {
			t.Errorf("%s is told as %+v, want the cause %s and %q", kind, f, want.cause, want.says)
		}
		if want.lost && !strings.Contains(f.Do, "igny8 retry "+f.Item) {
			t.Errorf("%s: what to do is %q", kind, f.Do)
		}
	}
	for _, f := range other {
		if f.JobID == job {
			t.Errorf("%s: told in the wrong list: %+v", kind, f)
		}
	}
	if n != 1 {
		t.Errorf("%s is told %d times, want once", kind, n)
	}
}

// checkWait holds that the call came again when its time was over, and not much later: the
// machine may have much else to do.
func (d day) checkWait(t *testing.T, job string) time.Duration {
	t.Helper()
	var at []time.Time
	for _, c := range d.ai.Requests("", "") {
		if strings.HasPrefix(c.Key, job+".") {
			at = append(at, c.At)
		}
	}
	if len(at) != 2 {
		return 0
	}
	waited := at[1].Sub(at[0])
	if waited < wait || waited > wait+5*time.Second {
		t.Errorf("the call came again after %s, want %s", waited, wait)
	}
	return waited
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// checkPosts reads the posts as a visitor does: each is whole.
func (d day) checkPosts(t *testing.T, r result) (cut int) {
	t.Helper()
	p := d.start(t, d.ai.Key, "serve", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0")
	p.Await("preview  ", time.Minute)
	base := ""
	for _, line := range strings.Split(p.Both(), "\n") {
		if a := address.FindString(line); a != "" && strings.Contains(strings.ToLower(line), "preview") {
			base = a
		}
	}
	for _, post := range r.Posts {
		page := get(t, base+address.ReplaceAllString(post.URL, ""))
		if strings.Count(page, "</h2>") < 2 || !strings.Contains(page, "</article>") && !strings.Contains(page, "</main>") {
			cut++
			t.Errorf("%s is not whole:\n%.600s", post.Title, page)
		}
	}
	p.Interrupt()
	p.Exit(time.Minute)
	return cut
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", url, res.StatusCode, err)
	}
	return string(body)
}

// retry tries again what failed, once the provider is itself again, and gives the number of
// posts after it.
func (d day) retry(t *testing.T, r result) int {
	t.Helper()
	d.ai.ClearFaults()
	list := d.start(t, d.ai.Key, "retry")
	if code := list.Exit(limit); code != 2 {
		t.Errorf("retry without items: exit %d\n%s", code, list.Both())
	}
	p := d.start(t, d.ai.Key, "retry", "--all")
	if code := p.Exit(limit); code != 0 {
		t.Fatalf("retry: exit %d\n%s", code, p.Both())
	}
	for _, part := range []string{"2 to try again, for at most", "what the provider answered: ", "/pre_"} {
		if !strings.Contains(p.Out(), part) {
			t.Errorf("retry does not say %q\n%s", part, p.Out())
		}
	}
	for _, f := range r.Faults {
		if !strings.Contains(p.Out(), f.Item) || !strings.Contains(list.Out(), f.Item) {
			t.Errorf("retry does not name %s", f.Item)
		}
	}
	before := len(d.ai.Requests("", ""))
	_, after, _ := d.run(t, d.ai.Key)
	if len(after.Posts) != ideas || len(after.Faults) != 0 || len(d.ai.Requests("", "")) != before {
		t.Errorf("after the retry there are %d posts, want %d; the next run made %d calls and tells %+v", len(after.Posts), ideas, len(d.ai.Requests("", ""))-before, after.Faults)
	}
	return len(after.Posts)
}
