package credit

import (
	"fmt"
	"math"

	"github.com/igny8/igny8/internal/errs"
)

// Operation is what credits are spent on (facts 8.1, operation_type).
type Operation string

// The operations that have a price.
const (
	Clustering            Operation = "clustering"
	Embedding             Operation = "embedding" // vectors of texts, once for each text
	IdeaGeneration        Operation = "idea_generation"
	ContentGeneration     Operation = "content_generation"
	ImagePromptExtraction Operation = "image_prompt_extraction"
	ImageGeneration       Operation = "image_generation"
)

// Tier is the class of a picture, by the model and the quality that make it.
type Tier string

// The tiers.
const (
	Basic   Tier = "basic"
	Premium Tier = "premium"
)

// Use is what an operation takes, as far as a price depends on it.
type Use struct {
	Units  int   // keyword batches, thousands of texts that are embedded, ideas, contents, pictures
	Words  int   // that were asked for, of one content
	Tokens int64 // in and out, of the answer that was used
	Tier   Tier  // of a picture
}

// List is one version of the prices. Lists are never changed: a new price is a new list,
// and what was planned under an old one is charged by it.
type List struct {
	Version string // the day from which it holds
	Rules   map[Operation]Rule
}

// Rule prices one operation, in one of four ways: by the unit, by the words asked for, by
// the tier of a picture, or by tokens.
type Rule struct {
	Each   Amount          // for each unit
	Words  []Step          // by words, ascending
	Tiers  map[Tier]Amount // for each picture
	Tokens *TokenRule
}

// Step is a price up to so many words.
type Step struct {
	UpTo  int
	Price Amount
}

// TokenRule is ceil(tokens / PerCredit) whole credits for a call, at least Least. Base,
// ByUnit and ByWord are the tokens that a call takes as a rule, for estimates.
type TokenRule struct {
	PerCredit            int64
	Least                Amount
	Base, ByUnit, ByWord int64
}

// Price is what an operation costs.
func (l List) Price(op Operation, u Use) Amount {
	r := l.Rules[op]
	switch {
	case r.Tokens != nil:
		whole := (max(u.Tokens, 0) + r.Tokens.PerCredit - 1) / r.Tokens.PerCredit
		return max(Whole(whole), r.Tokens.Least)
	case r.Tiers != nil:
		return r.Tiers[u.Tier] * Amount(u.Units)
	case r.Words != nil:
		for _, s := range r.Words {
			if u.Words <= s.UpTo {
				return s.Price * Amount(u.Units)
			}
		}
		return r.Words[len(r.Words)-1].Price * Amount(u.Units)
	}
	return r.Each * Amount(u.Units)
}

// Usual is what an operation costs as a rule, before its tokens are known.
func (l List) Usual(op Operation, u Use) Amount {
	if t := l.Rules[op].Tokens; t != nil {
		u.Tokens = t.Base + t.ByUnit*int64(u.Units) + t.ByWord*int64(u.Words)
	}
	return l.Price(op, u)
}

// Covers is how many units a share pays for: as many as it has prices in it, or any number
// where the price goes by tokens.
func (l List) Covers(op Operation, share Amount) int {
	each := l.Rules[op].Each
	if each == 0 {
		return math.MaxInt32
	}
	return int(share / each)
}

// Current is the version by which new work is planned.
const Current = "2026-11-28"

// Prices gives a list by its version; empty is the first one, which work bears that was
// planned before versions were noted. Unavailable for a version that is not known here: a
// newer program planned the work, and will do it.
func Prices(version string) (List, error) {
	for _, l := range Lists() {
		if l.Version == version || version == "" {
			return l, nil
		}
	}
	return List{}, errs.New(errs.Unavailable, "price_list", fmt.Sprintf("the price list %s is not known to this program: a newer one has to do this", version)).Because(errs.Ours)
}

// Lists are all versions, oldest first.
func Lists() []List {
	return []List{
		{Version: "2025-12-26", Rules: map[Operation]Rule{ // facts 8.3, the plan of 26 December 2025
			Clustering:            {Each: Whole(5)},
			IdeaGeneration:        {Each: Whole(10)},
			ContentGeneration:     {Words: []Step{{800, Whole(20)}, {1500, Whole(30)}, {math.MaxInt, Whole(40)}}},
			ImagePromptExtraction: {Each: Whole(10)},
			ImageGeneration:       {Tiers: tiers()},
		}},
		{Version: "2026-11-24", Rules: byTokens()},
		{Version: Current, Rules: with(byTokens(), Embedding, Rule{Each: Whole(1)})}, // a thousand texts cost us about a hundredth of a cent
	}
}

// byTokens are facts 8.3 with texts by tokens, pictures by the model's tier.
func byTokens() map[Operation]Rule {
	return map[Operation]Rule{
		Clustering:            {Each: Whole(5)}, // computed here, without tokens
		IdeaGeneration:        {Tokens: &TokenRule{PerCredit: 1000, Least: Whole(2), Base: 700, ByUnit: 400}},
		ContentGeneration:     {Tokens: &TokenRule{PerCredit: 1000, Least: Whole(5), Base: 1600, ByWord: 2}},
		ImagePromptExtraction: {Tokens: &TokenRule{PerCredit: 1000, Least: Whole(2), Base: 1500}},
		ImageGeneration:       {Tiers: tiers()},
	}
}

func with(rules map[Operation]Rule, op Operation, r Rule) map[Operation]Rule {
	rules[op] = r
	return rules
}

func tiers() map[Tier]Amount { return map[Tier]Amount{Basic: Whole(1), Premium: Whole(4)} }
