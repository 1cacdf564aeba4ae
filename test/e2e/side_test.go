package e2e_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// keeping is what a runtime stored.
type keeping struct {
	table.Table
	close func() error
}

// look reads what the runtime stored and what it asked the provider.
func (r runtime) look(t *testing.T, o outcome) (p played) {
	t.Helper()
	k := r.kept(t)
	defer func() {
		if err := k.close(); err != nil {
			t.Error(err)
		}
	}()
	for _, q := range partitions(t, o) {
		items, err := table.Collect(t.Context(), k, table.Query{Partition: q, Consistency: table.Consistent})
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if !strings.HasPrefix(it.Key.Sort, "ROWSET#FORMER#") { // those that are left depend on when tick last looked
				p.items = append(p.items, plain(t, it))
			}
		}
	}
	for _, c := range r.provider.Requests("", "") {
		p.calls = append(p.calls, anonymous(fmt.Sprintf("%s %s %s %d %s", c.Method, c.Route, c.Model, c.Status, c.Body)))
	}
	slices.Sort(p.items)
	slices.Sort(p.calls)
	return p
}

// partitions are those of the scenario's account, and the system's that belong to it. A
// pattern that is not known here fails the test, so that no kind of item is left out.
func partitions(t *testing.T, o outcome) (out []table.Partition) {
	t.Helper()
	s := account.Mint(account.Grant{Account: o.Me.Account.ID, Actor: "test", Role: account.Viewer})
	h := system.As("test")
	sites := []string{o.Main.Site.ID, o.Reviewed.Site.ID}
	for _, p := range table.Patterns() {
		name, _, _ := strings.Cut(strings.TrimPrefix(p.Partition, "X#"), "#")
		switch {
		case p.Partition == "A#<account>":
			out = append(out, table.Of(s))
		case strings.HasSuffix(p.Partition, "#P#<page>"): // packed rows: the lists of the API show them
		case p.Partition == "A#<account>#S#<site>":
			out = append(out, table.OfSite(s, sites[0]), table.OfSite(s, sites[1]))
		case strings.HasPrefix(p.Partition, "A#<account>#"):
			out = append(out, table.Of(s, strings.TrimPrefix(p.Partition, "A#<account>#")))
		case name == "USER":
			out = append(out, table.OfSystem(h, name, o.Me.ID))
		case name == "USER-EMAIL":
			out = append(out, table.OfSystem(h, name, o.Me.Email))
		case name == "ACCOUNT-SLUG":
			out = append(out, table.OfSystem(h, name, o.Me.Account.Slug))
		case name == "SITE":
			out = append(out, table.OfSystem(h, name, sites[0]), table.OfSystem(h, name, sites[1]))
		case name == "OPEN": // tick's list: what is on it depends on when tick last looked
		case name == "MAIL": // no mail is sent in the scenario
		case name == "DUE": // no site of the scenario has a schedule
		default:
			t.Errorf("the partition %s is not compared: add it here", p.Partition)
		}
	}
	return distinct(out)
}

func distinct(all []table.Partition) (out []table.Partition) {
	seen := map[string]bool{}
	for _, p := range all {
		if name, err := p.Name(); err == nil && !seen[name] {
			seen[name] = true
			out = append(out, p)
		}
	}
	return out
}

// chance are attributes whose values are ids, times or secrets in another dress. That they
// are there is compared, and of lists how long they are; their value is not.
var chance = map[string]string{
	"rotated_at": "a time", "duration_ms": "a time", "password_hash": "salted", "credentials": "encrypted anew each time",
	"token": "of the state machine", "nonce": "random", "print": "the hash of a request that names ids",
	"body":           "the packed head of rows, full of ids: its version is compared, and its lists by the API",
	"edits_keywords": "the same", "edits_clusters": "the same",
	"external_id": "WordPress's number, in the order of publication", "media_ids": "the same",
}

var ids = []struct{ pattern, with string }{
	{`\b([a-z]{3})_[0-9A-Za-z]{12,}\b`, "${1}_id"},
	{`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)`, "time"},
	{`\brun_\d{8}_\d{6}_`, "run_time_"},
	{`http://127\.0\.0\.1:\d+`, "host"},
	{`\b[a-z0-9]+@example\.test\b`, "email"},
}

// anonymous takes ids and times out of a text.
func anonymous(s string) string {
	for _, i := range ids {
		s = regexp.MustCompile(i.pattern).ReplaceAllString(s, i.with)
	}
	return s
}

// plain is an item as one line: partition, sort key, type, attributes.
func plain(t *testing.T, it table.Item) string {
	t.Helper()
	name, err := it.Key.Partition.Name()
	if err != nil {
		t.Fatal(err)
	}
	attrs := map[string]any{}
	for n, v := range it.Attrs {
		attrs[n] = valueOf(n, v)
	}
	raw, err := json.Marshal(attrs)
	if err != nil {
		t.Fatal(err)
	}
	return anonymous(fmt.Sprintf("%s %s %s v%d %s", name, it.Key.Sort, it.Type, it.Version, raw))
}

func valueOf(name string, v any) any {
	list, isList := v.([]any)
	switch why, ok := chance[name]; {
	case ok && isList:
		return fmt.Sprintf("%d: %s", len(list), why)
	case ok:
		return why
	case name == "jobs" && isList: // of a wave: they were selected in an order that ids and times decide
		lines := make([]string, len(list))
		for i, x := range list {
			raw, _ := json.Marshal(x) // it was read from a store: it marshals
			lines[i] = anonymous(string(raw))
		}
		slices.Sort(lines)
		return lines
	}
	return v
}

// sideBySide holds the two runtimes to each other: the same items in the table, events
// among them, and the same calls to the provider.
func sideBySide(t *testing.T, here, there played) {
	if len(here.items) < 500 || len(here.calls) < 50 {
		t.Fatalf("only %d items and %d calls to compare: one of the runtimes did not come to its end", len(here.items), len(here.calls))
	}
	differences(t, "item", here.items, there.items)
	differences(t, "call", here.calls, there.calls)
	fmt.Printf("side by side: items=%d calls=%d\n", len(here.items), len(here.calls))
}

const shown = 20 // differences

func differences(t *testing.T, what string, here, there []string) {
	t.Helper()
	count := map[string]int{}
	for _, x := range here {
		count[x]++
	}
	for _, x := range there {
		count[x]--
	}
	var lines []string
	for x, n := range count {
		switch {
		case n > 0:
			lines = append(lines, fmt.Sprintf("embedded has %d more: %s", n, x))
		case n < 0:
			lines = append(lines, fmt.Sprintf("aws has %d more: %s", -n, x))
		}
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[strings.Index(a, ":"):], b[strings.Index(b, ":"):]) })
	for i, l := range lines {
		if i == shown {
			t.Errorf("… and %d more differences of %ss", len(lines)-shown, what)
			break
		}
		t.Errorf("%s: %s", what, l)
	}
}
