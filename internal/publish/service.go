package publish

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Options are the times of a Service; zero values take the defaults.
type Options struct {
	// Owner names this process. A lease of another owner counts until it runs out, or not
	// at all when SoleOwner: the embedded runtime holds its folder alone, so a restart
	// goes on at once.
	Owner     string
	SoleOwner bool
	Lease     time.Duration    // of one publication at most, default 15 minutes; a caller whose own deadline is nearer has it until soon after that
	Looks     [2]time.Duration // after an attempt; default 2 and 30 minutes
	GiveUp    time.Duration    // looks at a site that can't be reached end; default 7 days
	// Step is called after each step by its name; an error stops the publication there as
	// a crash would: nothing is released or cleaned up. For fault tests.
	Step func(step string) error
}

// Service publishes content once, in the order of protocols 7. It is safe for concurrent use.
type Service struct {
	items items
	to    Destinations
	clock clock.Clock
	ids   *id.Source
	opt   Options
}

// New makes a Service.
func New(t table.Table, to Destinations, c clock.Clock, ids *id.Source, o Options) *Service {
	if o.Owner == "" {
		o.Owner = ids.New("own")
	}
	if o.Lease == 0 {
		o.Lease = 15 * time.Minute
	}
	if o.Looks == [2]time.Duration{} {
		o.Looks = [2]time.Duration{2 * time.Minute, 30 * time.Minute}
	}
	if o.GiveUp == 0 {
		o.GiveUp = 7 * 24 * time.Hour
	}
	if o.Step == nil {
		o.Step = func(string) error { return nil }
	}
	return &Service{items: items{t}, to: to, clock: c, ids: ids, opt: o}
}

// Request asks for one publication.
type Request struct {
	Destination string // "wordpress" or "preview"
	Article     Article
	Status      string // "publish" or "draft"
}

// publication is one call of Publish under way.
type publication struct {
	*Service
	scope account.Scope
	site  string
	req   Request
	dest  Destination
	rec   *Record
}

// Publish brings the article to its destination and gives what the site holds then. It is
// safe to repeat after any error or crash: the content never gets a second post, and one
// that is published already is answered from the record without a call. Conflict with
// RetryAfter while the same content is being published; errors of the destination come
// through with their kinds.
func (s *Service) Publish(ctx context.Context, scope account.Scope, site string, req Request) (Published, error) {
	if err := req.validate(); err != nil {
		return Published{}, err
	}
	rec, err := s.items.record(ctx, scope, site, req.Article.ContentID, req.Destination)
	if err != nil {
		return Published{}, err
	}
	if rec.satisfies(req.Status) {
		return rec.published(), nil
	}
	dest, err := s.to.Destination(ctx, scope, site, req.Destination)
	if err != nil {
		return Published{}, err
	}
	p := &publication{Service: s, scope: scope, site: site, req: req, dest: dest, rec: rec}
	if err := p.lease(ctx); err != nil {
		return Published{}, err
	}
	if err := p.steps(ctx); err != nil {
		return Published{}, p.fail(ctx, err)
	}
	return p.rec.published(), nil
}

func (r Request) validate() error {
	switch {
	case r.Article.ContentID == "":
		return errs.Field("content", "name the content")
	case r.Article.Title == "":
		return errs.Field("title", "an article without a title can't be published")
	case r.Status != "publish" && r.Status != "draft":
		return errs.Field("status", `it has to be "publish" or "draft"`)
	}
	return nil
}

func busy(wait time.Duration) error {
	return errs.New(errs.Conflict, "publishing", "this content is being published just now").After(wait)
}

// stopped is the error of Options.Step: a crash that a test asked for.
type stopped struct{ error }

// Unwrap gives the error that Options.Step gave.
func (s stopped) Unwrap() error { return s.error }

func (p *publication) step(name string) error {
	if err := p.opt.Step(name); err != nil {
		return stopped{err}
	}
	return nil
}

