package keyword

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Filter says which keywords to list; its zero value lists all, newest first. A bound on
// volume or difficulty leaves out keywords whose figure is unknown.
type Filter struct {
	Search                       string // part of the keyword, case and form aside
	Sector                       string
	Status, Cluster              string
	Intent, Country              string
	Disabled                     *bool
	MinVolume, MaxVolume         *int64
	MinDifficulty, MaxDifficulty *int64
	Ordering                     string // created_at, volume, difficulty, keyword; "-" before it: descending
	Page, PageSize               int    // from 1; 10 a page by default, at most 100
}

// MaxPageSize is the most rows of a page (facts 16.1).
const MaxPageSize = 100

// List gives one page of the keywords that match, and how many match in all. Invalid for an
// unknown ordering or a page outside its bounds; a page behind the last is empty.
func (s *Service) List(ctx context.Context, scope account.Scope, site string, f Filter) ([]Keyword, int, error) {
	f.Page, f.PageSize = cmp.Or(f.Page, 1), cmp.Or(f.PageSize, 10)
	if f.Page < 1 {
		return nil, 0, errs.Field("page", "pages are counted from 1")
	}
	if f.PageSize < 1 || f.PageSize > MaxPageSize {
		return nil, 0, errs.Field("page_size", "a page has 1 to 100 rows")
	}
	less, err := f.order()
	if err != nil {
		return nil, 0, err
	}
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, 0, errs.Wrap("keyword.List", err)
	}
	f.Search = Fold(f.Search)
	var found []rowset.Row
	for r := range set.Rows(rowset.Keywords) {
		if f.matches(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, less)
	from := len(found)
	if f.Page-1 <= len(found)/f.PageSize { // a huge page number must not overflow
		from = min((f.Page-1)*f.PageSize, len(found))
	}
	out := []Keyword{}
	for _, r := range found[from:min(from+f.PageSize, len(found))] {
		out = append(out, fromRow(site, r))
	}
	return out, len(found), nil
}

func (f Filter) matches(r rowset.Row) bool {
	same := func(want, column string) bool { return want == "" || strings.EqualFold(want, r.Text(column)) }
	return same(f.Status, rowset.ColStatus) && same(f.Cluster, rowset.ColClusterID) && same(f.Sector, rowset.ColSector) &&
		same(f.Intent, colIntent) && same(f.Country, colCountry) &&
		(f.Disabled == nil || *f.Disabled == r.Flag(rowset.ColDisabled)) &&
		within(r, rowset.ColVolume, f.MinVolume, f.MaxVolume) && within(r, colDifficulty, f.MinDifficulty, f.MaxDifficulty) &&
		strings.Contains(r.Text(colFold), f.Search)
}

func within(r rowset.Row, column string, low, high *int64) bool {
	if low == nil && high == nil {
		return true
	}
	n, ok := r.Int(column)
	return ok && (low == nil || n >= *low) && (high == nil || n <= *high)
}

// order compares rows as asked; unknown figures come last either way, ties by id.
func (f Filter) order() (func(a, b rowset.Row) int, error) {
	name, down := strings.CutPrefix(cmp.Or(f.Ordering, "-created_at"), "-")
	column := map[string]string{"created_at": rowset.ColCreatedAt, "volume": rowset.ColVolume, "difficulty": colDifficulty, "keyword": colFold}[name]
	if column == "" {
		return nil, errs.Field("ordering", "order by created_at, volume, difficulty or keyword, with - before it for descending")
	}
	sign := 1
	if down {
		sign = -1
	}
	return func(a, b rowset.Row) int {
		if column == colFold {
			return cmp.Or(sign*cmp.Compare(a.Text(column), b.Text(column)), cmp.Compare(a.ID(), b.ID()))
		}
		x, okA := a.Int(column)
		y, okB := b.Int(column)
		if !okA {
			x = int64(sign) * math.MaxInt64
		}
		if !okB {
			y = int64(sign) * math.MaxInt64
		}
		return cmp.Or(sign*cmp.Compare(x, y), cmp.Compare(a.ID(), b.ID()))
	}, nil
}
