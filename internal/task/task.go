// Package task holds writing tasks: an idea that was taken into the writer's queue, with
// its outline and keywords (facts 7.4).
package task

import (
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/structure"
)

// Status is where a task stands; whether it runs or failed is told by its job.
type Status string

// The statuses.
const (
	Queued    Status = "queued"
	Completed Status = "completed" // its content was written
)

// Task is one text that waits to be written, or was.
type Task struct {
	ID               string     `json:"id"`
	Site             string     `json:"site"`
	Sector           string     `json:"sector"`
	Title            string     `json:"title"`
	Description      string     `json:"description"`
	Outline          []Section  `json:"outline"`
	Cluster          string     `json:"cluster"`
	ClusterName      string     `json:"cluster_name"`
	Idea             string     `json:"idea,omitempty"`
	Keywords         []Keyword  `json:"keyword_objects"`
	PrimaryKeyword   string     `json:"primary_keyword"`
	ContentType      string     `json:"content_type"`
	ContentStructure string     `json:"content_structure"`
	WordCount        int        `json:"word_count"` // words asked for
	Status           Status     `json:"status"`
	Run              string     `json:"run_id,omitempty"`     // run that made the task
	Content          string     `json:"content,omitempty"`    // written for it, once completed
	Job              string     `json:"job,omitempty"`        // job that wrote the content
	Attempt          int        `json:"attempt" api:"-"`      // failed tries so far
	FailedRun        string     `json:"failed_run,omitempty"` // run of the last failed try
	Cause            errs.Cause `json:"fault_cause,omitempty"`
	Fault            string     `json:"fault,omitempty"` // what went wrong at the last try, for people
	Deleted          bool       `json:"deleted" api:"-"`
	CreatedAt        time.Time  `json:"created_at,omitzero"`
	UpdatedAt        time.Time  `json:"updated_at,omitzero"`
	Version          int64      `json:"version"` // raised by each change; name it in If-Match
}

// ETag is the task's version as a header has it.
func (t Task) ETag() string { return httpapi.VersionTag(t.Version) }

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

// Bounds of the words asked for.
const (
	MinWords = 200
	MaxWords = 5000
)

// KeywordTexts are the task's keywords, the primary one first.
func (t Task) KeywordTexts() []string {
	var out []string
	if t.PrimaryKeyword != "" {
		out = append(out, t.PrimaryKeyword)
	}
	for _, k := range t.Keywords {
		if !strings.EqualFold(k.Keyword, t.PrimaryKeyword) {
			out = append(out, k.Keyword)
		}
	}
	return out
}

// Validate tells the first field that is wrong; Invalid with the field named.
func (t Task) Validate() error {
	switch title := strings.TrimSpace(t.Title); {
	case title == "":
		return errs.Field("title", "write a title")
	case len(title) > 300:
		return errs.Field("title", "use at most 300 characters")
	case t.ContentType == "":
		return errs.Field("content_type", "choose a content type")
	case structure.Wrong(t.ContentType, t.ContentStructure) != "":
		return errs.Field("content_structure", structure.Wrong(t.ContentType, t.ContentStructure))
	case t.WordCount < MinWords || t.WordCount > MaxWords:
		return errs.Field("word_count", "choose between 200 and 5000 words")
	case len(t.Outline) > 30:
		return errs.Field("outline", "use at most 30 headings")
	}
	for _, s := range t.Outline {
		if strings.TrimSpace(s.Heading) == "" {
			return errs.Field("outline", "each part needs a heading")
		}
	}
	return nil
}
