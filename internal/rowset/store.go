package rowset

import (
	"context"
	"runtime"
	"slices"
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
	maxPacked = 300 << 10 // bytes of a page's blocks, well below table.MaxItem
	maxEdits  = 32 << 10  // bytes of the changes that a head holds, before packing
	keepUndo  = 14 * 24 * time.Hour
	keepDone  = 24 * time.Hour   // how long a finished intent answers "was it written?"
	setBytes  = 256 << 20        // of sets that are kept in memory
	maxTries  = 50               // applications of one change before it gives up
	loadPages = 16               // asked for in one request
	loaders   = 4                // such requests at a time
	loadTime  = 30 * time.Second // for the pages of a site; those of 200,000 rows take less than one
)

// limits are sizes that tests make small.
type limits struct {
	rows    int   // of a page
	pending int   // rows that a head changes itself
	batch   int   // bytes of the pages written in one transaction
	step    int64 // between new ranks
}

// Store reads and changes the row sets of sites. It is safe for concurrent use. What it
// keeps in memory is at most 256 MB (see NewKeeping), or the one site that was asked for last. Pages are read
// of one site at a time, so that ten jobs of a batch that ask for one site read it once, and for
// ten sites never need the memory of ten readings.
type Store struct {
	table  table.Table
	clock  clock.Clock
	ids    *id.Source
	limits limits
	sets   *cache[*Set]  // the newest known, by the name of the site's partition
	turn   chan struct{} // held by who reads pages
}

// New makes a Store on a table.
func New(t table.Table, c clock.Clock, ids *id.Source) *Store {
	return NewKeeping(setBytes, t, c, ids)
}

// NewKeeping is New with another bound, in bytes, of what is kept in memory.
func NewKeeping(bytes int, t table.Table, c clock.Clock, ids *id.Source) *Store {
	return &Store{table: t, clock: c, ids: ids, limits: limits{rows: 3000, pending: 100, batch: 1 << 20, step: rankStep},
		sets: newCache(bytes, (*Set).bytes), turn: make(chan struct{}, 1)}
}

// Cached is how many bytes of rows are kept in memory.
func (s *Store) Cached() int { return s.sets.used() }

