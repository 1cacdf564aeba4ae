package credit_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/table"
)

const ann, eve = apitest.As("viewer@acc_ann"), apitest.As("owner@acc_eve")

// story makes an account's ledger: a grant, then a wave each day for some days.
func story(t *testing.T, k *apitest.Kit, v *credit.Service, s account.Scope, days int) {
	t.Helper()
	need := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	need(v.Grant(t.Context(), s, credit.Whole(1000), false, "welcome"))
	for d := range days {
		of := credit.Purpose{Reference: fmt.Sprint("wav_", d), Site: fmt.Sprint("sit_", d%2), Run: "run_1", Stage: 1 + d%3}
		b, err := v.Balance(t.Context(), s)
		need(err)
		_, held, ops, err := b.Hold(s, credit.Whole(10), of, k.Clock.Now())
		need(err)
		need(k.Table.Transact(t.Context(), ops...))
		b, err = v.Balance(t.Context(), s)
		need(err)
		var settle []table.Op
		_, settle, err = b.Settle(s, held, credit.Whole(int64(d)), of, k.Clock.Now())
		need(err)
		need(k.Table.Transact(t.Context(), settle...))
		k.Clock.Advance(24 * time.Hour)
	}
}

type answered struct {
	Results []credit.Entry
	Next    string `json:"next_cursor"`
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	v := credit.New(k.Table, k.Clock)
	name := func(n int) string { return fmt.Sprint("stage ", n) }
	apitest.Walk(t, k, v.Routes(name))
	story(t, k, v, ann.Scope(), 5)
	h := k.Handler(t, v.Routes(name))
	const at = "/v1/billing/credits/"
	apitest.Scenario{Name: "balance", As: ann, Method: "GET", Path: at + "balance/", Status: 200,
		Has: []string{`"unit":"thousandths of credits"`, `"credits":990000`, `"plan_credits":0`, `"bonus_credits":990000`, `"held_credits":0`}}.Run(t, h)
	apitest.Scenario{Name: "blocked", As: "blocked:" + ann, Method: "GET", Path: at + "balance/", Status: 200}.Run(t, h)
	apitest.Scenario{Name: "hers", As: eve, Method: "GET", Path: at + "transactions/", Status: 200, Has: []string{`"results":[]`, `"next_cursor":""`}}.Run(t, h)
	all := func(query string, limit int) (out []credit.Entry, pages int) {
		t.Helper()
		for cursor := ""; ; pages++ {
			var l answered
			body := apitest.Scenario{Name: query, As: ann, Method: "GET", Path: fmt.Sprint(at, "transactions/?limit=", limit, "&cursor=", cursor, query), Status: 200}.Run(t, h)
			if err := json.Unmarshal([]byte(body), &l); err != nil {
				t.Fatal(err)
			}
			if len(l.Results) > limit {
				t.Errorf("%s: %d entries on a page of %d", query, len(l.Results), limit)
			}
			out = append(out, l.Results...)
			if cursor = l.Next; cursor == "" {
				return out, pages + 1
			}
		}
	}
	for _, x := range []struct {
		query string
		want  int
	}{
		{"", 16}, {"&kind=charge", 5}, {"&kind=grant", 1}, {"&site_id=sit_1", 6}, {"&site_id=sit_1&kind=hold", 2}, {"&site_id=sit_9", 0},
		{"&from=2026-05-07", 6}, {"&to=2026-05-04", 4}, {"&from=2026-05-05&to=2026-05-06", 6}, {"&from=2026-05-05T11:00:00Z", 9},
	} {
		for _, limit := range []int{1, 4, 16, 100} {
			got, pages := all(x.query, limit)
			if len(got) != x.want {
				t.Errorf("%s by %d: %d entries, want %d", x.query, limit, len(got), x.want)
			}
			if pages > x.want/limit+1 {
				t.Errorf("%s by %d: %d pages", x.query, limit, pages)
			}
			for i := 1; i < len(got); i++ {
				if got[i].Seq >= got[i-1].Seq {
					t.Errorf("%s by %d: entry %d after %d", x.query, limit, got[i].Seq, got[i-1].Seq)
				}
			}
		}
	}
	for _, x := range []apitest.Scenario{
		{Name: "cursor", Path: "cursor=x", Has: []string{`"cursor"`}}, {Name: "kind", Path: "kind=theft", Has: []string{`"kind"`}},
		{Name: "from", Path: "from=yesterday", Has: []string{`"from"`, "2026-05-04"}}, {Name: "limit", Path: "limit=101", Has: []string{`"limit"`}},
	} {
		x.As, x.Method, x.Path, x.Status = ann, "GET", at+"transactions/?"+x.Path, 400
		x.Run(t, h)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	v, s := credit.New(k.Table, k.Clock), ann.Scope()
	story(t, k, v, s, 6)
	name := func(n int) string { return fmt.Sprint("stage ", n) }
	sum := func(site string, days int) credit.Summary {
		t.Helper()
		m, err := v.Summary(t.Context(), s, site, days, name)
		if err != nil {
			t.Fatal(err)
		}
		var stages, sites, byDay credit.Amount
		for _, x := range m.ByStage {
			stages += x.Credits
		}
		for _, x := range m.BySite {
			sites += x.Credits
		}
		for _, x := range m.ByDay {
			byDay += x.Credits
		}
		if stages != m.Credits || sites != m.Credits || byDay != m.Credits || len(m.ByDay) != days {
			t.Errorf("%d days: the sums differ: %+v", days, m)
		}
		return m
	}
	m := sum("", 30)
	if m.Credits != credit.Whole(0+1+2+3+4+5) || len(m.ByStage) != 3 || m.ByStage[1] != (credit.StageUse{Stage: 2, Name: "stage 2", Credits: credit.Whole(1 + 4), Charges: 2}) {
		t.Errorf("%+v", m)
	}
	if m.BySite[0] != (credit.SiteUse{Site: "sit_1", Credits: credit.Whole(9)}) || m.ByDay[23].Granted != credit.Whole(1000) || m.ByDay[28].Credits != credit.Whole(5) {
		t.Errorf("%+v", m)
	}
	if m := sum("sit_0", 30); m.Credits != credit.Whole(6) {
		t.Errorf("one site: %+v", m)
	}
	if m := sum("", 3); m.Credits != credit.Whole(9) || m.ByDay[0].Day != "2026-05-08" || m.ByDay[0].Credits != credit.Whole(4) {
		t.Errorf("three days: %+v", m)
	}
	limited := account.Mint(account.Grant{Account: s.Account(), Actor: "usr_x", Role: account.Viewer, Sites: []string{"sit_1"}})
	if m, err := v.Summary(t.Context(), limited, "", 30, name); err != nil || m.Credits != credit.Whole(9) {
		t.Errorf("of his sites: %+v, %v", m, err)
	}
	for _, limit := range []int{1, 3, 100} { // pages without an entry of his are not the last
		n, cursor := 0, ""
		for {
			got, next, err := v.Transactions(t.Context(), limited, credit.Filter{}, cursor, limit)
			if err != nil {
				t.Fatal(err)
			}
			n += len(got)
			if cursor = next; next == "" {
				break
			}
		}
		if n != 10 {
			t.Errorf("of his sites by %d: %d entries", limit, n)
		}
	}
}