// lease is step 1: one publication of a content at a time.
func (p *publication) lease(ctx context.Context) error {
	now := p.clock.Now()
	if p.rec.leased(now, p.opt.Owner, p.opt.SoleOwner) {
		return busy(p.rec.LeaseUntil.Sub(now))
	}
	p.rec.Lease, p.rec.LeaseOwner, p.rec.LeaseUntil = p.ids.New("lea"), p.opt.Owner, now.Add(p.leaseTime(ctx))
	return p.items.save(ctx, p.scope, p.site, p.rec)
}

// leaseTime is how long the lease lasts: as long as the caller may work, and until the site
// is done with what it was asked last (the time of the first look), at most Options.Lease. A
// caller whose time is cut (a function's deadline) is dead after it.
func (s *Service) leaseTime(ctx context.Context) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return min(s.opt.Lease, time.Until(end)+s.opt.Looks[0])
	}
	return s.opt.Lease
}

// steps are 2 to 8. Each may be where the last crash was.
func (p *publication) steps(ctx context.Context) error {
	if err := p.step("lease"); err != nil {
		return err
	}
	if p.rec.ExternalID == "" {
		if err := p.draft(ctx); err != nil {
			return err
		}
	}
	if p.rec.satisfies(p.req.Status) { // a former life of this data had published it
		return nil
	}
	final, err := p.pictures(ctx)
	if err != nil {
		return err
	}
	return p.finish(ctx, final)
}

// draft is steps 2 to 5: the nonce is stored before anything can carry it, a post that an
// earlier attempt left is adopted, and the new post stays a draft until its id is stored.
func (p *publication) draft(ctx context.Context) error {
	now := p.clock.Now()
	a := Attempt{ContentID: p.rec.ContentID, Destination: p.rec.Destination, Nonce: p.ids.New("non"), Title: p.req.Article.Title,
		Started: now, Due: now.Add(p.opt.Looks[0])}
	put, err := putAttempt(p.scope, p.site, a)
	if err != nil {
		return err
	}
	p.rec.Nonce, p.rec.Nonces = a.Nonce, append(p.rec.Nonces, a.Nonce)
	if err := p.items.save(ctx, p.scope, p.site, p.rec, put); err != nil {
		return err
	}
	if err := p.step("nonce"); err != nil {
		return err
	}
	found, err := p.dest.Find(ctx, p.rec.ContentID)
	if err != nil {
		return err
	}
	if err := p.step("find"); err != nil {
		return err
	}
	post, ok := p.rec.adopt(found)
	if !ok {
		if post, err = p.dest.Draft(ctx, Draft{ContentID: p.rec.ContentID, Nonce: a.Nonce, Title: p.req.Article.Title}); err != nil {
			return err
		}
		if err := p.step("post"); err != nil {
			return err
		}
	}
	return p.keep(ctx, post, a)
}

// keep is step 5. The attempt ends here: its nonce is on the post that we know, or on none.
func (p *publication) keep(ctx context.Context, post Post, a Attempt) error {
	known := slices.Contains(p.rec.Nonces, post.Nonce)
	p.rec.ExternalID, p.rec.ExternalURL, p.rec.Nonce = post.ID, post.URL, post.Nonce
	if !known && !post.Bare {
		// Published by us before this data began: what stands there may have been edited.
		p.settle(post, []string{"the site had this article already: it was left as it is"})
	}
	if err := p.items.save(ctx, p.scope, p.site, p.rec, table.Delete(a.key(p.scope, p.site))); err != nil {
		return err
	}
	return p.step("id")
}

