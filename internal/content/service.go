package content

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted content can be restored.
const KeepDeleted = 14 * 24 * time.Hour

// MaxHTML is the most bytes that a body may have.
const MaxHTML = 2 << 20

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	records record.Store[Content]
	table   table.Table
	blobs   blob.Store
	clock   clock.Clock
}

// NewService makes a Service on a table and a blob store.
func NewService(t table.Table, b blob.Store, c clock.Clock) *Service {
	return &Service{records: record.NewStore(kind, t, c), table: t, blobs: b, clock: c}
}

// Filter narrows a list; its zero value takes all that is not deleted.
type Filter struct {
	Status     Status
	SiteStatus SiteStatus
	Cluster    string
	Search     string // part of the title, in any case
}

func (f Filter) takes(c Content) bool {
	return !c.Deleted && (f.Status == "" || c.Status == f.Status) && (f.SiteStatus == "" || c.SiteStatus == f.SiteStatus) &&
		(f.Cluster == "" || c.Cluster == f.Cluster) && strings.Contains(strings.ToLower(c.Title), strings.ToLower(f.Search))
}

// List reads a site's contents, oldest first. NotFound when the Scope does not see the site.
func (v *Service) List(ctx context.Context, s account.Scope, site string, f Filter) ([]Content, error) {
	return v.records.List(ctx, s, site, f.takes, Compare)
}

// Each gives every content of a site that is not deleted, in no particular order, and holds
// few of them: for whoever looks for some among many. After an error there is nothing more.
func (v *Service) Each(ctx context.Context, s account.Scope, site string) iter.Seq2[Content, error] {
	return v.records.Each(ctx, s, site)
}

// Compare is the order of List: the oldest first.
func Compare(a, b Content) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
}

// Get reads one content without its body; NotFound when absent or deleted.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Content, error) {
	return v.records.Get(ctx, s, site, id)
}

// Known tells whether a content is kept, deleted ones included.
func (v *Service) Known(ctx context.Context, s account.Scope, site, id string) (bool, error) {
	_, err := v.records.Load(ctx, s, site, id)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, errs.Wrap("know content", err)
}

// HTML reads a content's body; NotFound when the content is absent or deleted.
func (v *Service) HTML(ctx context.Context, s account.Scope, site, id string) (string, error) {
	c, err := v.Get(ctx, s, site, id)
	if err != nil {
		return "", err
	}
	return v.body(ctx, s, c)
}

// body reads the body of a content as it was read.
func (v *Service) body(ctx context.Context, s account.Scope, c Content) (string, error) {
	b, _, err := blob.Read(ctx, v.blobs, htmlName(s, c.Site, c.ID, c.HTMLHash), MaxHTML)
	if err != nil {
		return "", errs.Wrap("read content_html", err)
	}
	if got := sum(b); got != c.HTMLHash {
		return "", errs.New(errs.Internal, "html_hash", "the stored text does not fit its hash").Because(errs.Ours)
	}
	return string(b), nil
}

