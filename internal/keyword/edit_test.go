package keyword_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

// desk is keywords with clusters beside them.
type desk struct {
	*testing.T
	*keyword.Service
	rows *rowset.Store
}

func newDesk(t *testing.T) desk {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tb := disk.Open(t, c)
	rows := rowset.New(tb, c, id.NewSource(c, nil))
	return desk{t, keyword.New(tb, rows, c), rows}
}

// fill imports 40 keywords with the volumes 1 to 40 and makes three clusters, one of which
// is of another sector.
func (d desk) fill() {
	d.Helper()
	var list strings.Builder
	list.WriteString("Keyword,Volume\n")
	for n := range 40 {
		fmt.Fprintf(&list, "word %02d,%d\n", n, n+1)
	}
	if _, err := imported(d.T, d.Service, list.String()); err != nil {
		d.Fatal(err)
	}
	_, err := d.rows.Apply(d.Context(), scope, "sit", func(x *rowset.Draft) error {
		for _, c := range []string{"clu_a", "clu_b", "clu_else"} {
			sector := "sec"
			if c == "clu_else" {
				sector = "other"
			}
			x.Add(rowset.Clusters, rowset.Fields{rowset.ColClusterID: c, rowset.ColName: c, rowset.ColSector: sector, rowset.ColKeywordsCount: int64(0), rowset.ColVolume: int64(0)})
		}
		return nil
	}, rowset.Options{})
	if err != nil {
		d.Fatal(err)
	}
}

func (d desk) all() []keyword.Keyword {
	d.Helper()
	out, _, err := d.List(d.Context(), scope, "sit", keyword.Filter{PageSize: 100, Ordering: "keyword"})
	if err != nil {
		d.Fatal(err)
	}
	return out
}

func (d desk) update(sel keyword.Selection, e keyword.Edit, dry bool) keyword.Changed {
	d.Helper()
	c, err := d.Update(d.Context(), scope, "sit", sel, e, dry, idem.Key{})
	if err != nil {
		d.Fatal(err)
	}
	return c
}

// counted holds that each cluster tells the number and volume of its keywords.
func (d desk) counted() {
	d.Helper()
	set, err := d.rows.Load(d.Context(), scope, "sit", table.Consistent)
	if err != nil {
		d.Fatal(err)
	}
	count, volume := map[string]int64{}, map[string]int64{}
	for r := range set.Rows(rowset.Keywords) {
		n, _ := r.Int(rowset.ColVolume)
		count[r.Text(rowset.ColClusterID)]++
		volume[r.Text(rowset.ColClusterID)] += n
	}
	for r := range set.Rows(rowset.Clusters) {
		at := r.Text(rowset.ColClusterID)
		n, _ := r.Int(rowset.ColKeywordsCount)
		v, _ := r.Int(rowset.ColVolume)
		if n != count[at] || v != volume[at] {
			d.Errorf("%s tells %d keywords with %d searches, it has %d with %d", at, n, v, count[at], volume[at])
		}
	}
}

func filter(query string) keyword.Selection {
	f, err := keyword.ParseFilter(query)
	if err != nil {
		panic(err)
	}
	return keyword.Selection{Filter: &f}
}

func ref[T any](v T) *T { return &v }

