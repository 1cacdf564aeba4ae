package credit

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Filter says which entries of the ledger are wanted; zero fields want all.
type Filter struct {
	Type     EntryType
	Site     string
	From, To time.Time // from this moment, until before this one
}

func (f Filter) keeps(s account.Scope, e Entry) bool {
	return (f.Type == "" || e.Type == f.Type) && (f.Site == "" || e.Site == f.Site) && (e.Site == "" || s.Sees(e.Site)) &&
		(f.To.IsZero() || e.CreatedAt.Before(f.To)) && !e.CreatedAt.Before(f.From)
}

// looked is how many entries one page looks through for a filter.
const looked = 2_000

// Transactions gives a page of the ledger, newest first, and the cursor behind it; "" on the
// last one. With a filter a page may be shorter than limit, even empty, and not the last:
// one look at the table is all that it costs. Entries of sites that the Scope does not see
// are left out. Invalid for a cursor that is none.
func (v *Service) Transactions(ctx context.Context, s account.Scope, f Filter, cursor string, limit int) ([]Entry, string, error) {
	q := table.Query{Partition: table.Of(s, "LEDGER"), From: "LEDGER#", To: "LEDGER#~", Reverse: true, Limit: looked, Consistency: table.Consistent}
	if f == (Filter{}) {
		q.Limit = limit
	}
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n < 1 || n > 1e15 {
			return nil, "", errs.Field("cursor", "is not one of ours: send next_cursor of the answer before, or nothing for the newest entries")
		}
		q.To = ledgerKey(s, n-1).Sort
	}
	page, err := v.table.Query(ctx, q)
	if err != nil {
		return nil, "", errs.Wrap("credit.Transactions", err)
	}
	all, err := entries(page.Items)
	if err != nil {
		return nil, "", err
	}
	var out []Entry
	for i, e := range all {
		if e.CreatedAt.Before(f.From) {
			return out, "", nil // all that follow are older
		}
		if !f.keeps(s, e) {
			continue
		}
		if out = append(out, e); len(out) == limit && (i+1 < len(all) || page.Next != "") {
			return out, strconv.FormatInt(e.Seq, 10), nil
		}
	}
	if page.Next == "" || len(all) == 0 {
		return out, "", nil
	}
	return out, strconv.FormatInt(all[len(all)-1].Seq, 10), nil
}

// StageUse is what one stage was charged.
type StageUse struct {
	Stage   int    `json:"stage"`
	Name    string `json:"name" doc:"of a stage of the pipeline; empty for what only people ask for"`
	Credits Amount `json:"credits_used"`
	Charges int64  `json:"charges" doc:"waves settled"`
}

// SiteUse is what one site was charged.
type SiteUse struct {
	Site    string `json:"site_id"`
	Credits Amount `json:"credits_used"`
}

// DayUse is what was charged, granted and expired on one day.
type DayUse struct {
	Day     string `json:"day" format:"date"`
	Credits Amount `json:"credits_used"`
	Granted Amount `json:"granted"`
	Expired Amount `json:"expired"`
}

// KindSum is the sum of the entries of one kind.
type KindSum struct {
	Type   EntryType `json:"transaction_type"`
	Amount Amount    `json:"amount" doc:"change of the balance, signed"`
	Count  int64     `json:"count"`
}

// Summary sums up the ledger of some days. All sums are exact: by_stage and by_site add up
// to credits_used.
type Summary struct {
	Unit    string     `json:"unit" doc:"of all amounts"`
	From    time.Time  `json:"from"`
	To      time.Time  `json:"to"`
	Credits Amount     `json:"credits_used"`
	ByStage []StageUse `json:"by_stage"`
	BySite  []SiteUse  `json:"by_site"`
	ByKind  []KindSum  `json:"by_kind"`
	ByDay   []DayUse   `json:"by_day" doc:"each of the days in UTC, oldest first, those without a movement too"`
}

// Unit is that of all amounts of an answer.
const Unit = "thousandths of credits"

// Summary sums up the last days, the present one included, of all or of one site. It reads
// the ledger of those days.
func (v *Service) Summary(ctx context.Context, s account.Scope, site string, days int, name func(stage int) string) (Summary, error) {
	now := v.clock.Now().UTC()
	today := now.Truncate(24 * time.Hour)
	out := Summary{Unit: Unit, From: today.AddDate(0, 0, 1-days), To: now, ByStage: []StageUse{}, BySite: []SiteUse{}, ByKind: []KindSum{}, ByDay: make([]DayUse, days)}
	for i := range out.ByDay {
		out.ByDay[i].Day = out.From.AddDate(0, 0, i).Format(time.DateOnly)
	}
	f := Filter{Site: site, From: out.From}
	q := table.Query{Partition: table.Of(s, "LEDGER"), Prefix: "LEDGER#", Reverse: true}
	for it, err := range table.All(ctx, v.table, q) {
		if err != nil {
			return Summary{}, errs.Wrap("credit.Summary", err)
		}
		var e Entry
		if err := table.Decode(it.Attrs, &e); err != nil {
			return Summary{}, errs.Wrap("credit.Summary", err)
		}
		if e.CreatedAt.Before(f.From) {
			break
		}
		if f.keeps(s, e) {
			out.add(e)
		}
	}
	for i := range out.ByStage {
		out.ByStage[i].Name = name(out.ByStage[i].Stage)
	}
	slices.SortFunc(out.ByStage, func(a, b StageUse) int { return cmp.Compare(a.Stage, b.Stage) })
	slices.SortFunc(out.BySite, func(a, b SiteUse) int { return cmp.Or(cmp.Compare(b.Credits, a.Credits), cmp.Compare(a.Site, b.Site)) })
	slices.SortFunc(out.ByKind, func(a, b KindSum) int { return cmp.Compare(a.Type, b.Type) })
	return out, nil
}

func (m *Summary) add(e Entry) {
	m.Credits += e.Spent
	k := entryOf(&m.ByKind, func(k KindSum) bool { return k.Type == e.Type }, KindSum{Type: e.Type})
	k.Amount += e.Amount
	k.Count++
	day := int(e.CreatedAt.Sub(m.From) / (24 * time.Hour))
	d := &m.ByDay[min(day, len(m.ByDay)-1)]
	d.Credits += e.Spent
	switch e.Type {
	case EntryGrant:
		d.Granted += e.Amount
	case EntryExpire:
		d.Expired -= e.Amount
	case EntryCharge:
		st := entryOf(&m.ByStage, func(u StageUse) bool { return u.Stage == e.Stage }, StageUse{Stage: e.Stage})
		st.Credits += e.Spent
		st.Charges++
		entryOf(&m.BySite, func(u SiteUse) bool { return u.Site == e.Site }, SiteUse{Site: e.Site}).Credits += e.Spent
	}
}

// entryOf finds an element, or adds it.
func entryOf[T any](all *[]T, is func(T) bool, otherwise T) *T {
	i := slices.IndexFunc(*all, is)
	if i < 0 {
		i = len(*all)
		*all = append(*all, otherwise)
	}
	return &(*all)[i]
}
