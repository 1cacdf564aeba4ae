package money_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/receipts"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/test/program"
)

// others is the work of another site of the account, which uses credits meanwhile.
const others = "wav_others"

// writing holds the articles that a run writes, so that it can't end before what the test does
// to it, however long that takes.
var writing = ai.Fault{Route: "/v1/responses", Match: `\"task\":\"content\"`, Kind: "hold"}

// drain has all credits spent by others.
func (s *shop) drain() {
	s.t.Helper()
	var held credit.Held
	move := func(step func(credit.Balance) ([]table.Op, error)) {
		s.must(table.Again(func() error {
			b, err := s.Credits.Balance(s.ctx, s.scope)
			if err != nil {
				return err
			}
			ops, err := step(b)
			if err != nil {
				return err
			}
			return s.Engine.Table.Transact(s.ctx, ops...)
		}))
	}
	move(func(b credit.Balance) (ops []table.Op, err error) {
		_, held, ops, err = b.Hold(s.scope, b.Total(), credit.Purpose{Reference: others}, time.Now())
		return ops, err
	})
	move(func(b credit.Balance) ([]table.Op, error) {
		_, ops, err := b.Settle(s.scope, held, held.Sum(), credit.Purpose{Reference: others}, time.Now())
		return ops, err
	})
}

// TestCreditsOnTheCommandLine: too few to begin, granted; spent meanwhile by another, paused,
// granted, and gone on with where it stopped.
func TestCreditsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	bin, lab, data := program.Build(t), ai.Start(t), filepath.Join(t.TempDir(), "data")
	openWith(t, data, nil, embedded.Options{StartCredits: credit.Whole(20)}).close()
	igny8 := func(want int, args ...string) *program.Process {
		t.Helper()
		p := program.Start(t, bin, env(lab), append(args, "--data", data)...)
		if code := p.Exit(4 * time.Minute); code != want {
			t.Fatalf("igny8 %s: exit %d, want %d\n%s", strings.Join(args, " "), code, want, p.Both())
		}
		return p
	}
	says := func(text string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("it does not say %q:\n%s", part, text)
			}
		}
	}
	run := runArgs(data)[:len(runArgs(data))-4]
	says(igny8(1, run...).Err(), "estimated at", "20 are left", "igny8 admin credits")
	if n := len(lab.Requests("", "")); n != 0 {
		t.Fatalf("%d calls were made without the credits for them", n)
	}
	says(igny8(0, "admin", "credits", "--amount", "400", "--reason", "first top-up").Out(), "400 credits were granted to My workspace", "420", "first top-up", "grant")

	lab.Fault(writing)
	p := program.Start(t, bin, env(lab), append(run, "--data", data)...)
	p.Await("3 Ideas", time.Minute)
	p.Kill()
	lab.ClearFaults()
	open(t, data, nil).also(func(s *shop) { s.drain(); s.close() })
	says(igny8(1, run...).Err(), "credits have run out", "igny8 admin credits")
	paused := igny8(0, "admin", "credits", "--json")
	var shown struct {
		Balance credit.Balance
		Ledger  []credit.Entry
	}
	if err := json.Unmarshal([]byte(paused.Out()), &shown); err != nil || shown.Balance.Total() < 0 || shown.Balance.Held != 0 || len(shown.Ledger) == 0 {
		t.Errorf("%v\n%s", err, paused.Both())
	}
	igny8(0, "admin", "credits", "--account", "my-workspace", "--amount", "500.5", "--reason", "second top-up")
	var r result
	if err := json.Unmarshal([]byte(igny8(0, run...).Out()), &r); err != nil || r.Status != "completed" || len(r.Posts) != r.Articles || r.Articles < 15 {
		t.Errorf("after the top-up: %v %+v", err, r)
	}
	for key, e := range lab.Ledger().ByKey {
		if e.Charged > 1+kills {
			t.Errorf("%s was bought %d times", key, e.Charged)
		}
	}
	open(t, data, nil).also(func(s *shop) {
		totals, err := s.Receipts(s.Engine).Totals(s.ctx, s.scope, r.SiteID)
		s.must(err)
		if spent := s.ledger(); totals.All.Credits != spent || totals.Rest.Credits != 0 {
			t.Errorf("spent %s, receipts %+v", spent, totals)
		}
		s.close()
	})
	serving := program.Start(t, bin, env(lab), "serve", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", data)
	serving.Await("API ", time.Minute)
	says(igny8(0, "admin", "credits", "--amount", "7", "--reason", "while serving").Out(), "7 credits were granted", "while serving")
	says(igny8(2, "admin", "credits", "--account", "nobody").Err(), "nobody")
	serving.Interrupt()
	serving.Exit(time.Minute)
	says(igny8(0, "admin", "credits", "--amount", "9", "--reason", "a period", "--expires", "2099-12-31").Out(), " 9 (until 2099-12-31)", "a period")
	says(igny8(2, "admin", "credits", "--amount", "5").Err(), "--reason")
	says(igny8(2, "admin", "credits", "--amount", "ten", "--reason", "x").Err(), "12.5")
	says(igny8(2, "admin", "credits", "--account", "nobody").Err(), "nobody")
	says(igny8(2, "receipt", "con_none").Err(), "con_none")
}

