// Package outside holds what the product may do to the world against what the world knows of
// it: WordPress's own database, the provider's own ledger, and our ledger line by line. For
// the tests that kill, throttle and repeat, whatever the product runs on.
package outside

import (
	"fmt"
	"strings"

	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/lab/wordpress"
)

// mark is what each post of ours has in its raw content, before the content's id.
const mark = "igny8:content="

// Published is what WordPress holds of ours.
type Published struct {
	Missing int // contents without a public post
	Doubled int // public posts beyond the first of a content
	Strays  int // posts that are neither public nor in the trash
	Trashed int
	Faults  []string
}

// Posts holds that each of the contents has one public post, and that nothing else of ours
// is left but in the trash.
func Posts(wp *wordpress.Site, contents []string) (p Published) {
	public := map[string]int{}
	for _, have := range wp.Posts(mark) {
		if _, rest, ok := strings.Cut(have.Content, mark); ok && have.Status == "publish" {
			id, _, _ := strings.Cut(rest, " ")
			public[id]++
		}
	}
	for _, id := range contents {
		if public[id] == 0 {
			p.Missing++
			p.Faults = append(p.Faults, "content "+id+" has no post")
		}
		p.Doubled += max(0, public[id]-1)
	}
	all := wp.CountByStatus(mark)
	p.Strays, p.Trashed = all["draft"]+all["pending"]+all["private"]+all["future"], all["trash"]
	if p.Doubled > 0 || p.Strays > 0 || all["publish"] != len(contents) {
		p.Faults = append(p.Faults, fmt.Sprintf("posts: %v for %d articles; %d doubled", all, len(contents), p.Doubled))
	}
	return p
}

// Drafts are the posts of ours that are not finished.
func Drafts(wp *wordpress.Site) int { return wp.CountByStatus(mark)["draft"] }

// Media holds that each of so many different pictures is in WordPress once, and nothing else.
func Media(wp *wordpress.Site, pictures int) (doubled int, faults []string) {
	slugs := map[string]bool{}
	media := wp.Media()
	for _, m := range media {
		slugs[fmt.Sprintf("%.70s", m.Slug)] = true // "igny8-" and the hash, without the number that WordPress adds to a second one
	}
	if doubled = len(media) - pictures; doubled != 0 || len(slugs) != pictures {
		faults = append(faults, fmt.Sprintf("%d media of %d different pictures, want %d", len(media), len(slugs), pictures))
	}
	return doubled, faults
}

// Bought holds that a call was bought again only as often as it was in flight when its
// caller was struck; flight counts that by the call's key.
func Bought(p *ai.Lab, flight map[string]int) (again int, faults []string) {
	for key, e := range p.Ledger().ByKey {
		if e.Calls < 2 {
			continue
		}
		again += e.Calls - 1
		if e.Calls-1 > flight[key] {
			faults = append(faults, fmt.Sprintf("%s was bought %d times; in flight at %d strikes\n%s", key, e.Calls, flight[key], story(p, key)))
		}
	}
	return again, faults
}

func story(p *ai.Lab, key string) (out string) {
	for _, c := range p.Requests("", key) {
		out += fmt.Sprintf("  %s %s %d in %d ms, client gone: %v\n", c.At.Format("15:04:05.000"), c.Route, c.Status, c.Ms, c.ClientGone)
	}
	return out
}

// Books holds that the ledger adds up to the balance, line by line, that each hold was
// charged or given back to the last credit, and that what the runs tell that they used is
// what the ledger charged. drift is the sum of all differences.
func Books(entries []credit.Entry, have credit.Balance, told credit.Amount) (drift credit.Amount, faults []string) {
	differ := func(what string, d credit.Amount) {
		if d != 0 {
			drift += max(d, -d)
			faults = append(faults, fmt.Sprintf("credits: %s differ by %s", what, d))
		}
	}
	var sum, charged credit.Amount
	held := map[string]credit.Amount{}
	for i, e := range entries {
		sum += e.Amount
		charged += e.Spent
		held[e.Reference] += e.Held
		differ("the balance after an entry and the sum up to it", e.BalanceAfter-sum)
		if e.Seq != int64(i+1) {
			faults = append(faults, fmt.Sprintf("the ledger's entry %d has the number %d", i+1, e.Seq))
		}
	}
	for wave, rest := range held {
		differ("hold and settlement of "+wave, rest)
	}
	differ("ledger and balance", sum-have.Total())
	differ("what is held and nothing", have.Held)
	differ("what was charged and what the runs tell", charged-told)
	if charged == 0 {
		faults = append(faults, "nothing was charged")
	}
	return drift, faults
}
