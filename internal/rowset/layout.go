package rowset

import (
	"slices"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// packed is a page ready to be written.
type packed struct {
	ref   pageRef
	page  *page
	attrs table.Attrs
}

// layout is what a draft leads to: a head, the pages that it needs, and the set as it will
// be read.
type layout struct {
	head   head
	pages  []packed
	sheets map[Kind]*sheet
}

func (l *layout) total() {
	l.head.Totals = map[Kind]Totals{}
	for _, k := range Kinds() {
		l.head.Totals[k] = l.sheets[k].totals()
	}
}

// layOut keeps a change of a few rows in the head, and folds what is there with all others
// into pages; pages that nothing touches are taken over as they are.
func (s *Store) layOut(d *Draft) (*layout, error) {
	rows := 0
	for _, k := range Kinds() {
		rows += len(d.edits[k]) + len(d.gone[k]) + len(d.added[k])
	}
	if rows <= s.limits.pending {
		l, err := s.inHead(d)
		if l != nil || err != nil {
			return l, err
		}
	}
	l := &layout{head: head{Seq: d.seq}, sheets: map[Kind]*sheet{}}
	for _, k := range Kinds() {
		if d.changed(k) {
			d.rank(k, s.limits.step, true)
		}
		if err := s.fold(d, k, l); err != nil {
			return nil, err
		}
	}
	l.total()
	return l, nil
}

// inHead is a layout without new pages; nil when the head would hold too much.
func (s *Store) inHead(d *Draft) (*layout, error) {
	l := &layout{head: head{Seq: d.seq, edits: map[Kind]*pending{}}, sheets: map[Kind]*sheet{}}
	size := 0
	for _, k := range Kinds() {
		*l.head.refs(k) = *d.base.head.refs(k)
		if !d.changed(k) {
			l.head.edits[k], l.sheets[k] = d.base.head.edits[k], d.base.sheets[k]
		} else {
			d.rank(k, s.limits.step, false)
			l.head.edits[k] = d.base.head.edits[k].merged(d, k)
		}
		if l.head.edits[k].rows() == 0 {
			continue
		}
		raw, err := l.head.edits[k].encode()
		if err != nil {
			return nil, err
		}
		size += len(raw)
	}
	if l.head.pendingRows() > s.limits.pending || size > maxEdits {
		return nil, nil
	}
	for _, k := range Kinds() {
		if l.sheets[k] != nil {
			continue
		}
		old := d.base.sheets[k]
		stored, edited := slices.Clone(old.stored), slices.Clone(old.edited)
		for i := range d.touched(k) {
			p, err := stored[i].with(d.edits[k], d.gone[k], nil)
			if err != nil {
				return nil, err
			}
			stored[i], edited[i] = p, true
		}
		tail, err := old.tail.with(d.edits[k], d.gone[k], d.added[k])
		if err != nil {
			return nil, err
		}
		l.sheets[k] = arrange(stored, edited, tail)
	}
	l.total()
	return l, nil
}

// fold writes the pages of one kind anew that the head or the draft changes.
func (s *Store) fold(d *Draft, k Kind, l *layout) error {
	old, refs := d.base.sheets[k], *d.base.head.refs(k)
	tail, err := old.tail.with(d.edits[k], d.gone[k], nil)
	if err != nil {
		return err
	}
	fresh := append(tail.loose(), d.added[k]...)
	touched := d.touched(k)
	next := make([]pageRef, 0, len(refs)+1)
	var stored []*page
	put := func(more []packed) {
		for _, p := range more {
			next, stored = append(next, p.ref), append(stored, p.page)
		}
		l.pages = append(l.pages, more...)
	}
	for i, p := range old.stored {
		grows := i == len(refs)-1 && len(fresh) > 0 && len(p.ids)+len(fresh) <= s.limits.rows
		if !grows && !touched[i] && !old.edited[i] {
			next, stored = append(next, refs[i]), append(stored, p)
			continue
		}
		var added []row
		if grows {
			added, fresh = fresh, nil
		}
		if p, err = p.with(d.edits[k], d.gone[k], added); err != nil {
			return err
		}
		more, err := s.pack(p)
		if err != nil {
			return err
		}
		put(more)
	}
	for chunk := range slices.Chunk(fresh, s.limits.rows) {
		p, err := (*page)(nil).with(nil, nil, chunk)
		if err != nil {
			return err
		}
		more, err := s.pack(p)
		if err != nil {
			return err
		}
		put(more)
	}
	*l.head.refs(k) = next
	l.sheets[k] = arrange(stored, make([]bool, len(stored)), nil)
	return nil
}

// loose gives the rows of a page by themselves.
func (p *page) loose() []row {
	out := make([]row, len(p.ids))
	for at, id := range p.ids {
		f := Fields{}
		for name, c := range p.cols {
			switch {
			case !c.has(at):
			case c.foreign():
				f[name] = cellOf{c.typ, c.cell(at)}
			default:
				f[name] = c.value(at)
			}
		}
		out[at] = row{id: id, over: f}
	}
	return out
}

// pack makes a page ready to be written, or several, each within the bounds of rows and
// bytes.
func (s *Store) pack(p *page) ([]packed, error) {
	if len(p.ids) == 0 {
		return nil, nil
	}
	if len(p.ids) > s.limits.rows {
		return s.halves(p, s.limits.rows)
	}
	attrs, size := p.encode()
	if size > maxPacked {
		if len(p.ids) == 1 {
			return nil, errs.New(errs.Invalid, "row_too_large", "one row is too large to be stored: shorten its texts")
		}
		return s.halves(p, len(p.ids)/2)
	}
	ref := pageRef{ID: s.ids.New(prefixPage), First: p.ids[0], Last: p.last(), Rows: int64(len(p.ids))}
	return []packed{{ref: ref, page: p, attrs: attrs}}, nil
}

func (s *Store) halves(p *page, at int) ([]packed, error) {
	a, err := s.pack(p.slice(0, at))
	if err != nil {
		return nil, err
	}
	b, err := s.pack(p.slice(at, len(p.ids)))
	return append(a, b...), err
}

// slice is some of a page's rows as a page.
func (p *page) slice(from, to int) *page {
	at := make([]int, to-from)
	for i := range at {
		at[i] = from + i
	}
	out := &page{ids: slices.Clone(p.ids[from:to]), cols: map[string]*column{}}
	for name, c := range p.cols {
		out.add(name, c.pick(at))
	}
	return out
}