func (s *shop) also(f func(*shop)) { f(s) }

// client calls the API as the operator.
type client struct {
	t           *testing.T
	base, token string
}

func (c *client) call(method, path string, body any, want int) map[string]any {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest(method, c.base+path, bytes.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != want {
		c.t.Fatalf("%s %s: %d, want %d: %v %v", method, path, res.StatusCode, want, out, err)
	}
	return out
}

func (c *client) data(method, path string, want int) map[string]any {
	c.t.Helper()
	d, _ := c.call(method, path, nil, want)["data"].(map[string]any)
	return d
}

// TestCreditsThroughTheAPI: the same through the API.
func TestCreditsThroughTheAPI(t *testing.T) {
	t.Parallel()
	lab := ai.Start(t)
	lab.Fault(writing)
	s := openWith(t, filepath.Join(t.TempDir(), "data"), lab, embedded.Options{StartCredits: credit.Whole(20), Tick: 200 * time.Millisecond})
	site := s.site("", "")
	s.importFile(site, sample)
	h, err := s.Handler(embedded.Site{Throttle: 1000})
	s.must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c := &client{t: t, base: server.URL}
	password, err := s.Identity.LocalPassword(s.ctx)
	s.must(err)
	login := c.call(http.MethodPost, "/v1/auth/login/", map[string]string{"email": "owner@localhost", "password": password}, http.StatusOK)
	c.token, _ = login["data"].(map[string]any)["tokens"].(map[string]any)["access"].(string)
	s.start()

	refused := c.call(http.MethodPost, "/v1/automation/run_now/?site_id="+site, nil, http.StatusPaymentRequired)
	if refused["code"] != "credits" || !strings.Contains(fmt.Sprint(refused["error"]), "estimated") || fmt.Sprint(refused["errors"].(map[string]any)["current_balance"]) != "[20]" {
		t.Errorf("refused with %v", refused)
	}
	est := c.data(http.MethodGet, "/v1/automation/estimate/?site_id="+site, http.StatusOK)
	if est["sufficient"] != false || est["current_balance"] != 20000.0 || est["estimated_credits"].(float64) < 100_000 {
		t.Errorf("estimate %v", est)
	}
	s.must(s.Credits.Grant(s.ctx, s.scope, credit.Whole(400), false, "top-up"))
	run, _ := c.data(http.MethodPost, "/v1/automation/run_now/?site_id="+site, http.StatusAccepted)["id"].(string)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if v, err := s.Engine.View(s.ctx, s.scope, site, run); err != nil || v.Stage >= 4 {
			break
		}
	}
	s.drain()
	lab.ClearFaults()
	s.await(site, run, automation.StatusPaused)
	at := "?site_id=" + site + "&run_id=" + run
	v := c.data(http.MethodGet, "/v1/automation/run_detail/"+at, http.StatusOK)
	if v["status"] != "paused" || v["pause_reason"] != "credits" {
		t.Errorf("paused: %v", v)
	}
	c.call(http.MethodPost, "/v1/automation/resume/"+at, nil, http.StatusOK) // nothing was added
	s.await(site, run, automation.StatusPaused)
	bought := lab.Ledger().Total.Charged
	s.must(s.Credits.Grant(s.ctx, s.scope, credit.Whole(400), false, "top-up"))
	c.call(http.MethodPost, "/v1/automation/resume/"+at, nil, http.StatusOK)
	s.await(site, run, automation.StatusCompleted)
	if dup := lab.Ledger().Duplicates; len(dup) != 0 || bought == 0 {
		t.Errorf("bought twice: %v; %d before the pause", dup, bought)
	}
	sum, _ := s.receipts(site)
	if sum.Credits != s.ledger() {
		t.Errorf("receipts %s, ledger %s", sum.Credits, s.ledger())
	}
	list := c.call(http.MethodGet, "/v1/writer/content/?site_id="+site, nil, http.StatusOK)
	id, _ := list["results"].([]any)[0].(map[string]any)["id"].(string)
	raw, err := json.Marshal(c.data(http.MethodGet, "/v1/writer/content/"+id+"/receipt/", http.StatusOK))
	s.must(err)
	var got receipts.Receipt
	if err := json.Unmarshal(raw, &got); err != nil || got.Credits != s.receipt(site, id).Credits || len(got.Lines) < 6 {
		t.Errorf("receipt %s: %v", raw, err)
	}
	c.call(http.MethodGet, "/v1/writer/content/con_none/receipt/", nil, http.StatusNotFound)
	if done := c.data(http.MethodGet, "/v1/automation/estimate/?site_id="+site, http.StatusOK); done["estimated_credits"] != 0.0 || done["sufficient"] != true {
		t.Errorf("with nothing to do: %v", done)
	}
}
