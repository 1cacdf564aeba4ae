// Package wordpress is the publish.Destination of a WordPress site, by its REST API.
package wordpress

import (
	"cmp"
	"context"
	"html"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/publish"
	client "github.com/igny8/igny8/internal/wordpress"
)

// maxPicture is the size of a picture that is uploaded, in bytes.
const maxPicture = 20 << 20

// Destination publishes to one site as one user. It is safe for concurrent use.
type Destination struct{ site *client.Client }

// New makes a Destination.
func New(site *client.Client) *Destination { return &Destination{site: site} }

var _ publish.Destination = (*Destination)(nil)

// Find searches by the content id and believes the raw text alone.
func (d *Destination) Find(ctx context.Context, contentID string) ([]publish.Post, error) {
	me, err := d.site.Me(ctx)
	if err != nil {
		return nil, err
	}
	hits, err := d.site.Search(ctx, "igny8:content="+contentID)
	if err != nil {
		return nil, err
	}
	var out []publish.Post
	for i := range hits {
		if id, _, ok := publish.ReadMarker(hits[i].Content.Raw); ok && id == contentID {
			out = append(out, post(&hits[i], me.ID))
		}
	}
	return out, nil
}

func post(p *client.Post, me int64) publish.Post {
	id, nonce, ok := publish.ReadMarker(p.Content.Raw)
	return publish.Post{
		ID: strconv.FormatInt(p.ID, 10), URL: p.Link, Status: p.Status, Title: html.UnescapeString(p.Title.Raw), Nonce: nonce, Ours: p.Author == me,
		Bare: ok && strings.TrimSpace(p.Content.Raw) == publish.Marker(id, nonce),
		// The dates alone do not tell: saving a draft moves both of them.
		Edited: !p.Modified.Equal(p.Date.Time) || p.Revisions() > 0 || p.Excerpt.Raw != "" || p.Featured != 0 || len(p.Tags) > 0,
	}
}

// Draft makes the post with its title and the marker alone.
func (d *Destination) Draft(ctx context.Context, in publish.Draft) (publish.Post, error) {
	me, err := d.site.Me(ctx)
	if err != nil {
		return publish.Post{}, err
	}
	raw := publish.Marker(in.ContentID, in.Nonce)
	p, err := d.site.CreatePost(ctx, client.PostInput{Title: &in.Title, Content: &raw, Status: "draft"})
	if err != nil {
		return publish.Post{}, err
	}
	return post(p, me.ID), nil
}

// slug names a picture by what it holds, so that a repeat finds it.
func slug(p publish.Picture) string { return "igny8-" + strings.ToLower(p.SHA256) }

// Picture looks the file up by its hash and uploads it when the site lacks it. The texts
// are set again when a crash lost them.
func (d *Destination) Picture(ctx context.Context, postID, title string, p publish.Picture) (publish.Media, error) {
	m, err := d.site.FindMedia(ctx, slug(p))
	switch {
	case err == nil && m.Alt != p.Alt && m.Alt == "":
		if m, err = d.site.DescribeMedia(ctx, m.ID, title, p.Alt, p.Caption); err != nil {
			return publish.Media{}, err
		}
	case errs.Is(err, errs.NotFound):
		if m, err = d.upload(ctx, postID, title, p); err != nil {
			return publish.Media{}, err
		}
	case err != nil:
		return publish.Media{}, err
	}
	return publish.Media{ID: strconv.FormatInt(m.ID, 10), URL: m.Source}, nil
}

func (d *Destination) upload(ctx context.Context, postID, title string, p publish.Picture) (*client.Media, error) {
	file, err := p.Bytes(ctx, maxPicture)
	if err != nil {
		return nil, err
	}
	id, err := number(postID)
	if err != nil {
		return nil, err
	}
	m, err := d.site.UploadMedia(ctx, client.Upload{Slug: slug(p), ContentType: p.ContentType, Content: file,
		Title: title, Alt: p.Alt, Caption: p.Caption, Post: id})
	if errs.Is(err, errs.Forbidden) { // WordPress says so too when the post is gone
		if _, gone := d.site.Post(ctx, id); errs.Is(gone, errs.NotFound) {
			return nil, gone
		}
	}
	return m, err
}

// Finish maps the terms, then sets everything in one request by id.
func (d *Destination) Finish(ctx context.Context, postID string, f publish.Final) ([]string, error) {
	id, err := number(postID)
	if err != nil {
		return nil, err
	}
	now, err := d.site.Post(ctx, id)
	if err != nil {
		return nil, err
	}
	if mine, err := d.mine(ctx, now, f.Article); err != nil || !mine {
		return nil, cmp.Or(err, stranger(id))
	}
	raw, err := content(f)
	if err != nil {
		return nil, err
	}
	w := &wishes{site: d.site}
	in := client.PostInput{Title: &f.Article.Title, Content: &raw, Excerpt: &f.Article.Excerpt, Status: f.Status, Slug: f.Article.Slug}
	if in.Categories, err = w.terms(ctx, client.Categories, f.Article.Categories); err != nil {
		return nil, err
	}
	if in.Tags, err = w.terms(ctx, client.Tags, f.Article.Tags); err != nil {
		return nil, err
	}
	if f.Featured != nil {
		media, err := number(f.Featured.ID)
		if err != nil {
			return nil, err
		}
		in.Featured = &media
	}
	in.Meta = w.meta(now.Meta, f.Article)
	_, err = d.site.UpdatePost(ctx, id, in)
	return w.warnings, err
}

// mine tells whether a post is the one that we made for the article: it carries our marker,
// or, on a site that takes comments out of texts, our author and the title.
func (d *Destination) mine(ctx context.Context, p *client.Post, a publish.Article) (bool, error) {
	if content, _, ok := publish.ReadMarker(p.Content.Raw); ok {
		return content == a.ContentID, nil
	}
	me, err := d.site.Me(ctx)
	return err == nil && p.Author == me.ID && same(p.Title.Raw, a.Title), err
}

// stranger is for a post that bears our id and not our marker: the site was restored,
// replaced or moved since we made ours, and what stands there now is not overwritten.
func stranger(id int64) error {
	return errs.New(errs.NotFound, "wordpress_not_ours", "post "+strconv.FormatInt(id, 10)+" of the site is not the one that we made").Because(errs.WordPress)
}

// Trash moves the post to the trash; NotFound, when it is gone, is what was wanted.
func (d *Destination) Trash(ctx context.Context, postID string) error {
	id, err := number(postID)
	if err != nil {
		return err
	}
	if err := d.site.TrashPost(ctx, id); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return nil
}

func number(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, errs.New(errs.Internal, "internal", "").With(err)
	}
	return n, nil
}
