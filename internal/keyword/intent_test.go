package keyword_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/keyword"
)

// intents are what the site's keywords are after, each with the rule that told it.
func (d desk) intents() map[string]string {
	d.Helper()
	out := map[string]string{}
	for _, k := range d.all() {
		out[k.Keyword] = strings.TrimSpace(k.Intent + " " + k.IntentRule)
		for _, f := range k.Figures {
			if f.Intent != "" && k.IntentRule != "" {
				d.Errorf("%s: the rule's intent is told as one of %s", k.Keyword, f.Source)
			}
		}
	}
	return out
}

func (d desk) has(when, keyword, intent string) {
	d.Helper()
	if got := d.intents()[keyword]; got != intent {
		d.Errorf("%s: %s is %q, not %q", when, keyword, got, intent)
	}
}

// A keyword that no source tells the intent of has the one that its words tell; what was
// imported or set by hand is never changed by a rule, and comes before it.
func TestIntentByRule(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := "Keyword,Volume,Intent\nbuy red shoes,10,\nbuy blue shoes,20,informational\nred shoes,30,\ncobbler near me,,\nshoe shop,,local\nleather,,\"informational, local\"\n"
	for range 2 { // the same file again changes nothing
		r, err := imported(t, d.Service, file)
		if err != nil || r.Updated != 0 || len(r.Faults) != 0 {
			t.Fatalf("%+v %v", r, err)
		}
		d.has("imported", "buy red shoes", "transactional en-buy")
		d.has("imported", "buy blue shoes", "informational")
		d.has("imported", "red shoes", "")
		d.has("imported", "cobbler near me", "local en-near")
		d.has("imported", "shoe shop", "local")
		d.has("imported", "leather", "informational")
	}
	if _, n, err := d.List(d.Context(), scope, "sit", keyword.Filter{Intent: "local"}); err != nil || n != 2 {
		t.Errorf("%d keywords are local, %v", n, err)
	}

	var ids []int64
	for _, k := range d.all() {
		if k.Keyword == "buy red shoes" {
			ids = []int64{k.ID}
		}
	}
	by := func(intent string) keyword.Edit { return keyword.Edit{Intent: &intent} }
	d.update(keyword.Selection{IDs: ids}, by("local"), false)
	d.has("set by hand", "buy red shoes", "local")
	d.update(keyword.Selection{IDs: ids}, by(""), false)
	d.has("taken back", "buy red shoes", "transactional en-buy")

	word := "compare red shoes"
	d.update(keyword.Selection{IDs: ids}, keyword.Edit{Keyword: &word}, false)
	d.has("written otherwise", "compare red shoes", "commercial en-compare")
	word = "buy red shoes"
	d.update(keyword.Selection{IDs: ids}, keyword.Edit{Keyword: &word}, false)

	if _, err := imported(t, d.Service, "Keyword,Intent\nbuy red shoes,commercial\n"); err != nil {
		t.Fatal(err)
	}
	d.has("told by a later file", "buy red shoes", "commercial")
	if _, err := imported(t, d.Service, "Keyword,Volume,Date\nbuy red shoes,99,2026-02-20\ncobbler near me,7,2026-02-20\n"); err != nil {
		t.Fatal(err)
	}
	d.has("another figure", "buy red shoes", "commercial")
	d.has("another figure", "cobbler near me", "local en-near")
}

// A keyword that is added or written otherwise by hand gets its intent too, and keeps its
// source.
func TestIntentOfWhatIsWrittenByHand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	words := "how to lace shoes"
	k, err := d.Create(d.Context(), scope, "sit", "sec", keyword.Edit{Keyword: &words}, idem.Key{})
	if err != nil || k.Intent != "informational" || k.IntentRule != "en-how" || k.Source == "" {
		t.Errorf("%+v %v", k, err)
	}
	source := k.Source
	words = "laces"
	d.update(keyword.Selection{IDs: []int64{k.ID}}, keyword.Edit{Keyword: &words}, false)
	if k := d.all()[0]; k.Keyword != words || k.Intent != "" || k.IntentRule != "" || k.Source != source {
		t.Errorf("written otherwise: %+v", k)
	}
}

// An export shows the rule's intents as such, and what is imported from it is the same.
func TestIntentByRuleGoesThroughAnExport(t *testing.T) {
	t.Parallel()
	d, other := newDesk(t), newDesk(t)
	if _, err := imported(t, d.Service, "Keyword,Volume,Intent\nbuy red shoes,10,\nbuy blue shoes,20,local\ncobbler near me,,\n"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := d.Export(d.Context(), scope, "sit", keyword.Filter{}, keyword.CSV, &b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "transactional (rule)") || !strings.Contains(b.String(), "local (rule)") || !strings.Contains(b.String(), ",local,") {
		t.Errorf("the export:\n%s", b.String())
	}
	if r, err := imported(t, other.Service, b.String()); err != nil || len(r.Faults) != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	want, got := d.intents(), other.intents()
	for k, i := range want {
		if got[k] != i {
			t.Errorf("%s was %q, became %q", k, i, got[k])
		}
	}
}
