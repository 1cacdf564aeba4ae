package rowset

import (
	"cmp"
	"slices"
)

// Ranks are numbers in the order of a text, with room between them, so that new texts find
// a place without a change of the others. Rows of the same text have the same rank.
const (
	rankStep = 1 << 28
	rankEnd  = 1 << 61
)

// rank gives the rows whose text the draft sets their rank. Where there is no room left,
// all ranks are made anew if whole is set, which touches every page; otherwise the row goes
// without one until then, and readers compare texts.
func (d *Draft) rank(k Kind, step int64, whole bool) {
	need := d.unranked(k, whole)
	if len(need) == 0 {
		return
	}
	texts := make([]string, 0, len(need))
	for text := range need {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	there := d.base.sheets[k].byRank(ranked(k), step)
	ranks, full := there.places(texts)
	if full && whole {
		d.rankAnew(k, step)
		return
	}
	for i, text := range texts {
		for _, set := range need[text] {
			set(ranks[i])
		}
	}
}

// setter stores a rank in one row of the draft; nil is none.
type setter func(rank any)

// unranked are the rows that need a rank, by their text.
func (d *Draft) unranked(k Kind, whole bool) map[string][]setter {
	source := ranked(k)
	need := map[string][]setter{}
	for _, r := range d.added[k] {
		if text, ok := r.over[source].(string); ok {
			need[text] = append(need[text], func(rank any) { r.over[ColRank] = rank })
		}
	}
	edit := func(id int64) setter {
		return func(rank any) { d.edits[k][id] = over(d.edits[k][id], Fields{ColRank: rank}) }
	}
	for id, f := range d.edits[k] {
		v, ok := f[source]
		if !ok {
			continue
		}
		if text, ok := v.(string); ok {
			need[text] = append(need[text], edit(id))
		} else {
			edit(id)(nil)
		}
	}
	if !whole {
		return need
	}
	for _, p := range d.base.sheets[k].views {
		texts, ranks := p.cols[source], p.cols[ColRank]
		if texts == nil || texts.typ != typeText {
			continue
		}
		for at, id := range p.ids {
			if !texts.has(at) || ranks != nil && ranks.has(at) || d.gone[k][id] {
				continue
			}
			if _, ok := d.edits[k][id][source]; !ok {
				need[texts.cell(at)] = append(need[texts.cell(at)], edit(id))
			}
		}
	}
	return need
}

// rankAnew gives every row a rank with room around it.
func (d *Draft) rankAnew(k Kind, step int64) {
	source := ranked(k)
	type one struct {
		text string
		id   int64
	}
	var all []one
	for r := range d.Rows(k) {
		if text, ok := r.Value(source).(string); ok {
			all = append(all, one{text, r.id})
		}
	}
	slices.SortFunc(all, func(a, b one) int { return cmp.Compare(a.text, b.text) })
	rank := int64(0)
	for i, x := range all {
		if i > 0 && x.text != all[i-1].text {
			rank += step
		}
		d.Update(k, x.id, Fields{ColRank: rank})
	}
}

// rankedRows are the rows that have a rank, in its order.
type rankedRows struct {
	sheet *sheet
	order []uint32
	text  string // the column
	step  int64  // between new ranks at either end
}

func (s *sheet) byRank(text string, step int64) rankedRows {
	order, known := s.order(ColRank, false)
	return rankedRows{s, order[:known], text, step}
}

// at gives text and rank of the i-th row.
func (r rankedRows) at(i int) (string, int64) {
	row := r.sheet.row(int(r.order[i]))
	rank, _ := row.Int(ColRank)
	return row.Text(r.text), rank
}

// places finds a rank for each of some sorted texts; nil, and full, where there is no room.
func (r rankedRows) places(texts []string) (ranks []any, full bool) {
	ranks = make([]any, len(texts))
	for i := 0; i < len(texts); {
		at, same := r.search(texts[i])
		if same {
			_, rank := r.at(at)
			ranks[i] = rank
			i++
			continue
		}
		// All texts that belong before the same row share the room there.
		n := len(texts) - i
		if at < len(r.order) {
			next, _ := r.at(at)
			n, _ = slices.BinarySearch(texts[i:], next)
		}
		first, step, ok := r.room(at, int64(n))
		for j := range n {
			if ok {
				ranks[i+j] = first + int64(j)*step
			} else {
				full = true
			}
		}
		i += n
	}
	return ranks, full
}

// room finds n ranks before the row at a place.
func (r rankedRows) room(at int, n int64) (first, step int64, ok bool) {
	switch {
	case len(r.order) == 0:
		return 0, r.step, n < rankEnd/r.step
	case at == len(r.order):
		_, last := r.at(at - 1)
		return last + r.step, r.step, last < rankEnd-(n+1)*r.step
	case at == 0:
		_, next := r.at(0)
		return next - n*r.step, r.step, next > -rankEnd+(n+1)*r.step
	}
	_, last := r.at(at - 1)
	_, next := r.at(at)
	step = (next - last) / (n + 1)
	return last + step, step, step > 0
}

// search finds the first row whose text is not before this one.
func (r rankedRows) search(text string) (at int, same bool) {
	low, high := 0, len(r.order)
	for low < high {
		mid := (low + high) / 2
		if have, _ := r.at(mid); have < text {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(r.order) {
		have, _ := r.at(low)
		same = have == text
	}
	return low, same
}
