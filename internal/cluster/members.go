package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Member is a keyword of a cluster, and why it is there.
type Member struct {
	ID         int64    `json:"id"`
	Keyword    string   `json:"keyword"`
	Volume     *int64   `json:"volume"`
	Intent     string   `json:"intent,omitempty"`
	Similarity *float64 `json:"similarity" doc:"to the cluster's leader, 0 to 1; null: a person put it there, or it came before there were similarities"`
	RunnerUp   string   `json:"runner_up,omitempty" doc:"the cluster that it is next most alike to"`
	RunnerName string   `json:"runner_up_name,omitempty"`
	ToRunnerUp *float64 `json:"runner_up_similarity" doc:"how alike to that one"`
	Shared     []string `json:"shared" doc:"words that it shares with the leader"`
	Locked     bool     `json:"locked" doc:"no clustering moves it"`
	Disabled   bool     `json:"disabled"`
}

// Placed gives the keywords of one cluster with why they are there, the most alike to its
// leader first. NotFound when there is no such cluster.
func (s *Service) Placed(ctx context.Context, scope account.Scope, site, cluster string) ([]Member, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Placed", err)
	}
	names, leader := map[string]string{}, ""
	for r := range set.Rows(rowset.Clusters) {
		id := r.Text(rowset.ColClusterID)
		if names[id] = r.Text(rowset.ColName); id == cluster {
			leader = cmp.Or(r.Text(colLeader), r.Text(rowset.ColName))
		}
	}
	if _, ok := names[cluster]; !ok {
		return nil, noCluster()
	}
	out := []Member{}
	for r := range set.Rows(rowset.Keywords) {
		if r.Text(rowset.ColClusterID) == cluster {
			out = append(out, member(r, leader, names))
		}
	}
	slices.SortStableFunc(out, func(a, b Member) int {
		return cmp.Or(cmp.Compare(like(b.Similarity), like(a.Similarity)), strings.Compare(a.Keyword, b.Keyword))
	})
	return out, nil
}

func like(x *float64) float64 {
	if x == nil {
		return -1
	}
	return *x
}

func member(r rowset.Row, leader string, names map[string]string) Member {
	m := Member{ID: r.ID(), Keyword: r.Text(rowset.ColKeyword), Intent: r.Text(rowset.ColIntent), Similarity: known(r, rowset.ColSimilarity),
		Locked: r.Flag(rowset.ColLocked), Disabled: r.Flag(rowset.ColDisabled), Shared: engine.Shared(r.Text(rowset.ColKeyword), leader)}
	if n, ok := r.Int(rowset.ColVolume); ok {
		m.Volume = &n
	}
	if at := r.Text(rowset.ColRunnerUp); names[at] != "" { // it may have ended since
		m.RunnerUp, m.RunnerName, m.ToRunnerUp = at, names[at], known(r, rowset.ColToRunnerUp)
	}
	return m
}
