// Package site holds an account's sites, their sectors and settings, and the global list
// of industries (facts 6).
package site

import (
	"time"

	"github.com/igny8/igny8/internal/httpapi"
)

// Site is one website of an account.
type Site struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Slug        string    `json:"slug"`
	Domain      string    `json:"domain"`
	Description string    `json:"description,omitempty"`
	Industry    string    `json:"industry"` // slug of the industry
	Sectors     []Sector  `json:"sectors"`  // 1 to 5 active ones, and those that were put aside
	HostingType string    `json:"hosting_type"`
	IsActive    bool      `json:"is_active"`
	Settings    Settings  `json:"settings"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Deleted     bool      `json:"deleted,omitempty" api:"-"`
	Version     int64     `json:"version"` // raised by each change; name it in If-Match
}

// ETag is the site's version as a header has it.
func (s Site) ETag() string { return httpapi.VersionTag(s.Version) }

// Sector is a part of a site; keywords, clusters and all that follows belong to one.
type Sector struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Slug           string `json:"slug"`
	IndustrySector string `json:"industry_sector"` // slug of the template
	IsActive       bool   `json:"is_active"`
}

// Settings decide how a site's content is made and where it goes.
type Settings struct {
	AutoPublishEnabled bool   `json:"auto_publish_enabled"`  // publish what passes the review gate
	Destination        string `json:"destination"`           // "wordpress" or "preview"
	TextModel          string `json:"text_model"`            // id in the model registry
	ImageModel         string `json:"image_model"`           // id in the model registry
	ImageQuality       string `json:"image_quality"`         // low, medium, high
	CompareBy          string `json:"compare_by"`            // by what keywords are compared: "built_in" or "openai"
	MaxInArticleImages int    `json:"max_in_article_images"` // default 2
	Tone               string `json:"tone,omitempty"`        // such as "friendly, plain"
	Language           string `json:"language"`              // BCP 47, default "en"
	WordCount          int    `json:"default_word_count"`    // default 1000
	AppendToPrompt     string `json:"append_to_prompt,omitempty"`
	// Own names the settings of the AI that this site chose for itself; the others follow
	// the account's choice (see Common).
	Own []string `json:"own,omitempty"`
}

// By what keywords are compared when they are grouped: the vectors that the product has
// itself, or those of OpenAI, which are bought.
const (
	CompareByBuiltIn = "built_in"
	CompareByOpenAI  = "openai"
)

// Destinations of finished content.
const (
	DestinationWordPress = "wordpress"
	DestinationPreview   = "preview"
)
