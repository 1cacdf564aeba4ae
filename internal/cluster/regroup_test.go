package cluster_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// garden is a site with keywords of a few topics in one sector.
type garden struct {
	t        *testing.T
	rows     *rowset.Store
	clusters *cluster.Service
}

func grow(t *testing.T) garden {
	k := apitest.NewKit(t)
	rows := rowset.New(k.Table, k.Clock, k.IDs)
	g := garden{t, rows, cluster.New(k.Table, rows, k.Clock)}
	g.change(func(d *rowset.Draft) {
		for i, noun := range []string{"garden hose", "lawn mower", "rose pruning", "compost bin"} {
			for j, word := range []string{"best", "cheap", "buy", "repair", "reviews", "expandable", "electric"} {
				d.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: word + " " + noun, rowset.ColFold: word + " " + noun, rowset.ColSector: "sec_1",
					rowset.ColStatus: rowset.StatusNew, rowset.ColVolume: int64(100*i + 10*j)})
			}
		}
	})
	return g
}

func (g garden) change(f func(*rowset.Draft)) {
	g.t.Helper()
	if _, err := g.rows.Apply(g.t.Context(), editor.Scope(), "sit_1", func(d *rowset.Draft) error { f(d); return nil }, rowset.Options{}); err != nil {
		g.t.Fatal(err)
	}
}

// state is which keyword is in which cluster, by its text.
func (g garden) state() map[string]string {
	g.t.Helper()
	set, err := g.rows.Load(g.t.Context(), editor.Scope(), "sit_1", table.Consistent)
	if err != nil {
		g.t.Fatal(err)
	}
	out := map[string]string{}
	for r := range set.Rows(rowset.Keywords) {
		out[r.Text(rowset.ColKeyword)] = r.Text(rowset.ColClusterID)
	}
	count := map[string]int64{}
	for _, at := range out {
		count[at]++
	}
	for r := range set.Rows(rowset.Clusters) {
		if n, _ := r.Int(rowset.ColKeywordsCount); n != count[r.Text(rowset.ColClusterID)] {
			g.t.Errorf("the cluster %q says that it has %d keywords, and has %d", r.Text(rowset.ColName), n, count[r.Text(rowset.ColClusterID)])
		}
	}
	return out
}

func (g garden) regroup(how float64) cluster.Regrouping {
	g.t.Helper()
	all, err := g.clusters.Regroup(g.t.Context(), editor.Scope(), "sit_1", cluster.Extent{Sector: "sec_1"}, []float64{how}, cluster.By{})
	if err != nil {
		g.t.Fatal(err)
	}
	return all[0]
}

func none(string) bool { return false }

func (g garden) apply(r cluster.Regrouping, chosen ...string) cluster.Applied {
	g.t.Helper()
	done, err := g.clusters.ApplyChanges(g.t.Context(), editor.Scope(), "sit_1", r, chosen, none, "", idem.Key{})
	if err != nil {
		g.t.Fatal(err)
	}
	return done
}

// partition is a state without the ids: keywords that are together.
func partition(state map[string]string) []string {
	by := map[string][]string{}
	for k, at := range state {
		by[at] = append(by[at], k)
	}
	var out []string
	for at, ks := range by {
		slices.Sort(ks)
		out = append(out, fmt.Sprint(at != "", ks))
	}
	slices.Sort(out)
	return out
}

// TestUnchanged: what is applied is what there is: computed again, nothing changes, at each
// strictness; and no keyword is lost.
func TestUnchanged(t *testing.T) {
	g := grow(t)
	before := len(g.state())
	for _, how := range []float64{0.5, 0.9, 0.1, 0.5} {
		r := g.regroup(how)
		g.apply(r)
		if again := g.regroup(how); len(again.Told.Changes) != 0 || len(again.Moves) != 0 {
			t.Errorf("at %v, computed again after it was applied, %v change", how, again.Told.Changes)
		}
		if state := g.state(); len(state) != before || slices.Contains(slices.Collect(maps.Values(state)), "") {
			t.Errorf("at %v the keywords are %v", how, state)
		}
	}
}

// TestInParts: changes applied one after another lead to what all of them at once lead to, and
// each moves what it said.
func TestInParts(t *testing.T) {
	whole, parts := grow(t), grow(t)
	for _, g := range []garden{whole, parts} {
		g.apply(g.regroup(0.05))
	}
	whole.apply(whole.regroup(0.8))
	kinds := map[string]int{}
	for range 100 {
		r := parts.regroup(0.8)
		if len(r.Told.Changes) == 0 {
			break
		}
		first := r.Told.Changes[0]
		kinds[first.Kind]++
		if done := parts.apply(r, first.ID); done.Keywords != first.Keywords || first.Keywords == 0 {
			t.Fatalf("%+v moved %d keywords", first, done.Keywords)
		}
	}
	if kinds[cluster.ChangeSplit] == 0 {
		t.Errorf("no split among %v: the test says nothing", kinds)
	}
	if a, b := partition(whole.state()), partition(parts.state()); !slices.Equal(a, b) {
		t.Errorf("in parts\n%v\nat once\n%v", b, a)
	}
}

