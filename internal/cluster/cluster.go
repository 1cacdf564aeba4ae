// Package cluster holds the clusters of a site (facts 7.2, 9.2): groups of keywords that
// one page can serve. They are the second row set of a site; which keyword belongs where is
// computed by package engine, never guessed.
package cluster

import (
	"time"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
)

// Cluster is a group of keywords of one sector. Its name is unique in its site and sector.
type Cluster struct {
	ID            string           `json:"id"`
	Name          string           `json:"name"`
	Description   string           `json:"description"`
	KeywordsCount int64            `json:"keywords_count"`
	Volume        int64            `json:"volume"`     // sum of the volumes that are known
	Difficulty    *int64           `json:"difficulty"` // mean of those that are known; null: of none
	Intents       map[string]int64 `json:"intents,omitempty" doc:"how many keywords have which intent"`
	Topic         string           `json:"topic,omitempty" doc:"clusters with the same topic belong together on a site"`
	Leader        string           `json:"leader,omitempty" doc:"the keyword that stands for the cluster: typical and often searched"`
	Cohesion      *float64         `json:"cohesion" doc:"mean likeness of its keywords to each other, 0 to 1; null: not computed since they changed"`
	Separation    *float64         `json:"separation" doc:"how unlike the nearest other cluster is, 0 to 1; null: not computed since its keywords changed"`
	Status        string           `json:"status"` // new, mapped
	Disabled      bool             `json:"disabled"`
	SiteID        string           `json:"site_id"`
	SectorID      string           `json:"sector_id"`
	CreatedAt     time.Time        `json:"created_at"`
	UpdatedAt     time.Time        `json:"updated_at"`
	Version       int64            `json:"version"` // raised by each edit of a person; name it in If-Match
}

// ETag is the cluster's version as a header has it.
func (c Cluster) ETag() string { return httpapi.VersionTag(c.Version) }

// Keyword is a keyword as clusters see it.
type Keyword struct {
	ID     int64
	Text   string
	Volume *int64 // nil: unknown
	Intent string // empty: unknown
}

// MinKeywords is how many keywords a clustering needs (facts 9.2).
const MinKeywords = 5

// Validation is the answer of the one validator for clusterings by hand and by a run.
type Validation struct {
	Valid    bool
	Count    int
	Required int
	Message  string // for the person, when not valid
}

// ValidateMinimum tells whether n keywords are enough to be clustered.
func ValidateMinimum(n int) Validation {
	v := Validation{Valid: n >= MinKeywords, Count: n, Required: MinKeywords}
	if !v.Valid {
		v.Message = "clustering needs at least 5 keywords that are new: add more keywords to this sector"
	}
	return v
}

// Assignment says where keywords go. It is stored between being computed and being applied,
// so that a crash in between goes on with the same one.
type Assignment struct {
	Sector string  `json:"sector_id"`
	Groups []Group `json:"groups"`
	Basis  Basis   `json:"basis"`
}

// Group is one cluster of an Assignment.
type Group struct {
	ID       string  `json:"id"`             // of the cluster
	Name     string  `json:"name,omitempty"` // of a new cluster; empty: it was there already
	Keywords []int64 `json:"keywords"`
	Places   []Place `json:"places,omitempty"` // why, beside Keywords

	Topic      string  `json:"topic,omitempty"`
	Leader     string  `json:"leader,omitempty"`
	Cohesion   float64 `json:"cohesion,omitempty"`
	Separation float64 `json:"separation,omitempty"`
}

// Counts gives how many keywords an Assignment places and how many clusters it makes.
func (a Assignment) Counts() (keywords, clusters int64) {
	for _, g := range a.Groups {
		keywords += int64(len(g.Keywords))
		if g.Name != "" {
			clusters++
		}
	}
	return keywords, clusters
}

// newID is the id of a new cluster: the same site, sector and name give the same id.
func newID(site, sector, name string) string {
	return id.Hash("clu", site, sector, engine.Fold(name))
}
