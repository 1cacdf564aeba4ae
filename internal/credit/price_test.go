package credit_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

func prices(t *testing.T, version string) credit.List {
	t.Helper()
	l, err := credit.Prices(version)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestPrices holds each list to its figures: what was planned under a list is charged by it,
// so a list is never changed.
func TestPrices(t *testing.T) {
	t.Parallel()
	flat, tokens := prices(t, "2025-12-26"), prices(t, "2026-11-24")
	for _, c := range []struct {
		list credit.List
		op   credit.Operation
		use  credit.Use
		want int64
	}{
		{flat, credit.Clustering, credit.Use{Units: 3}, 15},
		{flat, credit.IdeaGeneration, credit.Use{Units: 4, Tokens: 90_000}, 40},
		{flat, credit.ContentGeneration, credit.Use{Units: 1, Words: 800}, 20},
		{flat, credit.ContentGeneration, credit.Use{Units: 1, Words: 801}, 30},
		{flat, credit.ContentGeneration, credit.Use{Units: 1, Words: 1500}, 30},
		{flat, credit.ContentGeneration, credit.Use{Units: 2, Words: 1501}, 80},
		{flat, credit.ImagePromptExtraction, credit.Use{Units: 1, Tokens: 9000}, 10},
		{flat, credit.ImageGeneration, credit.Use{Units: 2, Tier: credit.Basic}, 2},
		{flat, credit.ImageGeneration, credit.Use{Units: 2, Tier: credit.Premium}, 8},
		{tokens, credit.Clustering, credit.Use{Units: 3}, 15},
		{tokens, credit.IdeaGeneration, credit.Use{Units: 7, Tokens: 0}, 2},
		{tokens, credit.IdeaGeneration, credit.Use{Units: 1, Tokens: 2000}, 2},
		{tokens, credit.IdeaGeneration, credit.Use{Units: 1, Tokens: 2001}, 3},
		{tokens, credit.ContentGeneration, credit.Use{Units: 1, Words: 9000, Tokens: 5000}, 5},
		{tokens, credit.ContentGeneration, credit.Use{Units: 1, Tokens: 5001}, 6},
		{tokens, credit.ContentGeneration, credit.Use{Units: 1, Tokens: 1}, 5},
		{tokens, credit.ImagePromptExtraction, credit.Use{Units: 1, Tokens: 12_345}, 13},
		{tokens, credit.ImagePromptExtraction, credit.Use{Units: 1}, 2},
		{tokens, credit.ImageGeneration, credit.Use{Units: 1, Tier: credit.Basic}, 1},
		{tokens, credit.ImageGeneration, credit.Use{Units: 1, Tier: credit.Premium}, 4},
	} {
		if got := c.list.Price(c.op, c.use); got != credit.Whole(c.want) {
			t.Errorf("%s: %s of %+v costs %s, want %d", c.list.Version, c.op, c.use, got, c.want)
		}
	}
	if now := prices(t, "2026-11-28"); now.Price(credit.Embedding, credit.Use{Units: 3}) != credit.Whole(3) || now.Price(credit.Clustering, credit.Use{Units: 3}) != credit.Whole(15) ||
		now.Price(credit.ContentGeneration, credit.Use{Units: 1, Tokens: 5001}) != credit.Whole(6) || tokens.Price(credit.Embedding, credit.Use{Units: 3}) != 0 {
		t.Error("the list of 28 November is that of the 24th with a credit for a thousand vectors")
	}
	if n := flat.Covers(credit.Clustering, credit.Whole(14)); n != 2 {
		t.Errorf("14 credits cover %d batches", n)
	}
	if n := tokens.Covers(credit.IdeaGeneration, credit.Whole(1)); n < 1000 {
		t.Errorf("a share bounds the ideas where tokens are priced: %d", n)
	}
}

func TestPriceVersions(t *testing.T) {
	t.Parallel()
	if l := prices(t, ""); l.Version != "2025-12-26" {
		t.Errorf("work without a version is priced by %s", l.Version)
	}
	if _, err := credit.Prices(credit.Current); err != nil {
		t.Error(err)
	}
	if _, err := credit.Prices("2999-01-01"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a list of a newer program: %v", err)
	}
	for i, l := range credit.Lists() {
		if _, err := time.Parse(time.DateOnly, l.Version); err != nil || i > 0 && l.Version <= credit.Lists()[i-1].Version {
			t.Errorf("list %d has the version %q", i, l.Version)
		}
		for _, op := range []credit.Operation{credit.Clustering, credit.IdeaGeneration, credit.ContentGeneration, credit.ImagePromptExtraction, credit.ImageGeneration} {
			usual := l.Usual(op, credit.Use{Units: 1, Words: 1000, Tier: credit.Basic})
			if usual <= 0 || usual > credit.Whole(50) {
				t.Errorf("%s: %s costs %s as a rule", l.Version, op, usual)
			}
		}
	}
}

// TestDivide: the parts add up, none is further from its exact share than one unit, and a
// larger weight gets no smaller part.
func TestDivide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := credit.USD(rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Range(0, 1<<62)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 4), rapid.Int64Range(0, 1<<40)), 1, 40).Draw(t, "weights")
		parts := credit.Divide(total, weights)
		var sum credit.USD
		var whole float64
		for i, p := range parts {
			sum += p
			whole += float64(weights[i])
			if p < 0 {
				t.Fatalf("part %d is %d", i, p)
			}
		}
		if sum != total || len(parts) != len(weights) {
			t.Fatalf("the parts of %d are %v, together %d", total, parts, sum)
		}
		for i := range parts {
			for k := range parts {
				if weights[i] > weights[k] && parts[i] < parts[k] || weights[i] == weights[k] && i < k && (parts[i] < parts[k] || parts[i] > parts[k]+1) {
					t.Fatalf("weights %d and %d get %d and %d", weights[i], weights[k], parts[i], parts[k])
				}
			}
			exact := float64(total) / float64(len(weights))
			if whole > 0 {
				exact = float64(total) * (float64(weights[i]) / whole)
			}
			if d := float64(parts[i]) - exact; total < 1<<50 && (d > 1 || d < -1) {
				t.Fatalf("part %d of %d is %d, exactly %f", i, total, parts[i], exact)
			}
		}
	})
	for _, c := range []struct {
		total   credit.USD
		weights []int64
		want    []credit.USD
	}{
		{10, []int64{1, 1, 1}, []credit.USD{4, 3, 3}}, {2, []int64{1, 1, 1}, []credit.USD{1, 1, 0}}, {0, []int64{3, 1}, []credit.USD{0, 0}},
		{5, []int64{0, 0}, []credit.USD{3, 2}}, {7, []int64{5, 1, 1}, []credit.USD{5, 1, 1}}, {8, []int64{5, 1, 1}, []credit.USD{6, 1, 1}}, {1, []int64{-3, 1}, []credit.USD{0, 1}},
	} {
		got := credit.Divide(c.total, c.weights)
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("%d by %v is %v, want %v", c.total, c.weights, got, c.want)
				break
			}
		}
	}
	if got := credit.Divide(credit.USD(5), nil); len(got) != 0 {
		t.Errorf("without weights: %v", got)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]credit.Amount{"0": 0, "12.5": 12500, "0.001": 1, "100": credit.Whole(100), "7.25": 7250} {
		if got, err := credit.ParseAmount(text); err != nil || got != want || got.String() != text {
			t.Errorf("%q is %s, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", ".", "1.", ".5", "-1", "+1", "1e3", "1.2345", "1,5", " 1", "ten", "99999999999999", "1.5x", "1.-5"} {
		if got, err := credit.ParseAmount(bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q is read as %s", bad, got)
		}
	}
	for u, want := range map[credit.USD]string{0: "0.000000", 1: "0.000001", 1_250_000: "1.250000", -31_250: "-0.031250"} {
		if u.String() != want {
			t.Errorf("%d is %s", u, u)
		}
	}
}

// TestPlanPeriod: plan credits are gone at the end of their period, also those that were
// held over it, and the ledger says so.
func TestPlanPeriod(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	s, ctx := b.open(), t.Context()
	clock := b.clock
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	until := clock.Now().Add(24 * time.Hour)
	must(b.service.Grant(ctx, s, credit.Whole(3), false, "gift"))
	must(b.service.Renew(ctx, s, credit.Whole(10), until, "period one"))
	held, err := b.hold(s, credit.Whole(4), "wav_over")
	must(err)
	if held.Plan != credit.Whole(4) || !held.Until.Equal(until.Truncate(time.Second)) {
		t.Fatalf("hold %+v", held)
	}
	clock.Advance(25 * time.Hour)
	if bal := b.balance(t, s); bal.Plan != 0 || bal.Bonus != credit.Whole(3) || bal.Held != credit.Whole(4) {
		t.Errorf("after the period: %+v", bal)
	}
	if _, err := b.hold(s, credit.Whole(4), "wav_late"); !errs.Is(err, errs.Exhausted) {
		t.Errorf("expired credits were held: %v", err)
	}
	b.now = clock.Now()
	must(b.settle(s, held, credit.Whole(1), "wav_over"))
	must(b.service.Expire(ctx, s))
	if bal := b.balance(t, s); bal.Total() != credit.Whole(3) || bal.Held != 0 {
		t.Errorf("after the settlement: %+v", bal)
	}
	entries, err := b.service.Last(ctx, s, 4)
	must(err)
	var got []string
	for _, e := range entries {
		got = append(got, string(e.Type)+" "+e.Amount.String())
	}
	want := []string{"expire -3", "release 3", "charge 0", "expire -6"}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("ledger, newest first: %v, want %v", got, want)
		}
	}
	if err := b.service.Renew(ctx, s, credit.Whole(1), clock.Now(), "x"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a period that is over: %v", err)
	}
	if err := b.service.Renew(ctx, s, 0, clock.Now().Add(time.Hour), "x"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a period without credits: %v", err)
	}
	must(b.service.Grant(ctx, s, credit.Whole(2), true, "after the end"))
	if bal := b.balance(t, s); bal.Plan != credit.Whole(2) || !bal.PlanUntil.IsZero() {
		t.Errorf("a grant after the end of a period: %+v", bal)
	}
}