// TestBulkWithPreview: told, done, and taken back, of all that match a filter.
func TestBulkWithPreview(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	before := d.all()
	sel, e := filter("volume_min=31&search=WORD"), keyword.Edit{Cluster: ref("clu_a"), AddTags: []string{"top"}}
	if c := d.update(sel, e, true); c != (keyword.Changed{Count: 10, Changed: 10}) || !cmp.Equal(before, d.all()) {
		t.Fatalf("the preview says %+v", c)
	}
	sel.Expected = ref(9)
	if _, err := d.Update(t.Context(), scope, "sit", sel, e, false, idem.Key{}); errs.Of(err).Code != "changed_since" || !strings.Contains(err.Error(), "10 keywords match now, and not 9") {
		t.Errorf("another number: %v", err)
	}
	sel.Expected = ref(10)
	done := d.update(sel, e, false)
	for _, k := range d.all() {
		if in := *k.Volume > 30; in != (k.ClusterID == "clu_a") || in != (k.Status == "mapped") || in != slices.Equal(k.Tags, []string{"top"}) {
			t.Errorf("%+v", k)
		}
	}
	d.counted()
	if c := d.update(sel, e, false); c.Changed != 0 || c.Version != 0 || c.Count != 10 {
		t.Errorf("again: %+v", c)
	}
	gone, err := d.Delete(t.Context(), scope, "sit", filter("cluster_id=clu_a"), false, idem.Key{})
	if err != nil || gone.Count != 10 || len(d.all()) != 30 {
		t.Errorf("deleted %+v, %v", gone, err)
	}
	d.counted()
	if _, err := d.Undo(t.Context(), scope, "sit", done.Version); !errs.Is(err, errs.Conflict) {
		t.Errorf("undo of an older change: %v", err)
	}
	back, err := d.Undo(t.Context(), scope, "sit", gone.Version)
	if err != nil || len(d.all()) != 40 {
		t.Fatalf("%d after the undo: %v", len(d.all()), err)
	}
	d.counted()
	if _, err = d.Undo(t.Context(), scope, "sit", back.Version); err != nil || len(d.all()) != 30 {
		t.Errorf("the undo can't be undone: %v", err)
	}
}

// TestRandomEdits: whatever is moved, revalued and deleted, clusters tell what they have.
func TestRandomEdits(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			t.Parallel()
			d, r := newDesk(t), rand.New(rand.NewPCG(seed, 1))
			d.fill()
			for range 15 {
				all := d.all()
				if len(all) < 5 {
					break
				}
				sel := keyword.Selection{IDs: []int64{all[r.IntN(len(all))].ID, all[r.IntN(len(all))].ID}}
				switch r.IntN(6) {
				case 0, 1:
					d.update(sel, keyword.Edit{Cluster: ref([]string{"", "clu_a", "clu_b"}[r.IntN(3)])}, false)
				case 2:
					d.update(filter(fmt.Sprint("volume_max=", r.IntN(30))), keyword.Edit{Cluster: ref("clu_b"), Disabled: ref(r.IntN(2) == 0)}, false)
				case 3:
					d.update(sel, keyword.Edit{Volume: ref(r.Int64N(100) - 1), RemoveTags: []string{"A"}}, false)
				case 4:
					d.update(sel, keyword.Edit{AddTags: []string{"a", "A", " b "}, Difficulty: ref(r.Int64N(100))}, false)
				default:
					if _, err := d.Delete(t.Context(), scope, "sit", keyword.Selection{IDs: sel.IDs[:1]}, false, idem.Key{}); err != nil {
						t.Fatal(err)
					}
				}
				d.counted()
			}
		})
	}
}

func TestRefusedEdits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	first := d.all()[0].ID
	one := keyword.Selection{IDs: []int64{first}}
	var many []string
	for n := range 21 {
		many = append(many, fmt.Sprint("tag", n))
	}
	for name, c := range map[string]struct {
		sel  keyword.Selection
		edit keyword.Edit
		kind errs.Kind
		says string
	}{
		"nothing selected":  {keyword.Selection{}, keyword.Edit{}, errs.Invalid, "ids"},
		"ids and a filter":  {keyword.Selection{IDs: one.IDs, Filter: &keyword.Filter{}}, keyword.Edit{}, errs.Invalid, "not both"},
		"unknown id":        {keyword.Selection{IDs: []int64{first, 999}}, keyword.Edit{Disabled: ref(true)}, errs.NotFound, "999"},
		"texts of many":     {filter(""), keyword.Edit{Keyword: ref("x")}, errs.Invalid, "one keyword at a time"},
		"a text that is":    {one, keyword.Edit{Keyword: ref("WORD  05")}, errs.Conflict, `"word 05"`},
		"no text":           {one, keyword.Edit{Keyword: ref(" ")}, errs.Invalid, "keyword: "},
		"difficulty":        {one, keyword.Edit{Difficulty: ref(int64(101)), Volume: ref(int64(-2))}, errs.Invalid, "0 to 100"},
		"intent":            {one, keyword.Edit{Intent: ref("buy")}, errs.Invalid, "informational"},
		"country":           {one, keyword.Edit{Country: ref(strings.Repeat("x", 99))}, errs.Invalid, "US"},
		"no such cluster":   {one, keyword.Edit{Cluster: ref("clu_x")}, errs.Invalid, "clu_x"},
		"another's cluster": {one, keyword.Edit{Cluster: ref("clu_else")}, errs.Invalid, "another sector"},
		"a long tag":        {one, keyword.Edit{AddTags: []string{strings.Repeat("x", 51)}}, errs.Invalid, "50 characters"},
		"too many tags":     {one, keyword.Edit{AddTags: many}, errs.Invalid, "20 texts"},
	} {
		_, err := d.Update(t.Context(), scope, "sit", c.sel, c.edit, false, idem.Key{})
		if !errs.Is(err, c.kind) || !strings.Contains(errs.Of(err).Message, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for query, says := range map[string]string{"colour=red": "colour", "volume_min=many": "volume_min", "status=old": "status", "%zz": "query"} {
		if _, err := keyword.ParseFilter(query); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", query, err)
		}
	}
	other := account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Editor, Sites: []string{"else"}})
	if _, err := d.Update(t.Context(), other, "sit", one, keyword.Edit{Disabled: ref(true)}, false, idem.Key{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site that the Scope does not see: %v", err)
	}
}

