package cluster

import "github.com/igny8/igny8/internal/rowset"

// Columns of clusters that only this feature writes.
const (
	colDescription = "description"
	colEdits       = "edits" // int64, how often people edited the cluster
)

func fromRow(site string, r rowset.Row) Cluster {
	count, _ := r.Int(rowset.ColKeywordsCount)
	volume, _ := r.Int(rowset.ColVolume)
	return Cluster{
		ID: r.Text(rowset.ColClusterID), Name: r.Text(rowset.ColName), Description: r.Text(colDescription), KeywordsCount: count, Volume: volume,
		Status: r.Text(rowset.ColStatus), Disabled: r.Flag(rowset.ColDisabled), SiteID: site, SectorID: r.Text(rowset.ColSector),
		CreatedAt: r.Time(rowset.ColCreatedAt), UpdatedAt: r.Time(rowset.ColUpdatedAt), Version: edition(r),
	}
}

func toKeyword(r rowset.Row) Keyword {
	k := Keyword{ID: r.ID(), Text: r.Text(rowset.ColKeyword), Intent: r.Text(rowset.ColIntent)}
	if n, ok := r.Int(rowset.ColVolume); ok {
		k.Volume = &n
	}
	return k
}

// waits tells whether a keyword waits to be clustered (facts 11.5, stage 1).
func waits(r rowset.Row) bool {
	return r.Text(rowset.ColStatus) == rowset.StatusNew && r.Text(rowset.ColClusterID) == "" && !r.Flag(rowset.ColDisabled)
}
