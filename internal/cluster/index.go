package cluster

import (
	"sync"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/rowset"
)

// index tells where the rows of each cluster are in one version of a site's sets. To look
// for one cluster among all rows is cheap once; a run does it for each.
type index struct {
	version  int64
	cluster  map[string]int64   // id of the cluster's row
	keywords map[string][]int64 // ids of the rows of its keywords, those not disabled, ascending
}

func indexOf(set *rowset.Set) *index {
	x := &index{version: set.Version(), cluster: map[string]int64{}, keywords: map[string][]int64{}}
	for r := range set.Rows(rowset.Clusters) {
		x.cluster[r.Text(rowset.ColClusterID)] = r.ID()
	}
	for r := range set.Rows(rowset.Keywords) {
		if at := r.Text(rowset.ColClusterID); at != "" && !r.Flag(rowset.ColDisabled) {
			x.keywords[at] = append(x.keywords[at], r.ID())
		}
	}
	return x
}

// maxIndexes is how many sites' indexes a process keeps: those that it works on.
const maxIndexes = 8

// indexes are the newest ones of some sites.
type indexes struct {
	mu   sync.Mutex
	site map[string]*index
}

// of gives the index of a set that was just loaded. Who asks while one is made waits for it.
func (x *indexes) of(s account.Scope, site string, set *rowset.Set) *index {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := s.Account() + "/" + site
	have := x.site[key]
	if have != nil && have.version == set.Version() {
		return have
	}
	fresh := indexOf(set)
	if have != nil && have.version > fresh.version {
		return fresh // somebody loaded before the last change
	}
	if x.site == nil {
		x.site = map[string]*index{}
	}
	for other := range x.site {
		if have != nil || len(x.site) < maxIndexes {
			break
		}
		delete(x.site, other)
	}
	x.site[key] = fresh
	return fresh
}