// Store cleans a body, writes it to the blob store and fills in what follows from it: hash,
// word count, headings. The item itself is not written: put it into a transaction after.
// Safe to repeat. Invalid: no words are left, or too many bytes.
func (v *Service) Store(ctx context.Context, s account.Scope, c *Content, body string) error {
	body = Clean(body)
	if Words(body) == 0 {
		return errs.Field("content_html", "write the text")
	}
	if len(body) > MaxHTML {
		return errs.Field("content_html", "use at most 2 MB")
	}
	c.HTMLHash, c.WordCount, c.Headings = sum([]byte(body)), Words(body), Headings(body)
	err := v.blobs.Put(ctx, htmlName(s, c.Site, c.ID, c.HTMLHash), "text/html; charset=utf-8", []byte(body))
	return errs.Wrap("store content_html", err)
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func notInReview() error {
	return errs.New(errs.Conflict, "not_in_review", "it is still a draft: move it to review first")
}

func notDraft() error { return errs.New(errs.Conflict, "not_draft", "it is no draft any more") }

// ToReview moves a draft to review by hand, also without pictures. Conflict otherwise.
func (v *Service) ToReview(ctx context.Context, s account.Scope, site, id string) error {
	return errs.Wrap("move content to review", v.table.Write(ctx, ReviewOp(s, site, id, "")))
}

// Approve says that a person stands for a text in review. Repeating it is no error;
// Conflict when it is still a draft.
func (v *Service) Approve(ctx context.Context, s account.Scope, site, id string) error {
	c, err := v.Get(ctx, s, site, id)
	switch {
	case err != nil || c.Status == Approved:
		return err
	case c.Status == Draft:
		return notInReview()
	}
	return errs.Wrap("approve content", v.table.Write(ctx, change(s, site, id,
		table.Attrs{"status": string(Approved), "approved_by": s.Actor()}, nil, table.Equals("status", string(Review)))))
}

// MaxReason is the most characters of the reason of a rejection.
const MaxReason = 1000

// Reject sends a text in review, or an approved one that is not on the site, back to draft,
// and keeps why. It stays a draft then until a person moves it to review. Invalid without a
// reason; Conflict when it is a draft already, or on the site. Repeating it is no error.
func (v *Service) Reject(ctx context.Context, s account.Scope, site, id, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > MaxReason {
		return errs.Field("reason", "say in 1 to 1000 characters what has to change")
	}
	return errs.Wrap("reject content", httpapi.Edit(ctx, func() error {
		c, err := v.Get(ctx, s, site, id)
		if err != nil {
			return err
		}
		switch {
		case c.Status == Draft && c.RejectReason == reason:
			return nil
		case c.Status == Draft:
			return errs.New(errs.Conflict, "not_in_review", "it is a draft already")
		case c.SiteStatus == Published || c.SiteStatus == Publishing:
			return c.Publishable()
		}
		if err := httpapi.Unchanged(ctx, c.Version); err != nil {
			return err
		}
		return v.table.Write(ctx, change(s, site, id, table.Attrs{"status": string(Draft), "reject_reason": reason, "rejected_by": s.Actor(),
			"site_status": string(NotPublished)}, []string{"approved_by", "scheduled_publish_at"}, table.VersionIs(c.Version)))
	}))
}

// Schedule sets when an approved text is to be published; a zero time takes the date away.
// Invalid: the time is past. Conflict: it is not approved, or on the site already.
func (v *Service) Schedule(ctx context.Context, s account.Scope, site, id string, at time.Time) error {
	c, err := v.Get(ctx, s, site, id)
	if err != nil {
		return err
	}
	if err := c.Publishable(); err != nil {
		return err
	}
	if c.Status != Approved {
		return errs.New(errs.Conflict, "not_approved", "approve it before you give it a date")
	}
	attrs, remove := table.Attrs{"site_status": string(Scheduled), "scheduled_publish_at": stamp(at)}, []string(nil)
	switch {
	case at.IsZero():
		attrs, remove = table.Attrs{"site_status": string(NotPublished)}, []string{"scheduled_publish_at"}
	case !at.After(v.clock.Now()):
		return errs.Field("scheduled_publish_at", "choose a time to come")
	}
	attrs["site_status_updated_at"] = stamp(v.clock.Now())
	return errs.Wrap("schedule content", v.table.Write(ctx, change(s, site, id, attrs, remove, table.VersionIs(c.Version))))
}

// Claim names the job that is to publish a text.
type Claim struct {
	Job     string
	Input   string // with Attempt it leads back to the same job
	Attempt int
}

// StartPublishing gives the publication of a text to a job: site_status publishing. Only one
// job at a time gets it; repeating it for the same job is no error. Conflict: it is
// published, is a draft, or another job has it.
func (v *Service) StartPublishing(ctx context.Context, s account.Scope, site, id string, by Claim) (Content, error) {
	c, err := v.Get(ctx, s, site, id)
	if err != nil {
		return Content{}, err
	}
	if c.SiteStatus == Publishing && c.PublishJob == by.Job {
		return c, nil
	}
	if err := c.Publishable(); err != nil {
		return Content{}, err
	}
	err = v.table.Write(ctx, change(s, site, id, table.Attrs{"site_status": string(Publishing), "publish_job": by.Job,
		"publish_input": by.Input, "publish_try": int64(by.Attempt), "site_status_updated_at": stamp(v.clock.Now())}, nil, table.VersionIs(c.Version)))
	return c, errs.Wrap("start publishing", err)
}
