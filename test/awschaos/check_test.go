package awschaos_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/test/stack"
)

// result is what the faults did.
type result struct {
	runs, articles, retried    int
	lost, posts, media, strays int // posts and media doubled
	again, flight, leftover    int
	drift                      credit.Amount
}

func (r *result) add(x result) {
	r.runs += x.runs
	r.articles += x.articles
	r.retried += x.retried
	r.lost += x.lost
	r.posts += x.posts
	r.media += x.media
	r.strays += x.strays
	r.again += x.again
	r.flight += x.flight
	r.leftover += x.leftover
}

// String is one line.
func (r result) String() string {
	return fmt.Sprintf("runs=%d articles=%d retried=%d lost=%d doubled_posts=%d doubled_media=%d strays=%d bought_again=%d in_flight=%d left_over=%d credit_drift=%s",
		r.runs, r.articles, r.retried, r.lost, r.posts, r.media, r.strays, r.again, r.flight, r.leftover, r.drift)
}

// runOf is a run as the table has it: the API may be among what is spoilt.
func (w *world) runOf(site, run string) (stack.Run, bool) {
	it, err := w.kept.Get(w.t.Context(), table.Key{Partition: table.OfSite(w.scope(), site), Sort: "RUN#" + run}, table.Consistent)
	if err != nil {
		return stack.Run{}, false
	}
	var r stack.Run
	return r, table.Decode(it.Attrs, &r) == nil
}

// settle tries again what failed, waits until tick has put all in order, and checks.
func (w *world) settle(site stack.Site, run string) result {
	w.t.Helper()
	r := result{runs: 1}
	r.retried = w.retry(site.ID)
	marker := "igny8:content="
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && (w.wp.CountByStatus(marker)["draft"] > 0 || w.left(site.ID) != ""); {
		time.Sleep(500 * time.Millisecond)
	}
	if left := w.left(site.ID); left != "" {
		r.leftover++
		w.t.Errorf("left over: %s", left)
	}
	seen := stack.Look(w.client, site)
	seen.Check(w.t, 4*len(keywords))
	if w.t.Failed() {
		r.lost++
	}
	r.articles = len(seen.Contents)
	w.checkPosts(seen, &r)
	w.checkBought(&r)
	return r
}

// retry works again on what failed in a run: what died as a letter.
func (w *world) retry(site string) (n int) {
	w.t.Helper()
	for _, it := range w.items(site, "JOB#") {
		if it.Attrs["state"] != "failed" {
			continue
		}
		cause, _ := it.Attrs["cause"].(string)
		reason, _ := it.Attrs["reason"].(string)
		id, _ := it.Attrs["id"].(string)
		if cause == "" || reason == "" {
			w.t.Errorf("job %s failed without a word: %q, %q", id, cause, reason)
		}
		n++
	}
	if n > 0 { // a new run works on all that failed
		stack.CompleteRun(w.client, site)
	}
	return n
}

func (w *world) items(site, prefix string) []table.Item {
	w.t.Helper()
	out, err := table.Collect(w.t.Context(), w.kept, table.Query{Partition: table.OfSite(w.scope(), site), Prefix: prefix, Consistency: table.Consistent})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// left names what a run should not leave: markers, leases, waiting jobs, the hold of the site.
func (w *world) left(site string) string {
	w.t.Helper()
	var out []string
	for _, prefix := range []string{"OPEN#", "ACTIVE"} {
		for _, it := range w.items(site, prefix) {
			out = append(out, it.Key.Sort)
		}
	}
	for _, it := range w.items(site, "JOB#") {
		if st := it.Attrs["state"]; st != "done" && st != "failed" {
			out = append(out, fmt.Sprintf("%s of stage %v is %v until %v, tried %v times", it.Key.Sort, it.Attrs["stage"], st, it.Attrs["until"], it.Attrs["tries"]))
		}
	}
	return strings.Join(out, ", ")
}

// checkPosts holds that each article of the site is public once, with its pictures once, and
// that there is no draft of it.
func (w *world) checkPosts(seen stack.Workspace, r *result) {
	w.t.Helper()
	for _, c := range seen.Contents {
		public := 0
		for _, p := range w.wp.Posts("igny8:content=" + c.ID) {
			switch p.Status {
			case "publish":
				public++
			case "trash":
			default:
				r.strays++
				w.t.Errorf("%s: post %d is %s", c.ID, p.ID, p.Status)
			}
		}
		if public == 0 || c.SiteStatus != "published" {
			r.lost++
			w.t.Errorf("%s is %s and has no post", c.ID, c.SiteStatus)
		}
		if public > 1 {
			r.posts += public - 1
			w.t.Errorf("%s has %d posts", c.ID, public)
		}
	}
	have := map[string]int{}
	for _, m := range w.wp.Media() {
		have[fmt.Sprintf("%.70s", m.Slug)]++ // "igny8-" and the hash, without the number that WordPress adds to a second one
	}
	for _, i := range seen.Images {
		if n := have[fmt.Sprintf("%.70s", "igny8-"+i.SHA)]; n != 1 {
			r.media += max(0, n-1)
			w.t.Errorf("picture %s is there %d times", i.ID, n)
		}
	}
}

// checkBought holds that a call was bought again only when its function died while it was
// under way, or so short after it that the answer was not stored yet.
func (w *world) checkBought(r *result) {
	w.t.Helper()
	died := map[string]int{}
	calls := w.ai.Requests("", "")
	for _, c := range calls {
		end := c.At.Add(time.Duration(c.Ms) * time.Millisecond)
		hit := c.ClientGone
		for _, k := range w.killed {
			hit = hit || c.At.Before(k) && end.After(k.Add(-300*time.Millisecond))
		}
		if hit {
			died[c.Key]++
			r.flight++
		}
	}
	for key, e := range w.ai.Ledger().ByKey {
		r.again += e.Calls - 1
		if e.Calls-1 > died[key] {
			w.t.Errorf("%s was bought %d times, %d of them in flight at a kill", key, e.Calls, died[key])
		}
	}
}

// checkLedger holds that the account's ledger adds up, that nothing is held any more, and
// that what was charged is what the jobs of all sites drew.
func (w *world) checkLedger(r *result) {
	w.t.Helper()
	credits := credit.New(w.kept, clock.Real{})
	b, err := credits.Balance(w.t.Context(), w.scope())
	if err != nil {
		w.t.Fatal(err)
	}
	entries, err := credits.Ledger(w.t.Context(), w.scope())
	if err != nil {
		w.t.Fatal(err)
	}
	var sum, held, spent, drawn credit.Amount
	for _, e := range entries {
		sum, held, spent = sum+e.Amount, held+e.Held, spent+e.Spent
		if e.BalanceAfter != sum {
			w.t.Errorf("entry %d leaves %s, the sum is %s", e.Seq, e.BalanceAfter, sum)
		}
	}
	for _, site := range stack.List[stack.Site](w.client, "/v1/auth/sites/?page_size=100") {
		for _, it := range w.items(site.ID, "JOB#") {
			var j struct {
				State string        `json:"state"`
				Draw  credit.Amount `json:"draw"`
			}
			if err := table.Decode(it.Attrs, &j); err != nil {
				w.t.Fatal(err)
			}
			if j.State == "done" {
				drawn += j.Draw
			}
		}
	}
	r.drift = max(sum-b.Total(), b.Total()-sum) + max(held, -held) + b.Held + max(spent-drawn, drawn-spent)
	if r.drift != 0 || spent == 0 {
		w.t.Errorf("ledger %s, balance %s; held %s and %s; charged %s, drawn %s", sum, b.Total(), held, b.Held, spent, drawn)
	}
}
