package rowset

// Columns that more than one feature reads or writes. A feature's own columns are named in
// its items.go. Columns of times end in "_at".
const (
	ColKeyword       = "keyword"        // string, as a person sees it
	ColFold          = "fold"           // string, the form in which two keywords are the same
	ColVolume        = "volume"         // int64, searches a month; of a cluster: the sum of what is known
	ColIntent        = "intent"         // string; empty: unknown
	ColSector        = "sector_id"      // string
	ColStatus        = "status"         // string: new, mapped
	ColDisabled      = "disabled"       // bool
	ColClusterID     = "cluster_id"     // string; of a keyword: where it belongs; of a cluster: its own id
	ColKeywordsCount = "keywords_count" // int64, of a cluster
	ColDifficulty    = "difficulty"     // int64, 0 to 100; of a cluster: the mean of what is known
	ColIntents       = "intents"        // string, of a cluster: how many keywords have which intent, see Intents
	ColLocked        = "locked"         // bool, of a keyword: a person put it where it is, or holds it there
	ColSimilarity    = "similarity"     // float64, of a keyword: how alike to its cluster's leader; unknown when a person put it there
	ColRunnerUp      = "runner_up"      // string, of a keyword: the cluster that it is next most alike to
	ColToRunnerUp    = "to_runner_up"   // float64, of a keyword: how alike to that one
	ColName          = "name"           // string, a cluster's
	ColCreatedAt     = "created_at"     // int64, milliseconds since 1970
	ColUpdatedAt     = "updated_at"     // int64, milliseconds since 1970
	ColRank          = "rank"           // int64, kept by this package: the place of ColFold, or of ColName, among all
)

// Values of ColStatus (facts 7.9).
const (
	StatusNew    = "new"
	StatusMapped = "mapped"
)

// ranked is the text column of a kind whose order ColRank holds.
func ranked(k Kind) string {
	if k == Clusters {
		return ColName
	}
	return ColFold
}
