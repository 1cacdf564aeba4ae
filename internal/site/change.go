package site

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted site's own record is kept.
const KeepDeleted = 14 * 24 * time.Hour

// Around is what the routes need of others.
type Around interface {
	// Leave refuses (Conflict, site_busy) while work on a site is under way; otherwise it gives
	// what is written with the site's deletion: the conditions for it, and its connections' end.
	Leave(ctx context.Context, s account.Scope, site string) ([]table.Op, error)
}

func (v *Service) remove(ctx context.Context, s account.Scope, a Around, id string) (httpapi.Gone, error) {
	if err := v.Delete(ctx, s, id, a); err != nil {
		return httpapi.Gone{}, err
	}
	return httpapi.Gone{ID: id, Stays: "posts that were published: they stay on the outside site"}, nil
}

// Delete takes a site away: its name is free for another, its connections and their passwords
// are deleted, and its records can't be reached any more. NotFound; Conflict while work on it
// is under way, and when it was changed since the version that the request names.
func (v *Service) Delete(ctx context.Context, s account.Scope, id string, a Around) error {
	defer v.known.gone(s.Account(), id)
	return errs.Wrap("site.Delete", httpapi.Revise(ctx, func() (Site, error) { return get(ctx, v.table, s, id) }, func(st Site) error {
		more, err := a.Leave(ctx, s, id)
		if err != nil {
			return err
		}
		key, err := siteKey(s, id)
		if err != nil {
			return err
		}
		until := v.clock.Now().Add(KeepDeleted)
		return v.table.Transact(ctx, append([]table.Op{
			table.Hide(key, until, table.VersionIs(st.Version)),
			table.Delete(slugKey(s, st.Slug), table.Equals("site_id", id)), table.Delete(homeKey(id)),
		}, more...)...)
	}))
}

func (v *Service) setActive(ctx context.Context, s account.Scope, in *activeInput) (Site, error) {
	active := true
	httpapi.Assign(&active, in.Body.IsActive)
	return v.Update(ctx, s, in.ID, Change{IsActive: &active})
}

func (v *Service) setSectors(ctx context.Context, s account.Scope, in *sectorsInput) (Site, error) {
	return v.SetSectors(ctx, s, in.ID, in.Body.Industry, in.Body.Sectors)
}

// SetSectors chooses the sectors of a site, 1 to 5, of its industry or another one. A sector
// that is left out is put aside, not deleted: keywords, clusters and all that follows belong
// to it, and it comes back with the same id. Invalid by field, NotFound; Conflict when the site
// was changed since the version that the request names. Safe to repeat.
func (v *Service) SetSectors(ctx context.Context, s account.Scope, id, industry string, sectors []string) (Site, error) {
	return v.edit(ctx, s, id, func(st Site) (Site, error) {
		f := faults{}
		ref := st.Industry
		if industry = strings.TrimSpace(industry); industry != "" {
			ref = industry
		}
		ind, ok := v.industries.Find(ref)
		if !ok {
			f.add("industry", "%q is not known: take one of GET /v1/auth/industries/", ref)
			return Site{}, f.err()
		}
		if len(sectors) == 0 {
			f.add("sectors", "name at least one")
			return Site{}, f.err()
		}
		chosen := checkSectors(f, ind, sectors)
		if err := f.err(); err != nil {
			return Site{}, err
		}
		st.Sectors = v.replaced(st.Sectors, st.Industry == ind.Slug, chosen)
		st.Industry = ind.Slug
		return st, nil
	})
}

// replaced gives the chosen sectors first, each with the id that it had, then those put aside.
func (v *Service) replaced(have []Sector, sameIndustry bool, chosen []Sector) []Sector {
	var out []Sector
	for _, c := range chosen {
		i := slices.IndexFunc(have, func(h Sector) bool { return h.Slug == c.Slug && sameIndustry })
		if i >= 0 {
			c.ID = have[i].ID
		} else {
			c.ID = v.ids.New("sec")
		}
		out = append(out, c)
	}
	for _, h := range have {
		if !slices.ContainsFunc(out, func(o Sector) bool { return o.ID == h.ID }) {
			h.IsActive = false
			out = append(out, h)
		}
	}
	return out
}
