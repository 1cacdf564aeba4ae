package preview

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/table"
)

// post is the small item of a post; its body is in the blob store. The index of a site is
// one query over these.
type post struct {
	ID        string    `json:"external_id"`
	ContentID string    `json:"content"`
	Nonce     string    `json:"nonce"`
	Status    string    `json:"status"`
	Title     string    `json:"title"`
	Excerpt   string    `json:"excerpt,omitempty"`
	Body      string    `json:"body,omitempty"` // SHA-256 of the document; empty while bare
	Cover     string    `json:"cover,omitempty"`
	CoverAlt  string    `json:"cover_alt,omitempty"`
	Category  string    `json:"category,omitempty"`
	Demo      bool      `json:"demo,omitempty"`
	Date      time.Time `json:"date"`
	Version   int64     `json:"-"`
}

// items are the access patterns:
//
//	A#<account>#S#<site>  PREVIEW#<id>   post
type items struct{ table table.Table }

// postID is the same for the same content: a second post can't come to be.
func postID(site, contentID string) string { return id.Hash(idPrefix, site, contentID) }

const idPrefix = "pre"

func key(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "PREVIEW#" + id}
}

func (i items) get(ctx context.Context, s account.Scope, site, id string) (*post, error) {
	it, err := i.table.Get(ctx, key(s, site, id), table.Consistent)
	if err != nil {
		return nil, err
	}
	return decode(it)
}

func decode(it table.Item) (*post, error) {
	var p post
	if err := table.Decode(it.Attrs, &p); err != nil {
		return nil, err
	}
	p.Version = it.Version
	return &p, nil
}

// create stores a new post; the one that is there when there is one already.
func (i items) create(ctx context.Context, s account.Scope, site string, p post) (*post, error) {
	err := i.put(ctx, s, site, &p, table.Absent())
	if table.FailedCondition(err) != nil {
		return i.get(ctx, s, site, p.ID)
	}
	return &p, err
}

func (i items) replace(ctx context.Context, s account.Scope, site string, p *post) error {
	return i.put(ctx, s, site, p, table.VersionIs(p.Version))
}

func (i items) put(ctx context.Context, s account.Scope, site string, p *post, cond table.Cond) error {
	attrs, err := table.Encode(p)
	if err != nil {
		return err
	}
	return i.table.Write(ctx, table.Put(table.Item{Key: key(s, site, p.ID), Type: "preview_post", Version: p.Version, Attrs: attrs}, cond))
}

// list gives the posts of a site that can be read, newest first.
func (i items) list(ctx context.Context, s account.Scope, site string) ([]*post, error) {
	var out []*post
	for it, err := range table.All(ctx, i.table, table.Query{Partition: table.OfSite(s, site), Prefix: "PREVIEW#"}) {
		if err != nil {
			return nil, err
		}
		p, err := decode(it)
		if err != nil {
			return nil, err
		}
		if p.Body != "" && p.Status != "trash" {
			out = append(out, p)
		}
	}
	return out, nil
}

func notFound() error {
	return errs.New(errs.NotFound, "not_found", "there is no such post on the preview site")
}

func (p *post) outside(base string) publish.Post {
	return publish.Post{ID: p.ID, URL: base + p.ID + "/", Status: p.Status, Title: p.Title, Nonce: p.Nonce, Ours: true, Bare: p.Body == ""}
}
