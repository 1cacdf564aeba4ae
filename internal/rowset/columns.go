package rowset

// Columns that more than one feature reads or writes. A feature's own columns are named in
// its items.go.
const (
	ColKeyword       = "keyword"        // string, as a person sees it
	ColVolume        = "volume"         // int64, searches a month; of a cluster: the sum of what is known
	ColIntent        = "intent"         // string; empty: unknown
	ColSector        = "sector_id"      // string
	ColStatus        = "status"         // string: new, mapped
	ColDisabled      = "disabled"       // bool
	ColClusterID     = "cluster_id"     // string; of a keyword: where it belongs; of a cluster: its own id
	ColName          = "name"           // string, a cluster's
	ColKeywordsCount = "keywords_count" // int64, of a cluster
	ColCreatedAt     = "created_at"     // int64, milliseconds since 1970
	ColUpdatedAt     = "updated_at"     // int64, milliseconds since 1970
)

// Values of ColStatus (facts 7.9).
const (
	StatusNew    = "new"
	StatusMapped = "mapped"
)
