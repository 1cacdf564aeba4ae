// Package idea holds content ideas: what to write about a cluster of keywords, with the
// outline as structure, so that the writer gets what the planner thought (facts 7.3).
package idea

import (
	"strconv"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/structure"
)

// Status is where an idea stands; only the system sets it.
type Status string

// The statuses, in their order.
const (
	New       Status = "new"
	Queued    Status = "queued"    // a task was made of it
	Completed Status = "completed" // its content was written
)

// Idea is one text to write.
type Idea struct {
	ID                 string    `json:"id"`
	Site               string    `json:"site"`
	Sector             string    `json:"sector"`
	IdeaTitle          string    `json:"idea_title"`
	Description        string    `json:"description"`
	Outline            []Section `json:"outline"`
	KeywordCluster     string    `json:"keyword_cluster"` // id of the cluster
	ClusterName        string    `json:"cluster_name"`
	Keywords           []Keyword `json:"keyword_objects"` // no other idea of the cluster has them
	PrimaryKeyword     string    `json:"primary_keyword"`
	CoveredKeywords    []string  `json:"covered_keywords"` // the others of Keywords
	Status             Status    `json:"status"`
	Disabled           bool      `json:"disabled"` // a person took it out of all automation
	ContentType        string    `json:"content_type"`
	ContentStructure   string    `json:"content_structure"`
	EstimatedWordCount int       `json:"estimated_word_count"`
	Task               string    `json:"task,omitempty"`  // made of it, once queued
	Job                string    `json:"job,omitempty"`   // the job that paid for it; empty when a person wrote it
	Demo               bool      `json:"demo"`            // made by the demo writer
	Deleted            bool      `json:"deleted" api:"-"` // may be restored until the item expires
	CreatedAt          time.Time `json:"created_at,omitzero"`
	UpdatedAt          time.Time `json:"updated_at,omitzero"`
	Version            int64     `json:"version"`            // raised by each change; name it in If-Match
	Requeued           int       `json:"requeued,omitempty"` // tasks of it that were deleted unwritten
}

// ETag is the idea's version as a header has it.
func (i Idea) ETag() string { return httpapi.VersionTag(i.Version) }

// Section is a heading of the outline and what its part has to answer.
type Section struct {
	Heading string `json:"heading"`
	Notes   string `json:"notes"`
}

// Keyword is a keyword of the site: its number and its text.
type Keyword struct {
	ID      int64  `json:"id"`
	Keyword string `json:"keyword"`
}

// Count is how many ideas n keywords give: about one for every four, 1 to 7.
func Count(n int) int { return min(max((n+3)/4, 1), 7) }

// ID is the id of the n-th idea, from 0, that a job made.
func ID(job string, n int) string { return id.Hash("ide", job, strconv.Itoa(n)) }

// Set says that a cluster's ideas were made, and by which job; or how often it failed. There
// is one for each cluster, so two roads to the same cluster can't both make ideas.
type Set struct {
	Cluster   string     `json:"cluster"`
	Job       string     `json:"job,omitempty"`
	Ideas     int        `json:"ideas"`
	Attempt   int        `json:"attempt"`              // failed tries so far
	FailedRun string     `json:"failed_run,omitempty"` // run of the last failed try
	Cause     errs.Cause `json:"fault_cause,omitempty"`
	Fault     string     `json:"fault,omitempty"` // what went wrong, for people
}

// Structures lists the content structures of a content type, the usual one first; none for
// an unknown type.
func Structures(contentType string) []string { return structure.Of(contentType) }

// TypeOf is the content type that a structure belongs to; empty for an unknown one.
func TypeOf(s string) string { return structure.TypeOf(s) }

// Bounds of an idea's numbers and texts.
const (
	MinWords   = 200
	MaxWords   = 5000
	MaxTitle   = 300
	MaxOutline = 30
)

// Validate tells the first field that is wrong; Invalid with the field named.
func (i Idea) Validate() error {
	switch title := strings.TrimSpace(i.IdeaTitle); {
	case title == "":
		return errs.Field("idea_title", "write a title")
	case len(title) > MaxTitle:
		return errs.Field("idea_title", "use at most 300 characters")
	case structure.Wrong(i.ContentType, i.ContentStructure) != "":
		return errs.Field("content_structure", structure.Wrong(i.ContentType, i.ContentStructure))
	case i.EstimatedWordCount < MinWords || i.EstimatedWordCount > MaxWords:
		return errs.Field("estimated_word_count", "choose between 200 and 5000 words")
	case len(i.Outline) > MaxOutline:
		return errs.Field("outline", "use at most 30 headings")
	}
	for _, s := range i.Outline {
		if strings.TrimSpace(s.Heading) == "" {
			return errs.Field("outline", "each part needs a heading")
		}
	}
	return nil
}
