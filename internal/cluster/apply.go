package cluster

import (
	"context"
	"fmt"
	"maps"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Applied is what a change of clusters did.
type Applied struct {
	Keywords int    `json:"keywords" doc:"keywords that moved"`
	Made     int    `json:"made" doc:"clusters that were made"`
	Ended    int    `json:"ended" doc:"clusters that ended: nothing was left in them"`
	Cluster  string `json:"cluster_id,omitempty" doc:"the cluster that took keywords, when it is one"`
	Version  int64  `json:"undo_version" doc:"give it to keywords/undo/; 0: nothing was changed"`
	Repeated bool   `json:"repeated,omitempty"`
}

// ApplyChanges stores a Regrouping, or those of its changes that are chosen (nil: all), as
// one swap of both sets. A cluster in which nothing is left ends, unless keep says that
// something was made of it. once names the work when it is done one time only, key a
// client's request.
//
// Conflict when the rows changed since it was computed; Invalid for a change that it does
// not have.
func (s *Service) ApplyChanges(ctx context.Context, scope account.Scope, site string, r Regrouping, chosen []string, keep func(cluster string) bool, once string, key idem.Key) (Applied, error) {
	pick, err := r.pick(chosen)
	if err != nil {
		return Applied{}, err
	}
	out, err := s.change(ctx, scope, site, once, key, func(d *rowset.Draft, out *Applied) error {
		if d.Before().Version() != r.Told.Version {
			return errs.New(errs.Conflict, "changed_since", "the keywords or clusters of this site were changed since this was computed, and nothing was done: compute it again")
		}
		s.applyChanges(d, site, r, pick, keep, out)
		return nil
	})
	return out, errs.Wrap("cluster.ApplyChanges", err)
}

// pick gives the chosen changes by id; nil for all.
func (r Regrouping) pick(chosen []string) (map[string]bool, error) {
	if chosen == nil {
		return nil, nil //nolint:nilnil // all are chosen
	}
	known, pick := map[string]bool{}, map[string]bool{}
	for _, c := range r.Told.Changes {
		known[c.ID] = true
	}
	for i, c := range chosen {
		if !known[c] {
			return nil, errs.Field("changes", fmt.Sprintf("number %d, %q, is none of the changes that were computed", i+1, c))
		}
		pick[c] = true
	}
	return pick, nil
}

func (s *Service) applyChanges(d *rowset.Draft, site string, r Regrouping, pick map[string]bool, keep func(string) bool, out *Applied) {
	left := map[string]int{} // keywords of each cluster, in the end
	for k := range d.Rows(rowset.Keywords) {
		left[k.Text(rowset.ColClusterID)]++
	}
	touched, partly := map[string]bool{}, map[string]bool{}
	var moves []Move
	for _, m := range r.Moves {
		if pick != nil && !pick[m.Change] {
			partly[m.From], partly[m.To] = true, true
			continue
		}
		moves = append(moves, m)
		left[m.From]--
		left[m.To]++
		touched[m.From], touched[m.To] = true, true
	}
	delete(touched, "")
	now := rowset.Millis(s.clock.Now())
	p := placing{d: d, site: site, sector: r.Told.Sector, there: map[string]int64{}, taken: newNames(), real: map[string]string{}, touched: touched, now: now}
	out.Ended = p.end(left, keep)
	for _, g := range r.Groups {
		if IsFresh(g.ID) && left[g.ID] > 0 {
			at, _ := p.make(g)
			p.real[g.ID], touched[at], partly[at] = at, true, partly[g.ID]
			delete(touched, g.ID)
			out.Made++
		}
	}
	for _, m := range moves {
		to := m.To
		if IsFresh(to) {
			to = p.real[to]
		}
		d.Update(rowset.Keywords, m.Keyword, rowset.Fields{rowset.ColClusterID: to, rowset.ColStatus: rowset.StatusMapped, rowset.ColLocked: nil, rowset.ColUpdatedAt: now})
	}
	out.Keywords = len(moves)
	moved := maps.Clone(touched)
	p.measure(r.Groups, partly, pick == nil)
	p.reasons(r.Groups)
	rowset.Recount(d, moved, now)
}

// end deletes the touched clusters in which nothing is left, and learns the names of the others.
func (p *placing) end(left map[string]int, keep func(string) bool) (ended int) {
	var gone []int64
	for c := range p.d.Rows(rowset.Clusters) {
		at := c.Text(rowset.ColClusterID)
		if p.touched[at] && left[at] == 0 && !keep(at) {
			gone = append(gone, c.ID())
			delete(p.touched, at)
			continue
		}
		p.taken.add(c)
		p.there[at] = c.ID()
	}
	for _, row := range gone {
		p.d.Delete(rowset.Clusters, row)
	}
	return len(gone)
}

// measure tells of each cluster what was computed of it as a whole, if it became what was
// computed. all: clusters that nothing was changed of are told of too.
func (p *placing) measure(groups []Group, partly map[string]bool, all bool) {
	known := map[string]bool{}
	for _, g := range groups {
		at := g.ID
		if to, ok := p.real[at]; ok {
			at = to
		}
		row, there := p.there[at]
		if !there || partly[at] || !all && !p.touched[at] {
			continue
		}
		known[at], p.touched[at] = true, true
		p.d.Update(rowset.Clusters, row, g.figures())
	}
	for at := range p.touched {
		if row, there := p.there[at]; there && !known[at] {
			p.d.Update(rowset.Clusters, row, unmeasured())
		}
	}
}

// change applies step to what is there in one swap, with the request's key or the name of
// the work.
func (s *Service) change(ctx context.Context, scope account.Scope, site, once string, key idem.Key, step func(*rowset.Draft, *Applied) error) (Applied, error) {
	var out Applied
	if _, ok, err := key.Find(ctx, s.table, scope); ok || err != nil {
		return Applied{Repeated: ok}, err
	}
	r, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		out = Applied{}
		return step(d, &out)
	}, rowset.Options{Once: once, Ops: key.Ops(scope, map[string]string{"site_id": site}, s.clock.Now())})
	if table.FailedCondition(err) != nil {
		_, ok, err := key.Find(ctx, s.table, scope)
		return Applied{Repeated: ok}, err
	}
	if err != nil {
		return Applied{}, err
	}
	if r.Repeated {
		return Applied{Repeated: true}, nil
	}
	if !r.Same {
		out.Version = r.Version
	}
	return out, nil
}