// TestKeepsIDs: a cluster whose keywords mostly stay together keeps its id and its name, and
// one that something was made of is not ended.
func TestKeepsIDs(t *testing.T) {
	g := grow(t)
	g.apply(g.regroup(0.9))
	was := g.state()
	r := g.regroup(0.05)
	if r.Told.Kinds[cluster.ChangeMerge]+r.Told.Kinds[cluster.ChangeGone] == 0 {
		t.Fatalf("nothing is merged: %v", r.Told.Kinds)
	}
	done, err := g.clusters.ApplyChanges(t.Context(), editor.Scope(), "sit_1", r, nil, func(string) bool { return true }, "", idem.Key{})
	if err != nil || done.Ended != 0 {
		t.Fatalf("%+v, %v: none may end", done, err)
	}
	stays := 0
	for k, at := range g.state() {
		if at == was[k] {
			stays++
		}
	}
	if moved := len(r.Moves); stays != len(was)-moved || stays == 0 {
		t.Errorf("%d keywords keep their cluster, of %d, %d moved", stays, len(was), moved)
	}
}

// TestLockedStays: what a person moved or locked is where it was, whatever is computed.
func TestLockedStays(t *testing.T) {
	g := grow(t)
	g.apply(g.regroup(0.5))
	state := g.state()
	ids := map[string]int64{}
	set, _ := g.rows.Load(t.Context(), editor.Scope(), "sit_1", table.Consistent)
	for r := range set.Rows(rowset.Keywords) {
		ids[r.Text(rowset.ColKeyword)] = r.ID()
	}
	other := state["best lawn mower"]
	if other == state["best garden hose"] {
		t.Fatal("they are in one cluster: the test says nothing")
	}
	if _, err := g.clusters.Move(t.Context(), editor.Scope(), "sit_1", []int64{ids["best garden hose"]}, cluster.Target{Cluster: other}, idem.Key{}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.clusters.Lock(t.Context(), editor.Scope(), "sit_1", []int64{ids["cheap compost bin"]}, true); err != nil {
		t.Fatal(err)
	}
	for _, how := range []float64{0.9, 0.05, 0.5} {
		r := g.regroup(how)
		g.apply(r)
		now := g.state()
		if now["best garden hose"] != other || now["cheap compost bin"] != state["cheap compost bin"] || r.Told.Locked != 2 {
			t.Errorf("at %v a locked keyword moved: %v", how, r.Told)
		}
	}
	if _, err := g.clusters.Lock(t.Context(), editor.Scope(), "sit_1", []int64{ids["best garden hose"]}, false); err != nil {
		t.Fatal(err)
	}
	if r := g.regroup(0.5); r.Told.Locked != 1 || len(r.Moves) == 0 {
		t.Errorf("let go, it does not move: %+v", r.Told)
	}
}

// TestDisabledIsOut: disabled keywords and those of disabled clusters neither move nor count.
func TestDisabledIsOut(t *testing.T) {
	g := grow(t)
	g.apply(g.regroup(0.9))
	was := g.state()
	g.change(func(d *rowset.Draft) {
		for c := range d.Rows(rowset.Clusters) {
			if c.Text(rowset.ColClusterID) == was["best lawn mower"] {
				d.Update(rowset.Clusters, c.ID(), rowset.Fields{rowset.ColDisabled: true})
			}
		}
		for k := range d.Rows(rowset.Keywords) {
			if k.Text(rowset.ColKeyword) == "repair rose pruning" {
				d.Update(rowset.Keywords, k.ID(), rowset.Fields{rowset.ColDisabled: true})
			}
		}
	})
	r := g.regroup(0.05)
	g.apply(r)
	now := g.state()
	for k, at := range was {
		if (at == was["best lawn mower"] || k == "repair rose pruning") && now[k] != at {
			t.Errorf("%q moved from %s to %s", k, at, now[k])
		}
	}
	if r.Told.Keywords >= len(was) || len(r.Moves) == 0 {
		t.Errorf("%d of %d keywords took part, %d moved", r.Told.Keywords, len(was), len(r.Moves))
	}
}

// TestChangedSince: what was computed of rows that were changed since is refused whole, and
// undo brings back what was before.
func TestChangedSince(t *testing.T) {
	g := grow(t)
	g.apply(g.regroup(0.9))
	was := g.state()
	r := g.regroup(0.05)
	done := g.apply(r)
	if _, err := g.clusters.ApplyChanges(t.Context(), editor.Scope(), "sit_1", r, nil, none, "", idem.Key{}); errs.Of(err).Code != "changed_since" {
		t.Errorf("applied twice gives %v", err)
	}
	if _, err := g.rows.Undo(t.Context(), editor.Scope(), "sit_1", done.Version, rowset.Options{}); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(was, g.state()) {
		t.Error("undone, the keywords are elsewhere than before")
	}
	if _, err := g.clusters.ApplyChanges(t.Context(), editor.Scope(), "sit_1", g.regroup(0.05), []string{"split:nobody"}, none, "", idem.Key{}); errs.Of(err).Fields["changes"] == nil {
		t.Errorf("a change that is none gives %v", err)
	}
}

// TestTooFew: one rule for all clusterings.
func TestTooFew(t *testing.T) {
	k := apitest.NewKit(t)
	rows := rowset.New(k.Table, k.Clock, k.IDs)
	fill(t, rows, "clu_1", cluster.MinKeywords-1)
	_, _, err := cluster.New(k.Table, rows, k.Clock).Size(context.Background(), editor.Scope(), "sit_1", cluster.Extent{Sector: "sec_1"})
	if errs.Of(err).Code != "too_few_keywords" {
		t.Errorf("4 keywords give %v", err)
	}
}
