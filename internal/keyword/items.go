package keyword

import (
	"maps"
	"time"

	"github.com/igny8/igny8/internal/rowset"
)

// Columns of keywords that only this feature writes.
const (
	colFold       = rowset.ColFold
	colVolumeLow  = "volume_low"
	colVolumeHigh = "volume_high"
	colDifficulty = "difficulty"
	colIntent     = "intent"
	colCountry    = "country"
	colSource     = "source"      // of the figures that are shown
	colSourceDate = "source_date" // string, YYYY-MM-DD: their day
	colFigures    = "figures"     // string, JSON: all figures, when there are several
	colTags       = "tags"        // string: tags, one a line
)

func fromRow(site string, r rowset.Row) Keyword {
	number := func(column string) *int64 {
		if n, ok := r.Int(column); ok {
			return &n
		}
		return nil
	}
	return Keyword{
		ID: r.ID(), Keyword: r.Text(rowset.ColKeyword), Volume: number(rowset.ColVolume), VolumeLow: number(colVolumeLow),
		VolumeHigh: number(colVolumeHigh), Difficulty: number(colDifficulty), Intent: r.Text(colIntent), Country: r.Text(colCountry),
		ClusterID: r.Text(rowset.ColClusterID), Status: r.Text(rowset.ColStatus), Disabled: r.Flag(rowset.ColDisabled), SiteID: site,
		SectorID: r.Text(rowset.ColSector), Source: r.Text(colSource), SourceDate: r.Text(colSourceDate), Figures: figuresOf(r), Tags: unpackTags(r.Text(colTags)), CreatedAt: r.Time(rowset.ColCreatedAt), UpdatedAt: r.Time(rowset.ColUpdatedAt), Version: version(r),
	}
}

func version(r rowset.Row) int64 {
	n, _ := r.Int(rowset.ColUpdatedAt)
	return n
}

// figuresOf are all figures that a row keeps, the best first.
func figuresOf(r rowset.Row) []Figure {
	if all := unpackFigures(r.Text(colFigures)); all != nil {
		return all
	}
	number := func(column string) *int64 {
		if n, ok := r.Int(column); ok {
			return &n
		}
		return nil
	}
	f := Figure{Source: r.Text(colSource), Date: r.Text(colSourceDate), Volume: number(rowset.ColVolume), VolumeLow: number(colVolumeLow),
		VolumeHigh: number(colVolumeHigh), Difficulty: number(colDifficulty), Intent: r.Text(colIntent)}
	if f.empty() {
		return nil
	}
	if f.Date == "" { // stored before figures had dates: they are of the day of their import
		f.Date = r.Time(rowset.ColCreatedAt).Format(time.DateOnly)
	}
	return []Figure{f}
}

// setFigures puts figures into a row's columns: what is shown, and all of them when there
// are several. What no figure says becomes unknown.
func setFigures(f rowset.Fields, all []Figure) {
	put := func(column string, n *int64) {
		f[column] = nil
		if n != nil {
			f[column] = *n
		}
	}
	text := func(column, s string) {
		f[column] = nil
		if s != "" {
			f[column] = s
		}
	}
	s := shown(all)
	put(rowset.ColVolume, s.Volume)
	put(colVolumeLow, s.VolumeLow)
	put(colVolumeHigh, s.VolumeHigh)
	put(colDifficulty, s.Difficulty)
	text(colIntent, s.Intent)
	text(colSource, s.Source)
	text(colSourceDate, s.Date)
	text(colFigures, packFigures(all))
}

// allFigures are a parsed row's, beside those that are there; false when none is news.
func (r *parsedRow) allFigures(have []Figure) ([]Figure, bool) {
	news := false
	for _, f := range r.figures {
		next, ok := addFigure(have, f.Figure, f.dated)
		have, news = next, news || ok
	}
	return have, news
}

// fields is a parsed row as it is stored; what the file did not say stays unknown.
func (r *parsedRow) fields(sector string, tags []string, now time.Time) rowset.Fields {
	f := rowset.Fields{
		rowset.ColKeyword: r.text, colFold: r.fold, rowset.ColSector: sector, rowset.ColStatus: rowset.StatusNew,
		rowset.ColCreatedAt: rowset.Millis(now), rowset.ColUpdatedAt: rowset.Millis(now),
	}
	if all, ok := r.allFigures(nil); ok {
		setFigures(f, all)
		maps.DeleteFunc(f, func(_ string, v any) bool { return v == nil })
	} else if r.source != "" {
		f[colSource] = r.source
	}
	if r.country != "" {
		f[colCountry] = r.country
	}
	if len(tags) > 0 {
		f[colTags] = packTags(tags)
	}
	return f
}

// changes is what a row that is there gets; nil for nothing.
func (r *parsedRow) changes(row rowset.Row, tags []string, now time.Time) rowset.Fields {
	f := rowset.Fields{}
	if all, ok := r.allFigures(figuresOf(row)); ok {
		setFigures(f, all)
	}
	if r.country != "" && row.Text(colCountry) == "" {
		f[colCountry] = r.country
	}
	have := unpackTags(row.Text(colTags))
	if next := joinTags(have, tags); len(next) > len(have) {
		f[colTags] = packTags(next)
	}
	if len(f) == 0 {
		return nil
	}
	f[rowset.ColUpdatedAt] = rowset.Millis(now)
	return f
}
