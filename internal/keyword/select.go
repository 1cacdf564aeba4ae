package keyword

import (
	"fmt"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
)

// Selection names keywords: some by id, or all that match a filter.
type Selection struct {
	IDs    []int64
	Filter *Filter // its page and ordering do not matter; nil: the ids
	// Expected is how many the person was told; nil: any number. When others changed the
	// list since, the selection is refused.
	Expected *int
}

// maxIDs are the most ids of a selection; more are a filter's business.
const maxIDs = 10_000

func (s Selection) check() error {
	switch {
	case s.Filter == nil && len(s.IDs) == 0:
		return errs.Field("ids", "name keywords by their ids, or give a filter for all that match it")
	case s.Filter != nil && len(s.IDs) > 0:
		return errs.Field("ids", "give ids or a filter, not both")
	case len(s.IDs) > maxIDs:
		return errs.Field("ids", fmt.Sprintf("at most %d ids: give a filter for more", maxIDs))
	}
	return nil
}

// rows gives what is selected of a draft, each row once. NotFound when an id has no keyword;
// Conflict when there are others than expected.
func (s Selection) rows(d *rowset.Draft) ([]rowset.Row, error) {
	out, err := s.find(d)
	if err == nil && s.Expected != nil && *s.Expected != len(out) {
		return nil, errs.New(errs.Conflict, "changed_since", fmt.Sprintf("%d keywords match now, and not %d: others changed the list, look at it again", len(out), *s.Expected))
	}
	return out, err
}

func (s Selection) find(d *rowset.Draft) ([]rowset.Row, error) {
	if s.Filter != nil {
		all := d.Before()
		return all.Find(rowset.Keywords, rowset.Query{Where: s.Filter.where(), Limit: all.Len(rowset.Keywords)}).Rows, nil
	}
	var out []rowset.Row
	seen := map[int64]bool{}
	for _, id := range s.IDs {
		r, ok := d.Get(rowset.Keywords, id)
		if !ok {
			return nil, errs.New(errs.NotFound, "not_found", fmt.Sprintf("there is no keyword with the id %d", id))
		}
		if !seen[id] {
			seen[id], out = true, append(out, r)
		}
	}
	return out, nil
}
