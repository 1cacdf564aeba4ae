package site

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Service makes and changes sites. Safe for concurrent use.
type Service struct {
	table      table.Table
	clock      clock.Clock
	ids        *id.Source
	industries Industries
	choices    choices
	defaults   Settings
	known      known
}

// Options are what a Service is made of; all but Models and Destinations are required.
type Options struct {
	Table table.Table
	Clock clock.Clock
	IDs   *id.Source
	// Models that may be chosen; nil takes any.
	Models Models
	// Destinations that may be chosen here, the first is that of a new site; nil is the
	// preview and WordPress. Where no preview site is served, there is none to choose.
	Destinations []string
	// TextModel, ImageModel and ImageQuality are those of a new site.
	TextModel, ImageModel, ImageQuality string
}

// New makes a Service.
func New(o Options) *Service {
	if o.Destinations == nil {
		o.Destinations = []string{DestinationPreview, DestinationWordPress}
	}
	return &Service{table: o.Table, clock: o.Clock, ids: o.IDs, choices: choices{o.Models, o.Destinations}, defaults: Settings{
		Destination: o.Destinations[0], TextModel: o.TextModel, ImageModel: o.ImageModel, ImageQuality: o.ImageQuality, CompareBy: CompareByBuiltIn,
		MaxInArticleImages: 2, Language: "en", WordCount: 1000,
	}}
}

// Create makes a site with its sectors. Invalid by field; Conflict when the key was used
// for another request. With a key it is safe to repeat: it gives the site made before.
func (v *Service) Create(ctx context.Context, s account.Scope, d Draft, key idem.Key) (Site, error) {
	st, err := d.build(&v.industries, v.defaults, v.choices)
	if err != nil {
		return Site{}, err
	}
	if done, ok, err := v.made(ctx, s, key); ok || err != nil {
		return done, errs.Wrap("site.Create", err)
	}
	st.ID = v.ids.New("sit")
	st.CreatedAt = v.clock.Now()
	for i := range st.Sectors {
		st.Sectors[i].ID = v.ids.New("sec")
	}
	for n := 1; n <= 100; n++ {
		st.Slug = id.Slug(st.Name, "site", n)
		failed, err := v.insert(ctx, s, st, key)
		if failed != nil && failed.Op(0) {
			continue
		}
		if failed != nil {
			done, _, err := v.made(ctx, s, key)
			return done, errs.Wrap("site.Create", err)
		}
		if err != nil {
			return Site{}, errs.Wrap("site.Create", err)
		}
		return v.Get(ctx, s, st.ID)
	}
	return Site{}, errs.New(errs.Conflict, "slug_taken", "too many sites have this name: choose another")
}

// made gives the site that an earlier request with the key made.
func (v *Service) made(ctx context.Context, s account.Scope, key idem.Key) (Site, bool, error) {
	ids, ok, err := key.Find(ctx, v.table, s)
	if !ok || err != nil {
		return Site{}, false, err
	}
	st, err := v.Get(ctx, s, ids["site_id"])
	return st, true, err
}

func (v *Service) insert(ctx context.Context, s account.Scope, st Site, key idem.Key) (*table.Failed, error) {
	item, err := encode(s, st)
	if err != nil {
		return nil, err
	}
	ops := append([]table.Op{
		table.Put(table.Item{Key: slugKey(s, st.Slug), Type: "unique_slug", Attrs: table.Attrs{"site_id": st.ID}}, table.Absent()),
		table.Put(item, table.Absent()),
		table.Put(table.Item{Key: homeKey(st.ID), Type: "site_home", Attrs: table.Attrs{"account": s.Account()}}, table.Absent()),
	}, key.Ops(s, map[string]string{"site_id": st.ID}, v.clock.Now())...)
	err = v.table.Transact(ctx, ops...)
	return table.FailedCondition(err), err
}

// List gives all sites that the Scope sees, oldest first.
func (v *Service) List(ctx context.Context, s account.Scope) ([]Site, error) {
	if !s.Valid() {
		return nil, notFound()
	}
	out, err := list(ctx, v.table, s)
	return out, errs.Wrap("site.List", err)
}

// Get gives a site; NotFound when there is none, or it is another tenant's.
func (v *Service) Get(ctx context.Context, s account.Scope, id string) (Site, error) {
	st, _, err := v.GetWith(ctx, s, id)
	return st, err
}

// GetWith is Get that reads other items of the account in the same request, those that are
// there.
func (v *Service) GetWith(ctx context.Context, s account.Scope, id string, more ...table.Key) (Site, []table.Item, error) {
	st, c, beside, err := both(ctx, v.table, s, id, more...)
	if err == nil {
		st.Settings.follow(c)
	}
	return st, beside, errs.Wrap("site.Get", err)
}

// ByDomain gives the oldest site of a domain, which may be written as an address.
func (v *Service) ByDomain(ctx context.Context, s account.Scope, domain string) (Site, error) {
	host := checkDomain(faults{}, domain)
	all, err := v.List(ctx, s)
	if err != nil {
		return Site{}, err
	}
	for _, st := range all {
		if host != "" && strings.EqualFold(st.Domain, host) {
			return st, nil
		}
	}
	return Site{}, notFound()
}

// Update changes name, description, activity and settings; the slug stays. Invalid by
// field, NotFound; Conflict when it was changed since the version that the request names.
// Safe to repeat.
func (v *Service) Update(ctx context.Context, s account.Scope, id string, c Change) (Site, error) {
	return v.edit(ctx, s, id, func(st Site) (Site, error) { return c.apply(st, v.choices) })
}

// edit changes a site as change says, on what is there.
func (v *Service) edit(ctx context.Context, s account.Scope, id string, change func(Site) (Site, error)) (Site, error) {
	err := httpapi.Revise(ctx, func() (Site, error) { return get(ctx, v.table, s, id) }, func(was Site) error {
		st, err := change(was)
		if err != nil {
			return err
		}
		item, err := encode(s, st)
		if err != nil {
			return err
		}
		return v.table.Write(ctx, table.Put(item, table.VersionIs(st.Version)))
	})
	if err != nil {
		return Site{}, errs.Wrap("site.Update", err)
	}
	return v.Get(ctx, s, id)
}

// UpdateSettings changes settings alone.
func (v *Service) UpdateSettings(ctx context.Context, s account.Scope, id string, p Patch) (Site, error) {
	return v.Update(ctx, s, id, Change{Settings: p})
}

// Industries gives the global list.
func (v *Service) Industries() []Industry { return v.industries.All() }

func (c Change) apply(st Site, may choices) (Site, error) {
	f := faults{}
	if c.Name != nil {
		st.Name = checkName(f, *c.Name)
	}
	if c.Description != nil {
		st.Description = checkText(f, "description", *c.Description)
	}
	httpapi.Assign(&st.IsActive, c.IsActive)
	st.Settings = c.Settings.apply(f, st.Settings, may)
	return st, f.err()
}
