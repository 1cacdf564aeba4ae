package rowset

import "slices"

// sheet is the rows of one kind at one version. It never changes once made; its engine
// remembers what was asked.
type sheet struct {
	stored []*page // one for each page of the head, with the head's edits; may be empty
	edited []bool  // whether the head edits that page
	tail   *page   // rows that are in the head only; nil: none
	views  []*page // those that have rows, by id
	first  []int   // the place of each view's first row; views begin at multiples of 64
	places int     // behind the last one
	rows   int
	engine engine
}

// arrange makes a sheet of its pages.
func arrange(stored []*page, edited []bool, tail *page) *sheet {
	s := &sheet{stored: stored, edited: edited}
	if tail != nil && len(tail.ids) > 0 {
		s.tail = tail
	}
	for _, p := range append(slices.Clone(stored), s.tail) {
		if p == nil || len(p.ids) == 0 {
			continue
		}
		s.views, s.first = append(s.views, p), append(s.first, s.places)
		s.rows += len(p.ids)
		s.places += (len(p.ids) + 63) &^ 63
	}
	return s
}

// find gives the page and place of a row.
func (s *sheet) find(id int64) (*page, int, bool) {
	i := pageOf(s.views, id)
	if i == len(s.views) {
		return nil, 0, false
	}
	at, ok := slices.BinarySearch(s.views[i].ids, id)
	return s.views[i], at, ok
}

// pageOf gives the first page whose last row is not before id.
func pageOf(pages []*page, id int64) int {
	i, _ := slices.BinarySearchFunc(pages, id, func(p *page, id int64) int {
		if p.last() < id {
			return -1
		}
		return 1
	})
	return i
}

// row gives the row at a place.
func (s *sheet) row(place int) Row {
	i, ok := slices.BinarySearch(s.first, place)
	if !ok {
		i--
	}
	p, at := s.views[i], place-s.first[i]
	return Row{id: p.ids[at], page: p, at: at}
}

// all is every place that has a row.
func (s *sheet) all() bitmap {
	b := newBitmap(s.places)
	for i, p := range s.views {
		b[s.first[i]/64 : (s.first[i]+len(p.ids)+63)/64].fill(len(p.ids))
	}
	return b
}

// part is what a bitmap says of one view.
func (s *sheet) part(b bitmap, view int) bitmap {
	return b[s.first[view]/64 : (s.first[view]+len(s.views[view].ids)+63)/64]
}

// own is about how much memory the sheet takes beside pages that it shares with the cache.
func (s *sheet) own() (n int) {
	for i, p := range s.stored {
		if s.edited[i] {
			n += p.bytes()
		}
	}
	if s.tail != nil {
		n += s.tail.bytes()
	}
	return n + s.places/64*8*mostFilters + s.places*4*mostOrders
}
