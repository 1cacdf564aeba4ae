package keyword

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Filter says which keywords to list; its zero value lists all, newest first. A bound on
// volume, difficulty or a time leaves out keywords where it is unknown.
type Filter struct {
	Search                       string // part of the keyword, case and form aside
	Sector                       string
	Status, Cluster              string
	Intent, Country              string
	Source, Tag                  string
	Disabled                     *bool
	MinVolume, MaxVolume         *int64
	MinDifficulty, MaxDifficulty *int64
	CreatedFrom, CreatedTo       time.Time // zero: no bound; both are within
	UpdatedFrom, UpdatedTo       time.Time
	Ordering                     string // one of Orderings; "-" before it: descending; unknown values come last
	Page, PageSize               int    // from 1; 10 a page by default, at most 100
}

// MaxPageSize is the most rows of a page (facts 16.1).
const MaxPageSize = 100

// orderings are the columns by the names that a list can be ordered by.
var orderings = map[string]string{
	"id": "", "keyword": rowset.ColFold, "volume": rowset.ColVolume, "volume_low": colVolumeLow, "volume_high": colVolumeHigh,
	"difficulty": colDifficulty, "intent": colIntent, "country": colCountry, "status": rowset.ColStatus, "cluster_id": rowset.ColClusterID,
	"sector_id": rowset.ColSector, "source": colSource, "tags": colTags, "disabled": rowset.ColDisabled,
	"created_at": rowset.ColCreatedAt, "updated_at": rowset.ColUpdatedAt,
}

// Orderings are the names that a list can be ordered by.
func Orderings() []string {
	out := make([]string, 0, len(orderings))
	for name := range orderings {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Listing is one page of a list, with counts and sums of all that match.
type Listing struct {
	Keywords []Keyword
	Totals   Totals
}

// Totals are counts and sums of the keywords that match a filter.
type Totals struct {
	Count           int      `json:"count"`
	VolumeKnown     int64    `json:"volume_known"` // keywords whose volume is known
	VolumeSum       int64    `json:"volume_sum"`   // of these
	DifficultyKnown int64    `json:"difficulty_known"`
	DifficultyMean  *float64 `json:"difficulty_mean"` // of those; nil: none is known
}

// List gives one page of the keywords that match, and how many match in all. Errors as of
// Find.
func (s *Service) List(ctx context.Context, scope account.Scope, site string, f Filter) ([]Keyword, int, error) {
	l, err := s.Find(ctx, scope, site, f)
	return l.Keywords, l.Totals.Count, err
}

// Find gives one page of the keywords that match, and counts and sums of all of them.
// Invalid for an unknown ordering or a page outside its bounds; a page behind the last is
// empty. NotFound for a site that the Scope does not see.
func (s *Service) Find(ctx context.Context, scope account.Scope, site string, f Filter) (Listing, error) {
	f.Page, f.PageSize = cmp.Or(f.Page, 1), cmp.Or(f.PageSize, 10)
	if f.Page < 1 {
		return Listing{}, errs.Field("page", "pages are counted from 1")
	}
	if f.PageSize < 1 || f.PageSize > MaxPageSize {
		return Listing{}, errs.Field("page_size", "a page has 1 to 100 rows")
	}
	q, err := f.query()
	if err != nil {
		return Listing{}, err
	}
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Listing{}, errs.Wrap("keyword.Find", err)
	}
	found := set.Find(rowset.Keywords, q)
	l := Listing{Keywords: []Keyword{}, Totals: totals(found)}
	for _, r := range found.Rows {
		l.Keywords = append(l.Keywords, fromRow(site, r))
	}
	return l, nil
}

func totals(f rowset.Found) Totals {
	volume, difficulty := f.Sums[rowset.ColVolume], f.Sums[colDifficulty]
	t := Totals{Count: f.Count, VolumeKnown: volume.Known, VolumeSum: volume.Sum, DifficultyKnown: difficulty.Known}
	if mean, ok := difficulty.Mean(); ok {
		t.DifficultyMean = &mean
	}
	return t
}

func (f Filter) query() (rowset.Query, error) {
	name, down := strings.CutPrefix(cmp.Or(f.Ordering, "-created_at"), "-")
	column, ok := orderings[name]
	if !ok {
		return rowset.Query{}, errs.Field("ordering", "order by one of: "+strings.Join(Orderings(), ", ")+"; with - before it for descending")
	}
	q := rowset.Query{Where: f.where(), By: column, Down: down, Limit: f.PageSize, Offset: math.MaxInt,
		Sums: []string{rowset.ColVolume, colDifficulty}}
	if f.Page-1 < math.MaxInt/f.PageSize { // a huge page number must not overflow
		q.Offset = (f.Page - 1) * f.PageSize
	}
	return q, nil
}

// where are the filter's conditions.
func (f Filter) where() (all []rowset.Predicate) {
	is := func(column, want string) {
		if want != "" {
			all = append(all, rowset.Is(column, want))
		}
	}
	is(rowset.ColStatus, f.Status)
	is(rowset.ColClusterID, f.Cluster)
	is(rowset.ColSector, f.Sector)
	is(colIntent, f.Intent)
	is(colCountry, f.Country)
	is(colSource, f.Source)
	between := func(column string, low, high *int64) {
		if low != nil || high != nil {
			all = append(all, rowset.Between(column, low, high))
		}
	}
	between(rowset.ColVolume, f.MinVolume, f.MaxVolume)
	between(colDifficulty, f.MinDifficulty, f.MaxDifficulty)
	between(rowset.ColCreatedAt, millis(f.CreatedFrom), millis(f.CreatedTo))
	between(rowset.ColUpdatedAt, millis(f.UpdatedFrom), millis(f.UpdatedTo))
	if f.Disabled != nil {
		all = append(all, rowset.Yes(rowset.ColDisabled, *f.Disabled))
	}
	if f.Tag != "" {
		all = append(all, rowset.Tagged(colTags, f.Tag))
	}
	if search := Fold(f.Search); search != "" {
		all = append(all, rowset.Contains(rowset.ColFold, search))
	}
	return all
}

func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := rowset.Millis(t)
	return &ms
}
