package site

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

// Limits of a site.
const (
	MaxSectors    = 5
	maxName       = 100
	maxText       = 2000
	maxInArticle  = 10
	minWordCount  = 300
	maxWordCount  = 5000
	maxSectorName = 100
)

// Draft is what a person gives to make a site. Industry and Sectors are ids, slugs or names.
type Draft struct {
	Name        string
	Domain      string // address or host name; may be empty
	Industry    string
	Sectors     []string // empty: the industry's first
	Description string
	Settings    Patch
}

// Patch are the settings to change; nil fields stay.
type Patch struct {
	AutoPublishEnabled *bool   `json:"auto_publish_enabled,omitempty"`
	Destination        *string `json:"destination,omitempty" enum:"wordpress,preview"`
	TextModel          *string `json:"text_model,omitempty" doc:"empty: follow the account's choice"`
	ImageModel         *string `json:"image_model,omitempty" doc:"empty: follow the account's choice"`
	ImageQuality       *string `json:"image_quality,omitempty" enum:"low,medium,high," doc:"empty: follow the account's choice"`
	CompareBy          *string `json:"compare_by,omitempty" enum:"built_in,openai," doc:"by what keywords are compared when they are grouped; openai buys a vector of each text once. Empty: follow the account's choice"`
	MaxInArticleImages *int    `json:"max_in_article_images,omitempty"`
	Tone               *string `json:"tone,omitempty"`
	Language           *string `json:"language,omitempty" doc:"BCP 47, such as en or pt-BR"`
	WordCount          *int    `json:"default_word_count,omitempty"`
	AppendToPrompt     *string `json:"append_to_prompt,omitempty"`
}

// Change is a change of a site; nil fields stay.
type Change struct {
	Name        *string
	Description *string
	IsActive    *bool
	Settings    Patch
}

type faults map[string][]string

func (f faults) add(field, format string, args ...any) {
	f[field] = append(f[field], fmt.Sprintf(format, args...))
}

func (f faults) err() error { return errs.Fields(f) }

// build makes a site of a draft, without ids, slug and times, or tells all that is wrong.
func (d Draft) build(industries *Industries, defaults Settings, may choices) (Site, error) {
	f := faults{}
	st := Site{
		Name: checkName(f, d.Name), Description: checkText(f, "description", d.Description), HostingType: "wordpress",
		IsActive: true, Settings: defaults,
	}
	st.Domain = checkDomain(f, d.Domain)
	if strings.TrimSpace(d.Industry) == "" {
		f.add("industry", "is required: take one of GET /v1/auth/industries/")
	} else if ind, ok := industries.Find(strings.TrimSpace(d.Industry)); !ok {
		f.add("industry", "%q is not known: take one of GET /v1/auth/industries/", d.Industry)
	} else {
		st.Industry = ind.Slug
		st.Sectors = checkSectors(f, ind, d.Sectors)
	}
	st.Settings = d.Settings.apply(f, st.Settings, may)
	return st, f.err()
}

func checkName(f faults, name string) string {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		f.add("name", "is required")
	case utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, unicode.IsControl):
		f.add("name", "has to be at most %d characters on one line", maxName)
	}
	return name
}

func checkText(f faults, field, text string) string {
	if utf8.RuneCountInString(text) > maxText {
		f.add(field, "has to have at most %d characters", maxText)
	}
	return strings.TrimSpace(text)
}

// checkDomain gives the host of an address or a host name, in lower case. A port is kept:
// without it a site on another port would be another site.
func checkDomain(f faults, domain string) string {
	domain = strings.TrimSpace(domain)
	if domain == "" {
		return ""
	}
	raw := domain
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || len(u.Host) > 253 || strings.ContainsAny(u.Host, " _,;'\"<>") {
		f.add("domain", "%q is not an address: write it as example.com or https://example.com", domain)
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Host, "."))
}

func checkSectors(f faults, ind Industry, refs []string) []Sector {
	if len(refs) == 0 {
		refs = []string{ind.Sectors[0].Slug}
	}
	if len(refs) > MaxSectors {
		f.add("sectors", "at most %d sectors, not %d", MaxSectors, len(refs))
		return nil
	}
	var out []Sector
	for _, ref := range refs {
		t, ok := ind.Sector(strings.TrimSpace(ref))
		switch {
		case !ok:
			f.add("sectors", "%q is not a sector of %s: take one of GET /v1/auth/industries/", ref, ind.Name)
		case slices.ContainsFunc(out, func(s Sector) bool { return s.Slug == t.Slug }):
			f.add("sectors", "%q is there twice", ref)
		default:
			out = append(out, Sector{Name: t.Name, Slug: t.Slug, IndustrySector: t.Slug, IsActive: true})
		}
	}
	return out
}

// Models tells whether a model may be used for a site.
type Models interface {
	// TextModels and ImageModels list the ids that may be chosen.
	TextModels() []string
	ImageModels() []string
}

// choices are what a setting may be here.
type choices struct {
	models       Models // nil takes any
	destinations []string
}

// apply gives the settings with the patch; faults go to f.
func (p Patch) apply(f faults, s Settings, may choices) Settings {
	httpapi.Assign(&s.AutoPublishEnabled, p.AutoPublishEnabled)
	oneOf(f, "destination", &s.Destination, p.Destination, slices.Sorted(slices.Values(may.destinations)))
	for _, c := range s.common() {
		c.choose(f, &s, p, may)
	}
	between(f, "max_in_article_images", &s.MaxInArticleImages, p.MaxInArticleImages, 0, maxInArticle)
	between(f, "default_word_count", &s.WordCount, p.WordCount, minWordCount, maxWordCount)
	if p.Tone != nil {
		s.Tone = checkText(f, "tone", *p.Tone)
	}
	if p.AppendToPrompt != nil {
		s.AppendToPrompt = checkText(f, "append_to_prompt", *p.AppendToPrompt)
	}
	if p.Language != nil {
		if !language(*p.Language) {
			f.add("language", "%q is not a language tag such as en or pt-BR", *p.Language)
		}
		s.Language = *p.Language
	}
	return s
}

func oneOf(f faults, field string, into, v *string, allowed []string) {
	if v == nil {
		return
	}
	if !slices.Contains(allowed, *v) {
		f.add(field, "has to be one of: %s", strings.Join(allowed, ", "))
	}
	*into = *v
}

func between(f faults, field string, into, v *int, low, high int) {
	if v == nil {
		return
	}
	if *v < low || *v > high {
		f.add(field, "has to be between %d and %d", low, high)
	}
	*into = *v
}

// language is the shape of a BCP 47 tag: a language, then script, region or variant.
func language(tag string) bool {
	parts := strings.Split(tag, "-")
	for i, p := range parts {
		letters := !strings.ContainsFunc(p, func(r rune) bool { return r > 'z' || r < '0' || !(unicode.IsLetter(r) || unicode.IsDigit(r)) })
		if !letters || (i == 0 && (len(p) < 2 || len(p) > 3)) || (i > 0 && (len(p) < 2 || len(p) > 8)) {
			return false
		}
	}
	return len(parts) <= 4
}
