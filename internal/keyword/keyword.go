// Package keyword holds the keywords of a site (facts 7.1, 9.1): their import from the
// exports of keyword tools and plain lists, and the list with its filters. Keywords are the
// first row set of a site. What a source does not say stays unknown; figures of different
// sources are never mixed.
package keyword

import (
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/igny8/igny8/internal/cluster/engine/intent"
	"github.com/igny8/igny8/internal/httpapi"
)

// Keyword is one search term of a site.
type Keyword struct {
	ID         int64     `json:"id"`
	Keyword    string    `json:"keyword"`
	Volume     *int64    `json:"volume"`                // searches a month; nil: unknown
	VolumeLow  *int64    `json:"volume_low,omitempty"`  // when the source gives a range
	VolumeHigh *int64    `json:"volume_high,omitempty"` // when the source gives a range
	Difficulty *int64    `json:"difficulty"`            // 0 to 100; nil: unknown
	Intent     string    `json:"intent,omitempty"`      // one of Intents; empty: unknown
	IntentRule string    `json:"intent_rule,omitempty"` // the rule that told the intent by the keyword's words; empty: a source or a person told it
	Country    string    `json:"country,omitempty"`
	ClusterID  string    `json:"cluster_id,omitempty"`
	Locked     bool      `json:"locked,omitempty"` // a person put it into its cluster, or holds it there: no clustering moves it
	Status     string    `json:"status"`           // new, mapped
	Disabled   bool      `json:"disabled"`
	SiteID     string    `json:"site_id"`
	SectorID   string    `json:"sector_id"`
	Source     string    `json:"source,omitempty"`      // the tool that the shown figures are from
	SourceDate string    `json:"source_date,omitempty"` // their day
	Figures    []Figure  `json:"figures,omitempty"`     // what each source said, in the order in which they are shown
	Tags       []string  `json:"tags,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Version    int64     `json:"version"` // moves with each change: the moment of the last one, in ms
}

// ETag names the version of the keyword.
func (k Keyword) ETag() string { return httpapi.VersionTag(k.Version) }

// Intents are the search intents: the four that tools tell (facts 6, SeedKeyword), and local.
func Intents() []string { return intent.All() }

// MaxLength is the most characters that a keyword may have.
const MaxLength = 200

// Fold is the form in which two keywords are the same: Unicode's compatibility form, case
// folded, spaces made single.
func Fold(text string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFKC.String(text))), " ")
}
