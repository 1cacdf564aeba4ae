package integration

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// Edit is what a person may change of an integration; nil leaves a field.
type Edit struct {
	SiteURL     *string `json:"site_url,omitempty"`
	Username    *string `json:"username,omitempty"`
	Password    *string `json:"app_password,omitempty" maxLength:"256" doc:"an application password; never given back"`
	IsActive    *bool   `json:"is_active,omitempty" doc:"a site has one active integration"`
	SyncEnabled *bool   `json:"sync_enabled,omitempty"`
}

// Work tells whether a site's publications are under way.
type Work interface {
	// Publishing tells whether an open job publishes to the outside of a site.
	Publishing(ctx context.Context, s account.Scope, site string) (bool, error)
}

// elsewhere tells whether the edit leads to another site or user, or to none: a publication
// that is under way could then be begun a second time there.
func (e Edit) elsewhere(it item) bool {
	return e.SiteURL != nil && strings.TrimRight(strings.TrimSpace(*e.SiteURL), "/") != it.Config.SiteURL ||
		e.Username != nil && strings.TrimSpace(*e.Username) != it.Config.Username || e.IsActive != nil && *e.IsActive != it.IsActive
}

// Update changes an integration; another address, user or password has to be tested anew.
// Invalid names each wrong field; Conflict (in_work) while a publication to it is under way,
// but for the password and sync_enabled; Conflict when the site has another active one, or it
// was changed since the version that the request names.
func (s *Service) Update(ctx context.Context, scope account.Scope, id string, e Edit, work Work) (Integration, error) {
	var out item
	err := httpapi.Revise(ctx, func() (item, error) { return s.items.get(ctx, scope, id) }, func(was item) (err error) {
		if e.elsewhere(was) {
			if err := s.quiet(ctx, scope, was.Site, work); err != nil {
				return err
			}
		}
		if out, err = s.edited(ctx, scope, was, e); err != nil {
			return err
		}
		err = s.items.replace(ctx, scope, out, activity(scope, was, out)...)
		if f := table.FailedCondition(err); f != nil && out.IsActive && !was.IsActive && f.Op(1) {
			return errs.New(errs.Conflict, "integration_exists", "this site has another active WordPress integration: deactivate that one first")
		}
		return err
	})
	if err != nil {
		return Integration{}, errs.Wrap("integration.Update", err)
	}
	out.Version++
	return out.Integration, nil
}

func (s *Service) quiet(ctx context.Context, scope account.Scope, site string, work Work) error {
	busy, err := work.Publishing(ctx, scope, site)
	if err == nil && busy {
		err = errs.New(errs.Conflict, "in_work", "a content is being published through this integration: wait for its end")
	}
	return err
}

// edited is the integration as it will be.
func (s *Service) edited(ctx context.Context, scope account.Scope, it item, e Edit) (item, error) {
	in := In{Site: it.Site, Platform: it.Platform, SiteURL: it.Config.SiteURL, Username: it.Config.Username, Password: "kept"}
	httpapi.Assign(&in.SiteURL, e.SiteURL)
	httpapi.Assign(&in.Username, e.Username)
	httpapi.Assign(&in.Password, e.Password)
	in, err := in.clean()
	if err != nil {
		return item{}, err
	}
	if e.Password != nil {
		if it.Sealed, err = s.sealer.Seal(ctx, scope, field(it.ID), []byte(in.Password)); err != nil {
			return item{}, err
		}
	}
	to := Config{SiteURL: in.SiteURL, Username: in.Username}
	if to != it.Config || e.Password != nil {
		it.Config, it.SyncStatus, it.SyncError = to, SyncPending, ""
	}
	httpapi.Assign(&it.IsActive, e.IsActive)
	httpapi.Assign(&it.SyncEnabled, e.SyncEnabled)
	it.UpdatedAt = s.clock.Now()
	return it, nil
}

// activity is what is written beside an integration that begins or ends to be the site's
// active one.
func activity(s account.Scope, was, now item) []table.Op {
	switch {
	case now.IsActive && !was.IsActive:
		return []table.Op{table.Put(table.Item{Key: activeKey(s, now.Site, now.Platform), Type: "uniq", Attrs: table.Attrs{"id": now.ID}}, table.Absent())}
	case !now.IsActive && was.IsActive:
		return []table.Op{table.Delete(activeKey(s, now.Site, now.Platform), table.Equals("id", now.ID))}
	}
	return nil
}

// Delete takes an integration away, its password with it, and frees its site for another.
// NotFound; Conflict (in_work) while a publication to it is under way, and when it was changed
// since the version that the request names. What was published stays.
func (s *Service) Delete(ctx context.Context, scope account.Scope, id string, work Work) error {
	return errs.Wrap("integration.Delete", httpapi.Revise(ctx, func() (item, error) { return s.items.get(ctx, scope, id) }, func(it item) error {
		if err := s.quiet(ctx, scope, it.Site, work); err != nil {
			return err
		}
		return s.items.table.Transact(ctx, endOps(scope, it)...)
	}))
}

// endOps delete an integration as it was read.
func endOps(s account.Scope, it item) []table.Op {
	ops := []table.Op{table.Delete(key(s, it.ID), table.VersionIs(it.Version))}
	if it.IsActive {
		ops = append(ops, table.Delete(activeKey(s, it.Site, it.Platform), table.Equals("id", it.ID)))
	}
	return ops
}

// Ends gives what deletes all integrations of a site, with the site.
func Ends(ctx context.Context, t table.Table, s account.Scope, site string) ([]table.Op, error) {
	all, err := items{t}.list(ctx, s, site)
	if err != nil {
		return nil, errs.Wrap("integration.Ends", err)
	}
	var ops []table.Op
	for _, it := range all {
		ops = append(ops, endOps(s, it)...)
	}
	return ops, nil
}
