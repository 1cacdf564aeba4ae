package view

import (
	"context"
	"fmt"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Service keeps views. It is safe for concurrent use.
type Service struct {
	table table.Table
	clock clock.Clock
	ids   *id.Source
}

// New makes a Service on a table.
func New(t table.Table, c clock.Clock, ids *id.Source) *Service { return &Service{t, c, ids} }

// List gives a site's views, oldest first; of one list when it is named.
func (v *Service) List(ctx context.Context, s account.Scope, site, of string) ([]View, error) {
	all, err := list(ctx, v.table, s, site)
	if err != nil {
		return nil, errs.Wrap("view.List", err)
	}
	out := []View{}
	for _, x := range all {
		if of == "" || x.List == of {
			out = append(out, x)
		}
	}
	return out, nil
}

// Create saves a view. Invalid by field; Conflict when the list has one of the name, or the
// site has 100. Safe to repeat with a key: it gives the view made before.
func (v *Service) Create(ctx context.Context, s account.Scope, site string, d Draft, key idem.Key) (View, error) {
	x, err := d.apply(View{ID: v.ids.New("viw"), SiteID: site, CreatedBy: s.Actor(), CreatedAt: v.clock.Now()})
	if err != nil {
		return View{}, err
	}
	out, err := idem.Once(ctx, v.table, s, key, func(ids map[string]string) (View, error) {
		return get(ctx, v.table, s, site, ids["view_id"])
	}, func() (View, error) {
		if err := v.fits(ctx, s, x); err != nil {
			return View{}, err
		}
		op, err := putOp(s, x, table.Absent())
		if err != nil {
			return View{}, err
		}
		x.UpdatedAt = x.CreatedAt
		return x, v.table.Transact(ctx, append([]table.Op{op}, key.Ops(s, map[string]string{"view_id": x.ID}, v.clock.Now())...)...)
	})
	return out, errs.Wrap("view.Create", err)
}

// fits refuses a name that is taken, and too many views.
func (v *Service) fits(ctx context.Context, s account.Scope, x View) error {
	all, err := list(ctx, v.table, s, x.SiteID)
	if err != nil {
		return err
	}
	others := 0
	for _, y := range all {
		if y.ID == x.ID {
			continue
		}
		if others++; y.List == x.List && strings.EqualFold(y.Name, x.Name) {
			return errs.New(errs.Conflict, "name_taken", fmt.Sprintf("there is a view %q of this list: choose another name, or change that one", y.Name))
		}
	}
	if others >= maxViews {
		return errs.New(errs.Conflict, "too_many_views", fmt.Sprintf("a site has at most %d views: delete some that nobody uses", maxViews))
	}
	return nil
}

// Update changes a view. Errors as of Create, and NotFound; Conflict when somebody else
// changed it meanwhile. Safe to repeat.
func (v *Service) Update(ctx context.Context, s account.Scope, site, viewID string, d Draft) (View, error) {
	x, err := get(ctx, v.table, s, site, viewID)
	if err != nil {
		return View{}, errs.Wrap("view.Update", err)
	}
	if x, err = d.apply(x); err != nil {
		return View{}, err
	}
	if err := v.fits(ctx, s, x); err != nil {
		return View{}, errs.Wrap("view.Update", err)
	}
	op, err := putOp(s, x, table.VersionIs(x.version))
	if err == nil {
		err = v.table.Write(ctx, op)
	}
	if table.FailedCondition(err) != nil {
		return View{}, errs.New(errs.Conflict, "changed_since", "the view was changed by others meanwhile: look at it again")
	}
	x.UpdatedAt = v.clock.Now()
	return x, errs.Wrap("view.Update", err)
}

// Delete takes a view away; one that is gone already is no error.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, viewID string) error {
	return errs.Wrap("view.Delete", v.table.Write(ctx, table.Delete(key(s, site, viewID))))
}
