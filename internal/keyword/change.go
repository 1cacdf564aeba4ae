package keyword

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Changed tells what a change did, or would do.
type Changed struct {
	Count    int   `json:"count"`   // keywords that were selected
	Changed  int   `json:"changed"` // of these, the ones that were not as asked already
	Version  int64 `json:"version"` // give it to undo; 0: nothing was changed
	Repeated bool  `json:"repeated,omitempty"`
}

// Update changes all that are selected, in one step that can be undone. With dry it only
// tells how many. A keyword that moves, or a volume that changes, is counted anew in its
// clusters.
//
// Invalid by field; NotFound for an id without a keyword; Conflict when others are selected
// than expected, when one was changed since the version that the request names, when a text is there already, when a cluster is of another sector. Safe to
// repeat with a key.
func (s *Service) Update(ctx context.Context, scope account.Scope, site string, sel Selection, e Edit, dry bool, key idem.Key) (Changed, error) {
	if err := sel.check(); err != nil {
		return Changed{}, err
	}
	if err := e.check(); err != nil {
		return Changed{}, err
	}
	if e.Keyword != nil && (sel.Filter != nil || len(sel.IDs) != 1) {
		return Changed{}, errs.Field("keyword", "the text of one keyword at a time can be changed")
	}
	out, err := s.change(ctx, scope, site, dry, key, func(d *rowset.Draft, c *Changed) error {
		rows, err := sel.rows(d)
		if err != nil {
			return err
		}
		if err := unchanged(ctx, rows); err != nil {
			return err
		}
		c.Count = len(rows)
		return s.edit(d, rows, e, c)
	})
	return out, errs.Wrap("keyword.Update", err)
}

// unchanged holds what the request says it has read against the rows as they are.
func unchanged(ctx context.Context, rows []rowset.Row) error {
	for _, r := range rows {
		if err := httpapi.Unchanged(ctx, version(r)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) edit(d *rowset.Draft, rows []rowset.Row, e Edit, c *Changed) error {
	if err := movable(d, rows, e.Cluster); err != nil {
		return err
	}
	if e.Keyword != nil {
		if err := free(d, rows[0], Fold(*e.Keyword)); err != nil {
			return err
		}
	}
	touched := map[string]bool{}
	for _, r := range rows {
		f, err := e.fields(r, s.clock.Now())
		if err != nil {
			return err
		}
		if len(f) == 0 {
			continue
		}
		_, moved := f[rowset.ColClusterID]
		if moved || counts(f) {
			touched[r.Text(rowset.ColClusterID)] = true
			if e.Cluster != nil {
				touched[*e.Cluster] = true
			}
		}
		d.Update(rowset.Keywords, r.ID(), f)
		c.Changed++
	}
	rowset.Recount(d, touched, rowset.Millis(s.clock.Now()))
	return nil
}

// counts tells whether a change of a keyword changes what its cluster says of it.
func counts(f rowset.Fields) bool {
	for _, column := range []string{rowset.ColVolume, rowset.ColDifficulty, rowset.ColIntent} {
		if _, ok := f[column]; ok {
			return true
		}
	}
	return false
}

// movable refuses a cluster that is not there, or of another sector than a keyword.
func movable(d *rowset.Draft, rows []rowset.Row, to *string) error {
	if to == nil || *to == "" {
		return nil
	}
	for c := range d.Rows(rowset.Clusters) {
		if c.Text(rowset.ColClusterID) != *to {
			continue
		}
		for _, r := range rows {
			if r.Text(rowset.ColSector) != c.Text(rowset.ColSector) {
				return errs.Field("cluster_id", fmt.Sprintf("%q is of another sector than the cluster %q", r.Text(rowset.ColKeyword), c.Text(rowset.ColName)))
			}
		}
		return nil
	}
	return errs.Field("cluster_id", "there is no cluster "+strconv.Quote(*to))
}

// free refuses a text that another keyword of the sector has.
func free(d *rowset.Draft, r rowset.Row, fold string) error {
	for x := range d.Rows(rowset.Keywords) {
		if x.ID() != r.ID() && x.Text(rowset.ColSector) == r.Text(rowset.ColSector) && x.Text(colFold) == fold {
			return errs.New(errs.Conflict, "keyword_exists", fmt.Sprintf("the sector has %q already, with the id %d", x.Text(rowset.ColKeyword), x.ID()))
		}
	}
	return nil
}

// Delete takes out all that are selected, in one step that can be undone. What was made of
// them (ideas, articles) stays. Dry, errors and repeats as of Update.
func (s *Service) Delete(ctx context.Context, scope account.Scope, site string, sel Selection, dry bool, key idem.Key) (Changed, error) {
	if err := sel.check(); err != nil {
		return Changed{}, err
	}
	out, err := s.change(ctx, scope, site, dry, key, func(d *rowset.Draft, c *Changed) error {
		rows, err := sel.rows(d)
		if err != nil {
			return err
		}
		if err := unchanged(ctx, rows); err != nil {
			return err
		}
		touched := map[string]bool{}
		for _, r := range rows {
			touched[r.Text(rowset.ColClusterID)] = true
			d.Delete(rowset.Keywords, r.ID())
		}
		c.Count, c.Changed = len(rows), len(rows)
		rowset.Recount(d, touched, rowset.Millis(s.clock.Now()))
		return nil
	})
	return out, errs.Wrap("keyword.Delete", err)
}

// errDry ends a change that is only looked at.
var errDry = errors.New("dry")

// change applies step to what is there, in one swap with the request's key.
func (s *Service) change(ctx context.Context, scope account.Scope, site string, dry bool, key idem.Key, step func(*rowset.Draft, *Changed) error) (Changed, error) {
	if dry {
		key = idem.Key{}
	}
	var c Changed
	if _, ok, err := key.Find(ctx, s.table, scope); ok || err != nil {
		return Changed{Repeated: ok}, err
	}
	r, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		c = Changed{}
		if err := step(d, &c); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return nil
	}, rowset.Options{Ops: key.Ops(scope, map[string]string{"site_id": site}, s.clock.Now())})
	switch {
	case errors.Is(err, errDry):
		return c, nil
	case table.FailedCondition(err) != nil:
		_, ok, err := key.Find(ctx, s.table, scope)
		return Changed{Repeated: ok}, err
	case err != nil:
		return Changed{}, err
	case !r.Same:
		c.Version = r.Version
	}
	return c, nil
}