// TestCreateAndRepeat: a key makes one keyword, and a bulk change is done once.
func TestCreateAndRepeat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	key := idem.New("k1", "create_keyword", "print")
	var got [2]keyword.Keyword
	for n := range got {
		k, err := d.Create(t.Context(), scope, "sit", "sec", keyword.Edit{Keyword: ref(" New  word "), Volume: ref(int64(7)), AddTags: []string{"mine"}}, key)
		if err != nil || k.Keyword != "New word" || *k.Volume != 7 || k.Source != "manual" || k.Status != "new" || !slices.Equal(k.Tags, []string{"mine"}) {
			t.Fatalf("%+v, %v", k, err)
		}
		got[n] = k
	}
	if got[0].ID != got[1].ID || len(d.all()) != 41 {
		t.Errorf("made twice: %+v", got)
	}
	if _, err := d.Create(t.Context(), scope, "sit", "sec", keyword.Edit{Keyword: ref("new WORD")}, idem.Key{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("the same word again: %v", err)
	}
	if _, err := d.Create(t.Context(), scope, "sit", "other", keyword.Edit{Keyword: ref("new word")}, idem.Key{}); err != nil {
		t.Errorf("in another sector: %v", err)
	}
	key = idem.New("k2", "bulk", "print")
	for n := range 2 {
		c, err := d.Update(t.Context(), scope, "sit", filter("volume_max=10"), keyword.Edit{Disabled: ref(true), Volume: ref(int64(50))}, false, key)
		if err != nil || c.Repeated != (n == 1) || n == 0 && c.Changed != 11 {
			t.Errorf("call %d: %+v, %v", n+1, c, err)
		}
	}
	k, err := d.Get(t.Context(), scope, "sit", got[0].ID)
	if err != nil || !k.Disabled || *k.Volume != 50 {
		t.Errorf("%+v, %v", k, err)
	}
	if _, err := d.Get(t.Context(), scope, "sit", 9999); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such keyword: %v", err)
	}
}

// TestFilterTakesWhatTheListTakes: what a list's address says is what a bulk change means.
func TestFilterTakesWhatTheListTakes(t *testing.T) {
	t.Parallel()
	names := keyword.ListParameters()
	if len(names) < 11 {
		t.Fatalf("the list takes %v", names)
	}
	for _, name := range names {
		value := map[string]string{"status": "mapped", "disabled": "true", "created_from": "2026-03-01", "created_to": "2026-03-01", "updated_from": "2026-03-01", "updated_to": "2026-03-01"}[name]
		if value == "" {
			value = "5"
		}
		f, err := keyword.ParseFilter(name + "=" + value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if paging := slices.Contains([]string{"page", "page_size", "ordering", "site_id"}, name); paging != cmp.Equal(f, keyword.Filter{}) {
			t.Errorf("%s: the filter is %+v", name, f)
		}
	}
}
