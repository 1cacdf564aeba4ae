package keyword

import (
	"maps"
	"time"

	"github.com/igny8/igny8/internal/cluster/engine/intent"
	"github.com/igny8/igny8/internal/rowset"
)

// Columns of keywords that only this feature writes.
const (
	colFold       = rowset.ColFold
	colVolumeLow  = "volume_low"
	colVolumeHigh = "volume_high"
	colDifficulty = rowset.ColDifficulty
	colIntent     = "intent"
	colIntentRule = "intent_rule" // string: the rule that told the intent, when nobody else did
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
		VolumeHigh: number(colVolumeHigh), Difficulty: number(colDifficulty), Intent: r.Text(colIntent), IntentRule: r.Text(colIntentRule), Country: r.Text(colCountry),
		ClusterID: r.Text(rowset.ColClusterID), Locked: r.Flag(rowset.ColLocked), Status: r.Text(rowset.ColStatus), Disabled: r.Flag(rowset.ColDisabled), SiteID: site,
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
		VolumeHigh: number(colVolumeHigh), Difficulty: number(colDifficulty)}
	if r.Text(colIntentRule) == "" { // no source's else
		f.Intent = r.Text(colIntent)
	}
	if f.empty() {
		return nil
	}
	if f.Date == "" { // stored before figures had dates: they are of the day of their import
		f.Date = r.Time(rowset.ColCreatedAt).Format(time.DateOnly)
	}
	return []Figure{f}
}

// setFigures puts figures into the columns of a keyword's row: what is shown, and all of them
// when there are several. What no figure says becomes unknown, but for the intent, which the
// keyword's own words may tell.
func setFigures(f rowset.Fields, keyword string, all []Figure) {
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
	setIntent(f, keyword, s.Intent)
	text(colSource, s.Source)
	text(colSourceDate, s.Date)
	text(colFigures, packFigures(all))
}

// setIntent puts an intent that somebody told into a keyword's row, or else the one that its
// words tell.
func setIntent(f rowset.Fields, keyword, told string) {
	f[colIntent], f[colIntentRule] = nil, nil
	if told != "" {
		f[colIntent] = told
	} else if a, ok := intent.Of(keyword); ok {
		f[colIntent], f[colIntentRule] = a.Intent, a.Rule
	}
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
	all, ok := r.allFigures(nil)
	setFigures(f, r.text, all)
	if !ok {
		f[colSource] = r.source
	}
	maps.DeleteFunc(f, func(_ string, v any) bool { return v == nil || v == "" })
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
		setFigures(f, row.Text(rowset.ColKeyword), all)
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
