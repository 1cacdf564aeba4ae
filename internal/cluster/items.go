package cluster

import "github.com/igny8/igny8/internal/rowset"

// Columns of clusters that only this feature writes.
const (
	colDescription = "description"
	colEdits       = "edits"      // int64, how often people edited the cluster
	colLeader      = "leader"     // string, the keyword that stands for it
	colTopic       = "topic"      // string, the leader of the topic's largest cluster
	colCohesion    = "cohesion"   // float64
	colSeparation  = "separation" // float64
)

func fromRow(site string, r rowset.Row) Cluster {
	count, _ := r.Int(rowset.ColKeywordsCount)
	volume, _ := r.Int(rowset.ColVolume)
	var difficulty *int64
	if n, ok := r.Int(rowset.ColDifficulty); ok {
		difficulty = &n
	}
	return Cluster{
		Difficulty: difficulty, Intents: rowset.Intents(r.Text(rowset.ColIntents)), Topic: r.Text(colTopic), Leader: r.Text(colLeader),
		Cohesion: known(r, colCohesion), Separation: known(r, colSeparation),
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

// known is a fractional number of a row, nil when unknown.
func known(r rowset.Row, column string) *float64 {
	if x, ok := r.Float(column); ok {
		return &x
	}
	return nil
}
