// Package imagery holds the pictures of contents: what to draw, where it stands, and the
// file once it is drawn (facts 7.8).
package imagery

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
)

// Type is where a picture stands.
type Type string

// The types.
const (
	Featured  Type = "featured"
	InArticle Type = "in_article"
)

// Status is where a picture stands in its making.
type Status string

// The statuses.
const (
	Pending   Status = "pending"
	Generated Status = "generated"
	Failed    Status = "failed" // the last try failed; Fault says why
)

// Image is a picture of a content. There is one for each content, type and position: its id
// is made of these three, so two pictures never overwrite each other.
type Image struct {
	ID           string     `json:"id"`
	Site         string     `json:"site"`
	Content      string     `json:"content"`
	ContentTitle string     `json:"content_title"`
	ImageType    Type       `json:"image_type"`
	Position     int        `json:"position"` // from 0, in the order of the text
	Prompt       string     `json:"prompt"`
	AltText      string     `json:"alt_text"`
	Caption      string     `json:"caption"`
	Status       Status     `json:"status"`
	File         string     `json:"file,omitempty" api:"-"` // last part of the blob's name
	FileType     string     `json:"file_type,omitempty"`
	Width        int        `json:"width"`
	Height       int        `json:"height"`
	SHA256       string     `json:"sha256,omitempty"`
	Demo         bool       `json:"demo"`
	Job          string     `json:"job,omitempty"`        // job that was paid for the file
	PromptsJob   string     `json:"prompts_job" api:"-"`  // job that wrote the prompt
	Attempt      int        `json:"attempt" api:"-"`      // failed tries so far
	FailedRun    string     `json:"failed_run,omitempty"` // run of the last failed try
	Cause        errs.Cause `json:"fault_cause,omitempty"`
	Fault        string     `json:"fault,omitempty"` // what went wrong at the last try, for people
	Deleted      bool       `json:"deleted" api:"-"` // kept for 14 days; see content.Content.ImagesDropped
	CreatedAt    time.Time  `json:"created_at,omitzero"`
	UpdatedAt    time.Time  `json:"updated_at,omitzero"`
	Version      int64      `json:"version"` // raised by each change; name it in If-Match
}

// ETag is the picture's version as a header has it.
func (i Image) ETag() string { return httpapi.VersionTag(i.Version) }

// ID is the id of a content's picture of that type and position.
func ID(content string, t Type, position int) string {
	return id.Hash("img", content, string(t), strconv.Itoa(position))
}

// Bounds of the texts.
const (
	MaxPrompt  = 4000
	MaxAltText = 500
	MaxCaption = 1000
)

// Validate tells the first field that is wrong; Invalid with the field named.
func (i Image) Validate() error {
	switch {
	case i.ImageType != Featured && i.ImageType != InArticle:
		return errs.Field("image_type", "choose featured or in_article")
	case i.Position < 0:
		return errs.Field("position", "count from 0")
	case i.ID != ID(i.Content, i.ImageType, i.Position):
		return errs.Field("id", "the id does not fit content, type and position")
	case strings.TrimSpace(i.Prompt) == "":
		return errs.Field("prompt", "say what the picture shows")
	case utf8.RuneCountInString(i.Prompt) > MaxPrompt:
		return errs.Field("prompt", "use at most 4000 characters")
	case utf8.RuneCountInString(i.AltText) > MaxAltText:
		return errs.Field("alt_text", "use at most 500 characters")
	case utf8.RuneCountInString(i.Caption) > MaxCaption:
		return errs.Field("caption", "use at most 1000 characters")
	}
	return nil
}

// Drawn counts the pictures that are generated.
func Drawn(images []Image) int {
	n := 0
	for _, i := range images {
		if i.Status == Generated {
			n++
		}
	}
	return n
}
