package rowset

import (
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// packed is a page ready to be written.
type packed struct {
	ref   pageRef
	attrs table.Attrs
}

// layOut gives the head that a draft leads to and the pages that it needs; pages that
// nothing touches are taken over as they are.
func (s *Store) layOut(d *Draft) (head, []packed, error) {
	next := head{Seq: d.seq}
	var pages []packed
	for _, k := range Kinds() {
		refs, more, err := s.layOutKind(d, k)
		if err != nil {
			return head{}, nil, err
		}
		*next.refs(k) = refs
		pages = append(pages, more...)
	}
	return next, pages, nil
}

func (s *Store) layOutKind(d *Draft, k Kind) ([]pageRef, []packed, error) {
	old := *d.base.head.refs(k)
	refs := make([]pageRef, 0, len(old)+1)
	var pages []packed
	fresh := d.added[k]
	for i, p := range d.base.pages[k] {
		grows := i == len(old)-1 && len(fresh) > 0 && len(p.ids)+len(fresh) <= maxRows
		if !grows && !d.touches(k, p) {
			refs = append(refs, old[i])
			continue
		}
		rows := d.kept(k, p)
		if grows {
			rows, fresh = append(rows, fresh...), nil
		}
		more, err := s.pack(rows)
		if err != nil {
			return nil, nil, err
		}
		pages, refs = append(pages, more...), appendRefs(refs, more)
	}
	more, err := s.pack(fresh)
	return appendRefs(refs, more), append(pages, more...), err
}

func appendRefs(refs []pageRef, pages []packed) []pageRef {
	for _, p := range pages {
		refs = append(refs, p.ref)
	}
	return refs
}

// pack makes pages of rows, each within the bounds of rows and bytes.
func (s *Store) pack(rows []row) ([]packed, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	if len(rows) > maxRows {
		return s.halves(rows, maxRows)
	}
	p, err := build(rows)
	if err != nil {
		return nil, err
	}
	attrs, size, err := p.encode()
	if err != nil {
		return nil, err
	}
	if size > maxPacked {
		if len(rows) == 1 {
			return nil, errs.New(errs.Invalid, "row_too_large", "one row is too large to be stored: shorten its texts")
		}
		return s.halves(rows, len(rows)/2)
	}
	ref := pageRef{ID: s.ids.New(prefixPage), First: p.ids[0], Last: p.last(), Rows: int64(len(p.ids))}
	return []packed{{ref: ref, attrs: attrs}}, nil
}

func (s *Store) halves(rows []row, at int) ([]packed, error) {
	a, err := s.pack(rows[:at])
	if err != nil {
		return nil, err
	}
	b, err := s.pack(rows[at:])
	return append(a, b...), err
}
