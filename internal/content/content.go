// Package content holds the written texts: a small item each, the HTML in the blob store
// under its own hash, the editorial status apart from what the outside site holds
// (facts 7.5 and 14).
package content

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

// Status is the editorial status.
type Status string

// The editorial statuses, in their order.
const (
	Draft    Status = "draft"
	Review   Status = "review"
	Approved Status = "approved"
)

// SiteStatus is what the outside site holds.
type SiteStatus string

// The site statuses.
const (
	NotPublished SiteStatus = "not_published"
	Scheduled    SiteStatus = "scheduled"
	Publishing   SiteStatus = "publishing"
	Published    SiteStatus = "published"
	Failed       SiteStatus = "failed"
)

// Content is one text. Its body is read with Service.HTML.
type Content struct {
	ID                  string     `json:"id"`
	Site                string     `json:"site"`
	Sector              string     `json:"sector"`
	Title               string     `json:"title"`
	Slug                string     `json:"slug"`
	Excerpt             string     `json:"excerpt"`
	MetaTitle           string     `json:"meta_title"`
	MetaDescription     string     `json:"meta_description"`
	PrimaryKeyword      string     `json:"primary_keyword"`
	SecondaryKeywords   []string   `json:"secondary_keywords"`
	Categories          []string   `json:"categories"`
	Tags                []string   `json:"tags"`
	Cluster             string     `json:"cluster"`
	ClusterName         string     `json:"cluster_name"`
	Task                string     `json:"task,omitempty"`
	ContentType         string     `json:"content_type"`
	ContentStructure    string     `json:"content_structure"`
	WordCount           int        `json:"word_count"` // words of the text without tags
	Headings            []string   `json:"headings"`   // h2 headings in order
	HTMLHash            string     `json:"content_html_sha256" api:"-"`
	Status              Status     `json:"status"`
	SiteStatus          SiteStatus `json:"site_status"`
	SiteStatusUpdatedAt time.Time  `json:"site_status_updated_at,omitzero"`
	ScheduledPublishAt  time.Time  `json:"scheduled_publish_at,omitzero"`
	ExternalID          string     `json:"external_id,omitempty"`
	ExternalURL         string     `json:"external_url,omitempty"`
	PublishWarnings     []string   `json:"publish_warnings,omitempty"` // what the site changed or dropped
	Source              string     `json:"source"`                     // "igny8"
	Demo                bool       `json:"demo"`                       // written by the demo writer
	Job                 string     `json:"job,omitempty"`              // job that wrote it
	HasImagePrompts     bool       `json:"has_image_prompts"`
	ImagesExpected      int        `json:"images_expected"` // featured and in-article, once prompts exist
	ImagesDropped       int        `json:"images_dropped"`  // of these, the ones that a person deleted
	PromptsJob          string     `json:"prompts_job,omitempty" api:"-"`
	PromptsAttempt      int        `json:"prompts_attempt" api:"-"` // failed tries so far
	ReviewWave          string     `json:"review_wave,omitempty" api:"-"`
	ApprovedBy          string     `json:"approved_by,omitempty"`
	RejectReason        string     `json:"reject_reason,omitempty"` // why a person sent it back; a draft with one waits for a person
	RejectedBy          string     `json:"rejected_by,omitempty"`
	ChangedSincePublish bool       `json:"changed_since_publish"`           // the post on the site is older than this text
	PublishJob          string     `json:"publish_job,omitempty"`           // holds the publication
	PublishAttempt      int        `json:"publish_attempt" api:"-"`         // failed tries so far
	PublishInput        string     `json:"publish_input,omitempty" api:"-"` // input of the job that holds the publication
	PublishTry          int        `json:"publish_try" api:"-"`             // attempt of that job
	FailedRun           string     `json:"failed_run,omitempty"`            // run of the last failed try
	Cause               errs.Cause `json:"fault_cause,omitempty"`
	Fault               string     `json:"fault,omitempty"` // what went wrong last, for people
	Deleted             bool       `json:"deleted" api:"-"`
	CreatedAt           time.Time  `json:"created_at,omitzero"`
	UpdatedAt           time.Time  `json:"updated_at,omitzero"`
	Version             int64      `json:"version"` // raised by each change; name it in If-Match
}

// ETag is the content's version as a header has it.
func (c Content) ETag() string { return httpapi.VersionTag(c.Version) }

// Illustrated tells whether a content has prompts, and drawn pictures are all that it still
// waits for.
func (c Content) Illustrated(drawn int) bool {
	return c.HasImagePrompts && c.ImagesExpected > 0 && drawn >= c.ImagesExpected-c.ImagesDropped
}

// SourceIGNY8 is the source of what IGNY8 wrote itself.
const SourceIGNY8 = "igny8"

// Validate tells the first field that is wrong; Invalid with the field named.
func (c Content) Validate() error {
	switch {
	case strings.TrimSpace(c.Title) == "":
		return errs.Field("title", "write a title")
	case utf8.RuneCountInString(c.Title) > 300:
		return errs.Field("title", "use at most 300 characters")
	case c.Slug == "":
		return errs.Field("slug", "write the address part of the text, such as how-to-choose")
	case c.Slug != Slug(c.Slug):
		return errs.Field("slug", "use letters, digits and single hyphens only")
	case utf8.RuneCountInString(c.MetaTitle) > 200:
		return errs.Field("meta_title", "use at most 200 characters")
	case utf8.RuneCountInString(c.MetaDescription) > 500:
		return errs.Field("meta_description", "use at most 500 characters")
	case c.HTMLHash == "" || c.WordCount == 0:
		return errs.Field("content_html", "write the text")
	}
	return nil
}

// Publishable tells why a text can't be published now; nil when it can. Conflict with the
// codes already_published (names the address), publishing, not_reviewed.
func (c Content) Publishable() error {
	switch {
	case c.SiteStatus == Published:
		return errs.New(errs.Conflict, "already_published", "already published at "+c.ExternalURL)
	case c.SiteStatus == Publishing:
		return errs.New(errs.Conflict, "publishing", "it is being published right now: wait for its end")
	case c.Status == Draft:
		return errs.New(errs.Conflict, "not_reviewed", "it is still a draft: move it to review first")
	}
	return nil
}
