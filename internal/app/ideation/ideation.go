// Package ideation is the group of the stage that makes ideas of clusters, for those who do
// its jobs and those who only ask for them.
package ideation

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/ideas"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/site"
)

// Stage makes stage 2. texts may be nil where it only plans and folds.
func Stage(sites *site.Service, c *cluster.Service, i *idea.Service, texts ai.Text) automation.Stage {
	return ideas.New(clusters{c}, i, sites, texts)
}

// clusters shows the planner's clusters to the stage that makes ideas.
type clusters struct{ service *cluster.Service }

// ListNew gives the clusters that have no ideas yet.
func (c clusters) ListNew(ctx context.Context, s account.Scope, site string) ([]ideas.ClusterView, error) {
	all, err := c.service.All(ctx, s, site)
	if err != nil {
		return nil, err
	}
	members, err := c.service.Members(ctx, s, site)
	if err != nil {
		return nil, err
	}
	var out []ideas.ClusterView
	for _, x := range all {
		if x.Status == rowset.StatusNew && !x.Disabled {
			out = append(out, view(x, members[x.ID]))
		}
	}
	return out, nil
}

// Get gives one cluster with its keywords.
func (c clusters) Get(ctx context.Context, s account.Scope, site, id string) (ideas.ClusterView, error) {
	x, err := c.service.Get(ctx, s, site, id)
	if err != nil {
		return ideas.ClusterView{}, err
	}
	members, err := c.service.MembersOf(ctx, s, site, id)
	return view(x, members), err
}

// MarkMapped moves clusters on, once for each value of once.
func (c clusters) MarkMapped(ctx context.Context, s account.Scope, site string, ids []string, once string) error {
	return c.service.Map(ctx, s, site, once, ids)
}

func view(x cluster.Cluster, members []cluster.Keyword) ideas.ClusterView {
	v := ideas.ClusterView{ID: x.ID, Name: x.Name, Sector: x.SectorID}
	for _, k := range members {
		v.Keywords = append(v.Keywords, ideas.KeywordView{ID: k.ID, Keyword: k.Text, Volume: k.Volume, Intent: k.Intent})
	}
	return v
}
