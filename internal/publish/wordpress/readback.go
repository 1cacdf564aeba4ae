package wordpress

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/publish"
	client "github.com/igny8/igny8/internal/wordpress"
)

// wishes are what a site may or may not grant; what it does not becomes a warning.
type wishes struct {
	site     *client.Client
	warnings []string
}

func (w *wishes) warn(format string, args ...any) {
	w.warnings = append(w.warnings, fmt.Sprintf(format, args...))
}

// terms maps names to ids. One that the role may not make is left out.
func (w *wishes) terms(ctx context.Context, taxonomy string, names []string) ([]int64, error) {
	var ids []int64
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		t, err := w.site.Term(ctx, taxonomy, name)
		if errs.Is(err, errs.Forbidden) {
			w.warn("%s: %q does not exist on the site and this user may not make it; it was left out", taxonomy, name)
			continue
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	return ids, nil
}

// plugins are the meta keys of SEO plugins: title, description, keyword.
var plugins = []struct{ name, title, description, keyword string }{
	{"Yoast SEO", "_yoast_wpseo_title", "_yoast_wpseo_metadesc", "_yoast_wpseo_focuskw"},
	{"Rank Math", "rank_math_title", "rank_math_description", "rank_math_focus_keyword"},
	{"SEOPress", "_seopress_titles_title", "_seopress_titles_desc", "_seopress_analysis_target_kw"},
	{"IGNY8", "_igny8_meta_title", "_igny8_meta_description", ""},
}

// meta fills the keys that the site has registered for REST; WordPress drops others
// without a word. An empty value is not sent: it would reset what the site makes itself.
func (w *wishes) meta(registered client.Meta, a publish.Article) map[string]any {
	out := map[string]any{}
	set := func(key, value string) bool {
		_, ok := registered[key]
		if ok && value != "" {
			out[key] = value
		}
		return ok
	}
	title, description := a.MetaTitle == "", a.MetaDescription == ""
	for _, p := range plugins {
		title = set(p.title, a.MetaTitle) || title
		description = set(p.description, a.MetaDescription) || description
		set(p.keyword, a.PrimaryKeyword)
	}
	set("_igny8_content_id", a.ContentID)
	if !title || !description {
		w.warn("meta title or description: this site offers no such fields over REST (install the IGNY8 plugin); they were not written")
	}
	return out
}

// ReadBack compares what the site holds with what was asked for.
func (d *Destination) ReadBack(ctx context.Context, postID string, f publish.Final) (publish.Post, []string, error) {
	id, err := number(postID)
	if err != nil {
		return publish.Post{}, nil, err
	}
	me, err := d.site.Me(ctx)
	if err != nil {
		return publish.Post{}, nil, err
	}
	p, err := d.site.Post(ctx, id)
	if err != nil {
		return publish.Post{}, nil, err
	}
	w := &wishes{site: d.site}
	if err := w.compare(p, f); err != nil {
		return publish.Post{}, nil, err
	}
	return post(p, me.ID), w.warnings, nil
}

func (w *wishes) compare(p *client.Post, f publish.Final) error {
	raw, err := content(f)
	if err != nil {
		return err
	}
	a := f.Article
	if p.Status != f.Status {
		w.warn("status: asked for %q, the site says %q", f.Status, p.Status)
	}
	if !same(p.Title.Raw, a.Title) {
		w.warn("title: the site changed it to %q", p.Title.Raw)
	}
	if tidy(p.Content.Raw) != tidy(raw) {
		w.warn("content: the site changed the text (%d of %d characters are left)", len(p.Content.Raw), len(raw))
	}
	if _, nonce, _ := publish.ReadMarker(p.Content.Raw); nonce != f.Nonce {
		w.warn("content: the site removed our comment from the text, so the post can't be told by it")
	}
	if !same(p.Excerpt.Raw, a.Excerpt) {
		w.warn("excerpt: the site changed it")
	}
	if a.Slug != "" && p.Slug != a.Slug {
		w.warn("slug: %q was taken or changed, the site uses %q", a.Slug, p.Slug)
	}
	if f.Featured != nil && strconv.FormatInt(p.Featured, 10) != f.Featured.ID {
		w.warn("featured image: the site did not set it")
	}
	if len(p.Tags) < len(distinct(a.Tags)) {
		w.warn("tags: %d of %d are on the post", len(p.Tags), len(distinct(a.Tags)))
	}
	if len(p.Categories) < len(distinct(a.Categories)) {
		w.warn("categories: %d of %d are on the post", len(p.Categories), len(distinct(a.Categories)))
	}
	w.compareMeta(p.Meta, a)
	return nil
}

func (w *wishes) compareMeta(has client.Meta, a publish.Article) {
	quiet := &wishes{}
	for key, want := range quiet.meta(has, a) {
		if has[key] != want {
			w.warn("meta: the site did not keep %s", key)
		}
	}
}

// tidy takes out what the filter for authors writes otherwise without changing anything.
func tidy(raw string) string { return strings.ReplaceAll(strings.TrimSpace(raw), " />", "/>") }

// same compares a text whose entities the site may have written otherwise.
func same(got, want string) bool {
	return strings.TrimSpace(html.UnescapeString(got)) == strings.TrimSpace(html.UnescapeString(want))
}

func distinct(names []string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		if n = strings.ToLower(strings.Join(strings.Fields(n), " ")); n != "" {
			out[n] = true
		}
	}
	return out
}