// bytes is about how much memory a set takes.
func (s *Set) bytes() (n int) {
	for _, p := range s.raw {
		n += 200 + p.bytes()
	}
	for _, sh := range s.sheets {
		n += sh.own()
	}
	return n
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

// Totals reads counts and sums of a site's rows from the head alone. NotFound as of Load.
func (s *Store) Totals(ctx context.Context, scope account.Scope, site string) (map[Kind]Totals, error) {
	w := where{scope, site}
	_, h, err := s.headOnly(ctx, w, table.Consistent)
	if errs.Is(err, errs.NotFound) {
		if _, err := w.partition().Name(); err != nil {
			return nil, errs.Wrap("rowset.Totals", err)
		}
		return map[Kind]Totals{}, nil
	}
	return h.Totals, errs.Wrap("rowset.Totals", err)
}

const codePageGone = "page_gone"

func (s *Store) load(ctx context.Context, w where, c table.Consistency) (*Set, error) {
	name, err := w.partition().Name()
	if err != nil {
		return nil, err
	}
	it, err := s.table.Get(ctx, w.head(), c)
	if errs.Is(err, errs.NotFound) {
		return &Set{sheets: map[Kind]*sheet{Keywords: arrange(nil, nil, nil), Clusters: arrange(nil, nil, nil)}}, nil
	}
	if err != nil {
		return nil, err
	}
	if set := s.known(name); set.covers(it) {
		return set, nil
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, errs.New(errs.Unavailable, "stopped", "stopped while waiting for another site's keywords").With(ctx.Err())
	}
	known := s.known(name) // who had the turn before may have read it
	if known.covers(it) {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, loadTime) // others wait
	defer cancel()
	set := &Set{version: it.Version, sheets: map[Kind]*sheet{}}
	if set.head, err = readHead(it); err != nil {
		return nil, err
	}
	if err := s.fill(ctx, w, set, known.raw); err != nil {
		return nil, err
	}
	s.sets.put(name, set)
	return set, nil
}

// known is what is in memory of a site; an empty Set when nothing is.
func (s *Store) known(name string) *Set {
	if set, ok := s.sets.get(name); ok {
		return set
	}
	return &Set{}
}

// covers tells whether the set is the one of this head, or a later one.
func (s *Set) covers(head table.Item) bool {
	write, _ := head.Attrs[attrWrite].(string)
	return s.version > head.Version || s.version == head.Version && s.head.Write == write
}

// headOnly reads the head without its pages; NotFound when nothing was ever stored.
func (s *Store) headOnly(ctx context.Context, w where, c table.Consistency) (version int64, h head, err error) {
	it, err := s.table.Get(ctx, w.head(), c)
	if err != nil {
		return 0, h, err
	}
	h, err = readHead(it)
	return it.Version, h, err
}

// fill brings the pages of the set's head, those that are known without a request, and does
// the head's own edits on them.
func (s *Store) fill(ctx context.Context, w where, set *Set, known map[string]*page) (err error) {
	if set.raw, err = s.fetch(ctx, w, set.head.pages(), known); err != nil {
		return err
	}
	for _, k := range Kinds() {
		var stored []*page
		for _, ref := range *set.head.refs(k) {
			stored = append(stored, set.raw[ref.ID])
		}
		if set.sheets[k], err = edited(stored, set.head.edits[k]); err != nil {
			return err
		}
	}
	return nil
}

// edited is a sheet of pages with the head's edits done.
func edited(stored []*page, p *pending) (*sheet, error) {
	changed := make([]bool, len(stored))
	if p == nil {
		return arrange(stored, changed, nil), nil
	}
	see := func(id int64) {
		if i := pageOf(stored, id); i < len(stored) {
			changed[i] = true
		}
	}
	for id := range p.edits {
		see(id)
	}
	for id := range p.gone {
		see(id)
	}
	out := slices.Clone(stored)
	var err error
	for i, is := range changed {
		if !is {
			continue
		}
		if out[i], err = stored[i].with(p.edits, p.gone, nil); err != nil {
			return nil, err
		}
	}
	tail, err := (*page)(nil).with(nil, nil, p.fresh)
	return arrange(out, changed, tail), err
}

func (s *Store) fetch(ctx context.Context, w where, pages []string, known map[string]*page) (map[string]*page, error) {
	have := make(map[string]*page, len(pages))
	// Pages never change, so a cheap read is as good as any when it finds them.
	for _, c := range []table.Consistency{table.Eventual, table.Consistent} {
		wanted := map[string]string{} // by the name of the partition
		var keys []table.Key
		for _, p := range pages {
			if have[p] != nil {
				continue
			}
			if have[p] = known[p]; have[p] != nil {
				continue
			}
			key := w.page(p)
			name, err := key.Partition.Name()
			if err != nil {
				return nil, err
			}
			keys, wanted[name] = append(keys, key), p
		}
		found, err := s.read(ctx, keys, c)
		if err != nil {
			return nil, err
		}
		for name, p := range found {
			have[wanted[name]] = p
		}
	}
	for _, p := range pages {
		if have[p] == nil {
			return nil, errs.New(errs.Internal, codePageGone, "a page of rows is missing: "+p)
		}
	}
	return have, nil
}

// read loads and decodes pages, several requests at a time; what is absent is left out.
func (s *Store) read(ctx context.Context, keys []table.Key, c table.Consistency) (map[string]*page, error) {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		fault error
		out   = make(map[string]*page, len(keys))
		turns = make(chan struct{}, loaders)
		cores = make(chan struct{}, max(runtime.GOMAXPROCS(0), 1))
	)
	keep := func(name string, p *page, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			fault = err
			return
		}
		out[name] = p
	}
	for chunk := range slices.Chunk(keys, loadPages) {
		wg.Go(func() {
			turns <- struct{}{}
			items, err := table.LoadAll(ctx, s.table, chunk, c)
			<-turns
			if err != nil {
				keep("", nil, err)
			}
			for _, it := range items {
				wg.Go(func() {
					cores <- struct{}{}
					defer func() { <-cores }()
					name, err := it.Key.Partition.Name()
					if err != nil {
						keep("", nil, err)
						return
					}
					p, err := decode(it.Attrs)
					keep(name, p, err)
				})
			}
		})
	}
	wg.Wait()
	return out, fault
}
