package rowset

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Sizes and ages.
const (
	maxRows   = 3000      // rows of a page
	maxPacked = 300 << 10 // bytes of a page's blocks, well below table.MaxItem
	keepUndo  = 14 * 24 * time.Hour
	keepDone  = 24 * time.Hour // how long a finished intent answers "was it written?"
	cacheSize = 400_000        // rows kept decoded
	maxTries  = 50             // applications of one change before it gives up
)

// Store reads and changes the row sets of sites. It is safe for concurrent use.
type Store struct {
	table table.Table
	clock clock.Clock
	ids   *id.Source
	cache cache
}

// New makes a Store on a table.
func New(t table.Table, c clock.Clock, ids *id.Source) *Store {
	return &Store{table: t, clock: c, ids: ids, cache: cache{at: map[string]*list.Element{}}}
}

// Load reads both sets of a site; a site that never had rows has empty ones. NotFound for a
// site that the Scope does not see.
func (s *Store) Load(ctx context.Context, scope account.Scope, site string, c table.Consistency) (*Set, error) {
	set, err := s.load(ctx, where{scope, site}, c)
	if err != nil && c == table.Eventual && errs.Of(err).Code == codePageGone {
		// An old head whose pages were cleaned up meanwhile: look at the present one.
		set, err = s.load(ctx, where{scope, site}, table.Consistent)
	}
	return set, errs.Wrap("rowset.Load", err)
}

const codePageGone = "page_gone"

func (s *Store) load(ctx context.Context, w where, c table.Consistency) (*Set, error) {
	set := &Set{pages: map[Kind][]*page{}}
	it, err := s.table.Get(ctx, w.head(), c)
	if errs.Is(err, errs.NotFound) {
		_, err := w.partition().Name()
		return set, err
	}
	if err != nil {
		return nil, err
	}
	if err := table.Decode(it.Attrs, &set.head); err != nil {
		return nil, err
	}
	set.version = it.Version
	return set, s.fill(ctx, w, set)
}

// fill brings the pages of the set's head, from the cache where it has them.
func (s *Store) fill(ctx context.Context, w where, set *Set) error {
	have, err := s.fetch(ctx, w, set.head.pages())
	if err != nil {
		return err
	}
	for _, k := range Kinds() {
		for _, ref := range *set.head.refs(k) {
			set.pages[k] = append(set.pages[k], have[ref.ID])
		}
	}
	return nil
}

func (s *Store) fetch(ctx context.Context, w where, pages []string) (map[string]*page, error) {
	have := map[string]*page{}
	// Pages never change, so a cheap read is as good as any when it finds them.
	for _, c := range []table.Consistency{table.Eventual, table.Consistent} {
		var keys []table.Key
		byName := map[string]string{}
		for _, p := range pages {
			key := w.page(p)
			name, err := key.Partition.Name()
			if err != nil {
				return nil, err
			}
			if have[p] != nil {
				continue
			}
			if have[p] = s.cache.get(name); have[p] != nil {
				continue
			}
			keys, byName[name] = append(keys, key), p
		}
		items, err := table.LoadAll(ctx, s.table, keys, c)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			name, err := it.Key.Partition.Name()
			if err != nil {
				return nil, err
			}
			p, err := decode(it.Attrs)
			if err != nil {
				return nil, err
			}
			have[byName[name]] = p
			s.cache.put(name, p)
		}
	}
	for _, p := range pages {
		if have[p] == nil {
			return nil, errs.New(errs.Internal, codePageGone, "a page of rows is missing: "+p)
		}
	}
	return have, nil
}

// cache keeps the pages used last, decoded, by the name of their partition.
type cache struct {
	mu    sync.Mutex
	at    map[string]*list.Element
	order list.List
	rows  int
}

type cached struct {
	name string
	page *page
}

func (c *cache) get(name string) *page {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.at[name]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).page
}

func (c *cache) put(name string, p *page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at[name] != nil {
		return
	}
	c.at[name] = c.order.PushFront(cached{name, p})
	c.rows += len(p.ids)
	for c.rows > cacheSize && c.order.Len() > 1 {
		e := c.order.Back()
		old := c.order.Remove(e).(cached)
		delete(c.at, old.name)
		c.rows -= len(old.page.ids)
	}
}
