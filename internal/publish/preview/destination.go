// Package preview is a publish.Destination of its own: a site of the account's articles
// that this program keeps in its blob store and serves itself (Handler), so that content
// can be read as a visitor would before there is a WordPress.
package preview

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/table"
)

const (
	maxPicture  = 20 << 20 // bytes
	maxDocument = 8 << 20  // bytes
)

// Store is where preview sites are kept.
type Store struct {
	Table table.Table
	Blobs blob.Store
	Clock clock.Clock
	// Base is the origin that Handler is served on, such as http://127.0.0.1:8081.
	Base string
}

// Site makes the Destination of one site. Its writes are durable when a call returns, and
// a post's id follows from its content, so that repeats can't double it.
func (st Store) Site(s account.Scope, site string) publish.Destination {
	return &destination{Store: st, items: items{st.Table}, scope: s, site: site}
}

// Address is where a post can be read now, whatever address it was published under: the
// origin may change from one start of the program to the next. False for a post that no
// preview site made.
func (st Store) Address(site, id string) (string, bool) {
	return strings.TrimRight(st.Base, "/") + "/" + site + "/" + id + "/", strings.HasPrefix(id, idPrefix+"_")
}

type destination struct {
	Store
	items items
	scope account.Scope
	site  string
}

func (d *destination) base() string { return strings.TrimRight(d.Base, "/") + "/" + d.site + "/" }

func picturePath(site, sha string) []string { return []string{"preview", site, "pictures", sha} }
func bodyPath(site, sha string) []string    { return []string{"preview", site, "posts", sha + ".json"} }

// Find gives the post of the content.
func (d *destination) Find(ctx context.Context, contentID string) ([]publish.Post, error) {
	p, err := d.items.get(ctx, d.scope, d.site, postID(d.site, contentID))
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []publish.Post{p.outside(d.base())}, nil
}

// Draft makes the post, unless it is there.
func (d *destination) Draft(ctx context.Context, in publish.Draft) (publish.Post, error) {
	p, err := d.items.create(ctx, d.scope, d.site, post{ID: postID(d.site, in.ContentID), ContentID: in.ContentID,
		Nonce: in.Nonce, Status: "draft", Title: in.Title, Date: d.Clock.Now()})
	if err != nil {
		return publish.Post{}, err
	}
	return p.outside(d.base()), nil
}

// Picture stores the file under its hash.
func (d *destination) Picture(ctx context.Context, _, _ string, p publish.Picture) (publish.Media, error) {
	file, err := p.Bytes(ctx, maxPicture)
	if err != nil {
		return publish.Media{}, err
	}
	if !allowed[p.ContentType] {
		return publish.Media{}, errs.Field("content_type", "the preview site shows png, jpeg, webp, gif and avif pictures")
	}
	err = d.Blobs.PutNew(ctx, blob.Of(d.scope, picturePath(d.site, p.SHA256)...), p.ContentType, file)
	if err != nil && !errs.Is(err, errs.Conflict) {
		return publish.Media{}, err
	}
	return publish.Media{ID: p.SHA256, URL: d.base() + "pictures/" + p.SHA256}, nil
}

// allowed are the picture types that a browser may show from here; SVG can hold scripts.
var allowed = map[string]bool{"image/png": true, "image/jpeg": true, "image/webp": true, "image/gif": true, "image/avif": true}

// document is a post's long part, as the blob store holds it.
type document struct {
	HTML            string   `json:"html"` // clean, with its pictures
	MetaTitle       string   `json:"meta_title,omitempty"`
	MetaDescription string   `json:"meta_description,omitempty"`
	Categories      []string `json:"categories,omitempty"`
	Tags            []string `json:"tags,omitempty"`
	Caption         string   `json:"caption,omitempty"` // of the featured picture
}

// Finish stores the document, then turns the item over to it.
func (d *destination) Finish(ctx context.Context, id string, f publish.Final) ([]string, error) {
	p, err := d.items.get(ctx, d.scope, d.site, id)
	if err != nil {
		return nil, err
	}
	text, err := render(f)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	sha := hex.EncodeToString(sum[:])
	if err := d.Blobs.Put(ctx, blob.Of(d.scope, bodyPath(d.site, sha)...), "application/json", text); err != nil {
		return nil, err
	}
	p.Status, p.Nonce, p.Body = f.Status, f.Nonce, sha
	p.Title, p.Excerpt, p.Demo = f.Article.Title, f.Article.Excerpt, f.Article.Demo
	p.Cover, p.CoverAlt, p.Category = "", "", ""
	if f.Featured != nil {
		p.Cover, p.CoverAlt = f.Featured.ID, f.Article.Featured.Alt
	}
	if len(f.Article.Categories) > 0 {
		p.Category = f.Article.Categories[0]
	}
	return nil, d.items.replace(ctx, d.scope, d.site, p)
}

func render(f publish.Final) ([]byte, error) {
	parts, err := f.Article.Body()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, part := range parts {
		if part.Node != nil {
			b.WriteString(publish.Outer(part.Node) + "\n")
			continue
		}
		pic := f.Article.InArticle[part.Picture]
		b.WriteString(`<figure><img src="../pictures/` + f.InArticle[part.Picture].ID + `" alt="` + html.EscapeString(pic.Alt) + `" loading="lazy">`)
		if pic.Caption != "" {
			b.WriteString("<figcaption>" + html.EscapeString(pic.Caption) + "</figcaption>")
		}
		b.WriteString("</figure>\n")
	}
	doc := document{HTML: b.String(), MetaTitle: f.Article.MetaTitle, MetaDescription: f.Article.MetaDescription,
		Categories: f.Article.Categories, Tags: f.Article.Tags}
	if f.Featured != nil {
		doc.Caption = f.Article.Featured.Caption
	}
	return json.Marshal(doc)
}

// ReadBack reads the item and its document.
func (d *destination) ReadBack(ctx context.Context, id string, f publish.Final) (publish.Post, []string, error) {
	p, err := d.items.get(ctx, d.scope, d.site, id)
	if err != nil {
		return publish.Post{}, nil, err
	}
	var differences []string
	if p.Status != f.Status || p.Title != f.Article.Title || p.Nonce != f.Nonce {
		differences = append(differences, "the preview site holds another state of the post")
	}
	if _, err := d.document(ctx, p); err != nil {
		return publish.Post{}, nil, err
	}
	return p.outside(d.base()), differences, nil
}

func (d *destination) document(ctx context.Context, p *post) (*document, error) {
	if p.Body == "" {
		return nil, notFound()
	}
	text, _, err := blob.Read(ctx, d.Blobs, blob.Of(d.scope, bodyPath(d.site, p.Body)...), maxDocument)
	if err != nil {
		return nil, err
	}
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, errs.New(errs.Internal, "internal", "").With(err)
	}
	return &doc, nil
}

// Trash takes the post off the site; its texts stay.
func (d *destination) Trash(ctx context.Context, id string) error {
	p, err := d.items.get(ctx, d.scope, d.site, id)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.Status = "trash"
	return d.items.replace(ctx, d.scope, d.site, p)
}
