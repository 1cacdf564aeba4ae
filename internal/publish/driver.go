package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"regexp"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Destination is a place where content is published. Find, Picture, Finish, ReadBack and
// Trash are safe to repeat; Draft is not, and the Service never repeats it blindly.
// All return errs kinds: NotFound when the post is gone, Unavailable and Exhausted to try
// again later, the others for a person to mend.
type Destination interface {
	// Find gives the posts that carry the content's marker in their raw text, in any
	// status and the trash, oldest first.
	Find(ctx context.Context, contentID string) ([]Post, error)
	// Draft makes an unpublished post that holds a title and the marker alone.
	Draft(ctx context.Context, d Draft) (Post, error)
	// Picture gives the post's picture on the site, and uploads it when the site has none
	// of that content hash.
	Picture(ctx context.Context, postID, title string, p Picture) (Media, error)
	// Finish brings the post to its final state and says what could not be done.
	Finish(ctx context.Context, postID string, f Final) (warnings []string, err error)
	// ReadBack reads the post and names what differs from what was asked for.
	ReadBack(ctx context.Context, postID string, f Final) (p Post, differences []string, err error)
	// Trash moves the post to where a person can take it back from; it never deletes.
	Trash(ctx context.Context, postID string) error
}

// Destinations makes the Destination of a site; Invalid or NotFound when the site has no
// (active) integration of that name.
type Destinations interface {
	Destination(ctx context.Context, s account.Scope, site, name string) (Destination, error)
}

// Draft is what the first call creates.
type Draft struct {
	ContentID string
	Nonce     string
	Title     string
}

// Final is the state that a post shall have.
type Final struct {
	Article   Article
	Nonce     string // of the marker
	Status    string // publish or draft
	Featured  *Media
	InArticle []Media // beside Article.InArticle, in the same order
}

// Media is a picture on the site.
type Media struct {
	ID  string
	URL string
}

// Post is a post on the site, as far as publishing once needs it.
type Post struct {
	ID     string
	URL    string
	Status string // publish, future, draft, pending, private, trash
	Title  string
	Nonce  string // of its marker
	Ours   bool   // its author is the user that we publish as
	Bare   bool   // it holds nothing but the marker: Finish never reached it
	Edited bool   // it was changed after it was made
}

// Marker is the HTML comment that tells our post of a content and an attempt.
func Marker(contentID, nonce string) string {
	return "<!-- igny8:content=" + contentID + " nonce=" + nonce + " -->"
}

var marker = regexp.MustCompile(`<!--\s*igny8:content=([A-Za-z0-9_-]+) nonce=([A-Za-z0-9_-]+)\s*-->`)

// ReadMarker gives content and nonce of the first marker in a raw text.
func ReadMarker(raw string) (contentID, nonce string, ok bool) {
	m := marker.FindStringSubmatch(raw)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// Bytes reads the picture's file; Exhausted when it has more than limit bytes, Internal
// when its content is not what its hash names.
func (p Picture) Bytes(ctx context.Context, limit int64) ([]byte, error) {
	if p.Open == nil {
		return nil, errs.New(errs.Internal, "internal", "").With(errors.New("publish: picture without a file"))
	}
	r, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, errs.New(errs.Unavailable, "picture_read", "the picture could not be read").With(err)
	}
	if int64(len(b)) > limit {
		return nil, errs.New(errs.Exhausted, "too_large", "the picture is too large to be published")
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != p.SHA256 {
		return nil, errs.New(errs.Internal, "internal", "").With(errors.New("publish: picture " + p.ImageID + " is not the file of its hash"))
	}
	return b, nil
}