// pictures is step 6.
func (p *publication) pictures(ctx context.Context) (Final, error) {
	art := p.req.Article
	art.InArticle = slices.Clone(art.InArticle)
	slices.SortStableFunc(art.InArticle, func(a, b Picture) int { return a.Position - b.Position })
	f := Final{Article: art, Nonce: p.rec.Nonce, Status: p.req.Status}
	if art.Featured != nil {
		m, err := p.picture(ctx, *art.Featured)
		if err != nil {
			return f, err
		}
		f.Featured = &m
	}
	for _, pic := range art.InArticle {
		m, err := p.picture(ctx, pic)
		if err != nil {
			return f, err
		}
		f.InArticle = append(f.InArticle, m)
	}
	return f, nil
}

func (p *publication) picture(ctx context.Context, pic Picture) (Media, error) {
	m, err := p.dest.Picture(ctx, p.rec.ExternalID, p.req.Article.Title, pic)
	if errs.Is(err, errs.NotFound) {
		return m, p.vanished(err)
	}
	if err != nil {
		return m, err
	}
	return m, p.step("picture")
}

// finish is steps 7 and 8.
func (p *publication) finish(ctx context.Context, f Final) error {
	warnings, err := p.dest.Finish(ctx, p.rec.ExternalID, f)
	if errs.Is(err, errs.NotFound) {
		return p.vanished(err)
	}
	if err != nil {
		return err
	}
	if err := p.step("finish"); err != nil {
		return err
	}
	post, differences, err := p.dest.ReadBack(ctx, p.rec.ExternalID, f)
	if err != nil {
		return err
	}
	if err := p.step("readback"); err != nil {
		return err
	}
	p.rec.MediaIDs = f.mediaIDs()
	p.settle(post, append(warnings, differences...))
	if err := p.items.save(ctx, p.scope, p.site, p.rec); err != nil {
		return err
	}
	return p.step("done")
}

func (p *publication) settle(post Post, warnings []string) {
	p.rec.Status, p.rec.ExternalURL, p.rec.ExternalStatus = Done, post.URL, post.Status
	p.rec.Warnings, p.rec.LastError, p.rec.PublishedAt = warnings, "", p.clock.Now()
	p.rec.Lease, p.rec.LeaseOwner, p.rec.LeaseUntil = "", "", time.Time{}
}

// vanished forgets a draft that was deleted on the site for good; the next attempt makes
// a new one.
func (p *publication) vanished(err error) error {
	p.rec.ExternalID, p.rec.ExternalURL = "", ""
	return errs.New(errs.Unavailable, "post_vanished", "the post was deleted on the site before it was finished: the next attempt makes it anew").Because(errs.WordPress).With(err)
}

// fail notes the error and frees the content for the next attempt, even when the caller
// has gone. A stop that a test asked for leaves everything as a crash does.
func (p *publication) fail(ctx context.Context, err error) error {
	var s stopped
	if errors.As(err, &s) || errs.Of(err).Code == "publishing" {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	p.rec.Status, p.rec.LastError = Failed, errs.Of(err).Message
	p.rec.Lease, p.rec.LeaseOwner, p.rec.LeaseUntil = "", "", time.Time{}
	if freed := p.items.save(ctx, p.scope, p.site, p.rec); freed != nil {
		return errs.Wrap("publish (and its lease could not be freed: "+freed.Error()+")", err)
	}
	return err
}

func (f Final) mediaIDs() []string {
	var out []string
	if f.Featured != nil {
		out = append(out, f.Featured.ID)
	}
	for _, m := range f.InArticle {
		out = append(out, m.ID)
	}
	return out
}

// Record gives the PublishingRecord of a content; NotFound when it was never tried.
func (s *Service) Record(ctx context.Context, scope account.Scope, site, contentID, destination string) (*Record, error) {
	r, err := s.items.record(ctx, scope, site, contentID, destination)
	if err == nil && r.Version == 0 {
		return nil, errs.New(errs.NotFound, "not_found", "this content was never published there")
	}
	return r, err
}

// Records gives all PublishingRecords of a site.
func (s *Service) Records(ctx context.Context, scope account.Scope, site string) ([]Record, error) {
	return s.items.records(ctx, scope, site)
}
