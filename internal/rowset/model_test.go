package rowset_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/igny8/igny8/internal/rowset"
)

// model is what a site's rows should be, in plain maps.
type model map[rowset.Kind]rows

type rows map[int64]rowset.Fields

// draw gives a row, one of the newest more often, or one that is not there.
func (m rows) draw(r *rand.Rand) int64 {
	ids := slices.Sorted(maps.Keys(m))
	if len(ids) == 0 || r.IntN(8) == 0 {
		return 1 + r.Int64N(60)
	}
	return ids[max(r.IntN(len(ids)), r.IntN(len(ids)))]
}

func (m model) clone() model {
	out := model{}
	for k, all := range m {
		out[k] = rows{}
		for n, f := range all {
			out[k][n] = maps.Clone(f)
		}
	}
	return out
}

// The columns of the model's rows.
var columns = []string{"n", "flag", "mean", "status", rowset.ColFold, rowset.ColName}

// textOf is the column whose order the set ranks.
func textOf(k rowset.Kind) string {
	if k == rowset.Clusters {
		return rowset.ColName
	}
	return rowset.ColFold
}

// edit is one change: rows to add, rows whose counter goes up, rows to be named anew, rows
// that lose what is known, rows to delete.
type edit struct {
	add                      map[rowset.Kind][]rowset.Fields
	bump, rename, blank, del map[rowset.Kind][]int64
	text                     string
}

// drawEdit makes a change: of one row, of a few, or of many.
func drawEdit(r *rand.Rand, now model) edit {
	e := edit{add: map[rowset.Kind][]rowset.Fields{}, bump: map[rowset.Kind][]int64{}, rename: map[rowset.Kind][]int64{},
		blank: map[rowset.Kind][]int64{}, del: map[rowset.Kind][]int64{}, text: drawText(r)}
	size := [...]int{1, 1, 1, 3, 3, 8, 40}[r.IntN(7)]
	for range size {
		k := rowset.Kinds()[min(r.IntN(3), 1)]
		to := map[int]map[rowset.Kind][]int64{4: e.bump, 5: e.bump, 6: e.bump, 7: e.rename, 8: e.blank, 9: e.del}[r.IntN(10)]
		if to == nil || len(now[k]) == 0 && r.IntN(4) > 0 {
			e.add[k] = append(e.add[k], rowset.Fields{textOf(k): drawText(r), "n": int64(r.IntN(9)), "mean": r.Float64(), "status": fmt.Sprint("s", r.IntN(3))})
			continue
		}
		to[k] = append(to[k], now[k].draw(r))
	}
	return e
}

func drawText(r *rand.Rand) string {
	return string([]byte{'a' + byte(r.IntN(3)), 'a' + byte(r.IntN(26))}) + [...]string{"", "", " x", "é"}[r.IntN(4)]
}

// run does the edit on a draft and says which ids the new rows got.
func (e edit) run(d *rowset.Draft, ids map[rowset.Kind][]int64) {
	for _, k := range rowset.Kinds() {
		ids[k] = nil
		for _, f := range e.add[k] {
			ids[k] = append(ids[k], d.Add(k, f))
		}
		for _, n := range e.bump[k] {
			if r, ok := d.Get(k, n); ok {
				v, _ := r.Int("n")
				d.Update(k, n, rowset.Fields{"n": v + 1, "flag": v%2 == 0})
			}
		}
		for _, n := range e.rename[k] {
			d.Update(k, n, rowset.Fields{textOf(k): e.text})
		}
		for _, n := range e.blank[k] {
			d.Update(k, n, rowset.Fields{"n": nil, "mean": nil, textOf(k): nil})
		}
		for _, n := range e.del[k] {
			d.Delete(k, n)
		}
	}
}

// apply does the edit on the model.
func (e edit) apply(m model, ids map[rowset.Kind][]int64) {
	for _, k := range rowset.Kinds() {
		for i, n := range ids[k] {
			m[k][n] = maps.Clone(e.add[k][i])
		}
		for _, n := range e.bump[k] {
			if f := m[k][n]; f != nil {
				v, _ := f["n"].(int64)
				f["n"], f["flag"] = v+1, v%2 == 0
			}
		}
		for _, n := range e.rename[k] {
			if f := m[k][n]; f != nil {
				f[textOf(k)] = e.text
			}
		}
		for _, n := range e.blank[k] {
			if f := m[k][n]; f != nil {
				delete(f, "n")
				delete(f, "mean")
				delete(f, textOf(k))
			}
		}
		for _, n := range e.del[k] {
			delete(m[k], n)
		}
	}
}

// totals are what the head has to say of a kind.
func (m model) totals(k rowset.Kind) (rows int64, n rowset.Sum, status map[string]int64) {
	status = map[string]int64{}
	for _, f := range m[k] {
		rows++
		if v, ok := f["n"].(int64); ok {
			n.Known, n.Sum = n.Known+1, n.Sum+v
		}
		if s, ok := f["status"].(string); ok {
			status[s]++
		}
	}
	return rows, n, status
}
