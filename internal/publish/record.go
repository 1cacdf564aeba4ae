package publish

import (
	"html"
	"slices"
	"time"
)

// The states of a PublishingRecord (facts 13.1).
const (
	Pending   = "pending"
	Done      = "published"
	Failed    = "failed"
	Retracted = "retracted"
)

// Record is the PublishingRecord of a content at a destination.
type Record struct {
	ContentID      string    `json:"content"`
	Destination    string    `json:"destination"`
	ExternalID     string    `json:"external_id,omitempty"`
	ExternalURL    string    `json:"external_url,omitempty"`
	ExternalStatus string    `json:"external_status,omitempty"` // as the site says: publish, draft, …
	Status         string    `json:"status"`
	Nonce          string    `json:"nonce,omitempty"`  // of the post with ExternalID; before that, of the newest attempt
	Nonces         []string  `json:"nonces,omitempty"` // of all attempts
	MediaIDs       []string  `json:"media_ids,omitempty"`
	Warnings       []string  `json:"warnings,omitempty"`
	LastError      string    `json:"last_error,omitempty"`
	PublishedAt    time.Time `json:"published_at,omitzero"`
	Lease          string    `json:"lease,omitempty"` // of the publication under way
	LeaseOwner     string    `json:"lease_owner,omitempty"`
	LeaseUntil     time.Time `json:"lease_until,omitzero"`
	CreatedAt      time.Time `json:"-"`
	Version        int64     `json:"-"`
}

// satisfies tells whether what is on the site is all that a request wants: a content is
// published once, and one that went out as a draft may go public later.
func (r *Record) satisfies(status string) bool {
	return r.Status == Done && (status == r.ExternalStatus || r.ExternalStatus != "draft" && r.ExternalStatus != "pending")
}

func (r *Record) published() Published {
	return Published{ExternalID: r.ExternalID, ExternalURL: r.ExternalURL, Status: r.ExternalStatus, MediaIDs: r.MediaIDs, Warnings: r.Warnings}
}

// leased tells whether a publication is under way. The sole owner of the data knows that
// other owners are gone.
func (r *Record) leased(now time.Time, owner string, sole bool) bool {
	return r.Lease != "" && r.LeaseUntil.After(now) && (r.LeaseOwner == owner || !sole)
}

// Attempt is one POST that may have left a draft: it is stored before the call and goes
// when its answer is stored, or when the looks for its draft are over.
type Attempt struct {
	ContentID   string    `json:"content"`
	Destination string    `json:"destination"`
	Nonce       string    `json:"nonce"`
	Title       string    `json:"title"` // of the draft
	Started     time.Time `json:"started"`
	Looks       int       `json:"looks"` // done
	Due         time.Time `json:"due"`   // of the next look
}

// adopt chooses among the posts that carry our marker the one that belongs to the record:
// one of its own attempts first, one outside the trash first, then the oldest. Posts of
// other authors are never ours.
func (r *Record) adopt(found []Post) (Post, bool) {
	best, rank := Post{}, 0
	for _, p := range found {
		if !p.Ours {
			continue
		}
		points := 1
		if slices.Contains(r.Nonces, p.Nonce) {
			points += 4
		}
		if p.Status != "trash" {
			points += 2
		}
		if points > rank {
			best, rank = p, points
		}
	}
	return best, rank > 0
}

// stray tells whether a post is a draft that an attempt left behind and nobody touched.
// A duplicate that the customer made carries the marker too: it has another author, or a
// body, or it is the duplicate of the post that we know.
func (a Attempt) stray(p Post, r *Record) bool {
	return p.Nonce == a.Nonce && p.ID != r.ExternalID && p.Status == "draft" && p.Ours && p.Bare && !p.Edited &&
		p.Title == html.UnescapeString(a.Title)
}