// Get gives one keyword; NotFound when there is none.
func (s *Service) Get(ctx context.Context, scope account.Scope, site string, id int64) (Keyword, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Keyword{}, errs.Wrap("keyword.Get", err)
	}
	r, ok := set.Get(rowset.Keywords, id)
	if !ok {
		return Keyword{}, errs.New(errs.NotFound, "not_found", fmt.Sprintf("there is no keyword with the id %d", id))
	}
	return fromRow(site, r), nil
}

// Create adds one keyword to a sector. Invalid by field; Conflict when the sector has it.
// Safe to repeat with a key: it gives the keyword made before.
func (s *Service) Create(ctx context.Context, scope account.Scope, site, sector string, e Edit, key idem.Key) (Keyword, error) {
	if e.Keyword == nil {
		return Keyword{}, errs.Field("keyword", "is required")
	}
	if err := e.check(); err != nil {
		return Keyword{}, err
	}
	if e.Cluster != nil {
		return Keyword{}, errs.Field("cluster_id", "add the keyword first, then move it")
	}
	fold, now := Fold(*e.Keyword), s.clock.Now()
	_, err := s.change(ctx, scope, site, false, key, func(d *rowset.Draft, _ *Changed) error {
		at := d.Add(rowset.Keywords, rowset.Fields{colFold: fold, rowset.ColSector: sector, rowset.ColStatus: rowset.StatusNew, colSource: byHand, rowset.ColCreatedAt: rowset.Millis(now)})
		r, _ := d.Get(rowset.Keywords, at)
		if err := free(d, r, fold); err != nil {
			return err
		}
		f, err := e.fields(r, now)
		if err != nil {
			return err
		}
		d.Update(rowset.Keywords, at, f)
		return nil
	})
	if err != nil {
		return Keyword{}, errs.Wrap("keyword.Create", err)
	}
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Keyword{}, errs.Wrap("keyword.Create", err)
	}
	for r := range set.Rows(rowset.Keywords) {
		if r.Text(rowset.ColSector) == sector && r.Text(colFold) == fold {
			return fromRow(site, r), nil
		}
	}
	return Keyword{}, errs.New(errs.NotFound, "not_found", "the keyword was made and is gone again")
}

// Undo takes back the change that made this version of the list, of whatever size. Conflict
// when the list was changed since, NotFound after 14 days. It can be undone itself.
func (s *Service) Undo(ctx context.Context, scope account.Scope, site string, version int64) (Changed, error) {
	r, err := s.rows.Undo(ctx, scope, site, version, rowset.Options{})
	return Changed{Version: r.Version}, errs.Wrap("keyword.Undo", err)
}
