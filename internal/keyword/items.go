package keyword

import (
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
	colSource     = "source"
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
		SectorID: r.Text(rowset.ColSector), Source: r.Text(colSource), CreatedAt: r.Time(rowset.ColCreatedAt), UpdatedAt: r.Time(rowset.ColUpdatedAt),
	}
}

// fields is a parsed row as it is stored; what the file did not say stays unknown.
func (p parsedRow) fields(sector, source string, now time.Time) rowset.Fields {
	f := rowset.Fields{
		rowset.ColKeyword: p.text, colFold: p.fold, rowset.ColSector: sector, rowset.ColStatus: rowset.StatusNew, colSource: source,
		rowset.ColCreatedAt: rowset.Millis(now), rowset.ColUpdatedAt: rowset.Millis(now),
	}
	if p.volume.known {
		f[rowset.ColVolume] = p.volume.n
	}
	if p.volume.isRange {
		f[colVolumeLow], f[colVolumeHigh] = p.volume.low, p.volume.high
	}
	if p.difficulty.known {
		f[colDifficulty] = p.difficulty.n
	}
	if p.intent != "" {
		f[colIntent] = p.intent
	}
	if p.country != "" {
		f[colCountry] = p.country
	}
	return f
}
