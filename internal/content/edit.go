package content

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// Edit is what a person may change of a content; nil leaves a field.
type Edit struct {
	Title             *string   `json:"title,omitempty"`
	Slug              *string   `json:"slug,omitempty" doc:"the address part, until it is published"`
	Excerpt           *string   `json:"excerpt,omitempty"`
	MetaTitle         *string   `json:"meta_title,omitempty"`
	MetaDescription   *string   `json:"meta_description,omitempty"`
	PrimaryKeyword    *string   `json:"primary_keyword,omitempty"`
	SecondaryKeywords *[]string `json:"secondary_keywords,omitempty" doc:"at most 30"`
	Categories        *[]string `json:"categories,omitempty" doc:"at most 5"`
	Tags              *[]string `json:"tags,omitempty" doc:"at most 20"`
	HTML              *string   `json:"content_html,omitempty" doc:"scripts, styles, handlers and pictures are taken out; an h1 becomes an h2"`
}

// Bounds of what a person writes beside the text.
const (
	maxExcerpt    = 1000
	maxTerm       = 200
	maxSecondary  = 30
	maxCategories = 5
	maxTags       = 20
)

// apply gives the content as it will be, but for its body. Invalid names the field; Conflict
// while it is being published, and for the slug of one that is.
func (e Edit) apply(c Content) (Content, error) {
	switch {
	case c.SiteStatus == Publishing:
		return Content{}, c.Publishable()
	case c.SiteStatus == Published && e.Slug != nil && *e.Slug != c.Slug:
		return Content{}, errs.New(errs.Conflict, "slug_published", "it is on the site under this address: change the post's address there")
	}
	f := map[string][]string{}
	httpapi.Assign(&c.Title, trimmed(e.Title))
	httpapi.Assign(&c.Slug, e.Slug)
	httpapi.Assign(&c.Excerpt, trimmed(e.Excerpt))
	httpapi.Assign(&c.MetaTitle, trimmed(e.MetaTitle))
	httpapi.Assign(&c.MetaDescription, trimmed(e.MetaDescription))
	httpapi.Assign(&c.PrimaryKeyword, trimmed(e.PrimaryKeyword))
	terms(f, "secondary_keywords", &c.SecondaryKeywords, e.SecondaryKeywords, maxSecondary)
	terms(f, "categories", &c.Categories, e.Categories, maxCategories)
	terms(f, "tags", &c.Tags, e.Tags, maxTags)
	if utf8.RuneCountInString(c.Excerpt) > maxExcerpt {
		f["excerpt"] = []string{"use at most 1000 characters"}
	}
	if utf8.RuneCountInString(c.PrimaryKeyword) > maxTerm {
		f["primary_keyword"] = []string{"use at most 200 characters"}
	}
	return c, errs.Fields(f)
}

func trimmed(text *string) *string {
	if text == nil {
		return nil
	}
	t := strings.TrimSpace(*text)
	return &t
}

// terms takes a list in, without empty ones and repeats in any case.
func terms(f map[string][]string, field string, into *[]string, from *[]string, most int) {
	if from == nil {
		return
	}
	out, seen := []string{}, map[string]bool{}
	for _, x := range *from {
		x = strings.Join(strings.Fields(x), " ")
		if k := strings.ToLower(x); x != "" && !seen[k] {
			seen[k] = true
			out = append(out, x)
		}
		if utf8.RuneCountInString(x) > maxTerm {
			f[field] = []string{"use at most 200 characters for each"}
		}
	}
	if len(out) > most {
		f[field] = []string{fmt.Sprintf("use at most %d", most)}
	}
	*into = out
}

// inPost tells whether two versions of a content make different posts.
func (c Content) inPost(was Content) bool {
	return c.Title != was.Title || c.Slug != was.Slug || c.Excerpt != was.Excerpt || c.MetaTitle != was.MetaTitle ||
		c.MetaDescription != was.MetaDescription || c.PrimaryKeyword != was.PrimaryKeyword || c.HTMLHash != was.HTMLHash ||
		!slices.Equal(c.Categories, was.Categories) || !slices.Equal(c.Tags, was.Tags)
}

// Update changes a content that is not being published; one that is published differs from
// its post then, and says so. Invalid names the field; Conflict when it was changed since the
// version that the request names.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Content, error) {
	return v.records.Update(ctx, s, site, id, func(was Content) (Content, error) {
		out, err := e.apply(was)
		if err != nil {
			return Content{}, err
		}
		if err := out.Validate(); err != nil {
			return Content{}, err
		}
		if e.HTML != nil { // last, so that nothing is stored for an edit that is refused
			if err := v.Store(ctx, s, &out, *e.HTML); err != nil {
				return Content{}, err
			}
		}
		if out.SiteStatus == Published && out.inPost(was) {
			out.ChangedSincePublish = true
		}
		return out, out.Validate()
	})
}

// Remove hides a content until the time that it tells; its post on the outside site stays.
// NotFound when it is gone already; Conflict while it is being published, and when it was
// changed since the version that the request names.
func (v *Service) Remove(ctx context.Context, s account.Scope, site, id string) (Content, time.Time, error) {
	return v.records.Remove(ctx, s, site, id, func(was Content) ([]table.Op, error) {
		if was.SiteStatus == Publishing {
			return nil, httpapi.Busy()
		}
		return nil, nil
	})
}

// Delete hides a content; it can be restored for 14 days. Repeating it is no error. What the
// outside site holds stays there.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, id string) error {
	return v.records.Delete(ctx, s, site, id)
}

// Restore brings a deleted content back; Conflict when it is gone for good.
func (v *Service) Restore(ctx context.Context, s account.Scope, site, id string) error {
	return v.records.Restore(ctx, s, site, id)
}

// ApproveAll says that a person stands for several texts in review, all or none; those
// approved already count as done. Conflict names the drafts, NotFound what is not there.
func (v *Service) ApproveAll(ctx context.Context, s account.Scope, site string, ids []string) (httpapi.Bulk, error) {
	out, err := v.records.InBulk(ctx, s, site, ids, func(c Content) ([]table.Op, error) {
		switch {
		case c.Deleted:
			return nil, httpapi.Missing()
		case c.Status == Approved:
			return nil, nil
		case c.Status == Draft:
			return nil, notInReview()
		}
		return []table.Op{change(s, site, c.ID, table.Attrs{"status": string(Approved), "approved_by": s.Actor()}, nil, table.VersionIs(c.Version))}, nil
	})
	return out, errs.Wrap("approve contents", err)
}

// DeleteAll hides several contents, all or none; those deleted already count as done.
// Conflict names those in work, NotFound what never was. Their posts stay.
func (v *Service) DeleteAll(ctx context.Context, s account.Scope, site string, ids []string, work Work) (httpapi.Bulk, error) {
	have, err := v.records.Some(ctx, s, site, ids)
	if err != nil {
		return httpapi.Bulk{}, errs.Wrap("delete contents", err)
	}
	busy, err := work.InWork(ctx, s, site, slices.Collect(maps.Values(have))...)
	if err != nil {
		return httpapi.Bulk{}, errs.Wrap("delete contents", err)
	}
	return v.records.DeleteAll(ctx, s, site, ids, func(c Content) ([]table.Op, error) {
		if busy[c.ID] || c.SiteStatus == Publishing {
			return nil, httpapi.Busy()
		}
		return nil, nil
	})
}
