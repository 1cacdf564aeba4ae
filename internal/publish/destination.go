// Package publish brings finished content to a site once (protocols 7): lease, nonce,
// look-up, draft, pictures, final state, read back. Its destinations are WordPress by REST
// and the preview site.
package publish

import (
	"context"
	"io"
)

// Article is finished content on its way out.
type Article struct {
	ContentID       string
	Title           string
	Slug            string
	HTML            string // body without pictures
	Excerpt         string
	MetaTitle       string
	MetaDescription string
	PrimaryKeyword  string
	Categories      []string
	Tags            []string
	Featured        *Picture
	InArticle       []Picture // placed after the headings, in order of Position
	Demo            bool      // written by the demo writer: labelled everywhere
}

// Picture is an image of an article.
type Picture struct {
	ImageID     string
	SHA256      string // of the file; names the media on the site
	ContentType string
	Alt         string
	Caption     string
	Position    int
	Open        func(ctx context.Context) (io.ReadCloser, error)
}

// Published is what the site holds after a publication.
type Published struct {
	ExternalID  string
	ExternalURL string
	Status      string // publish, draft, …, as the site says
	MediaIDs    []string
	Warnings    []string // what the site changed or dropped, found by reading back
}
