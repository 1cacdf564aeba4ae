// Package memory is the table's port in memory, for tests that need a hundred thousand of
// them: it keeps nothing, and passes the port's suite.
package memory

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Table is a table.Table in memory. It is safe for concurrent use.
type Table struct {
	clock clock.Clock
	mu    sync.Mutex
	parts map[string]map[string]table.Item // by partition, then sort key
}

var _ table.Table = (*Table)(nil)

// New makes an empty table.
func New(c clock.Clock) *Table {
	return &Table{clock: c, parts: map[string]map[string]table.Item{}}
}

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, key table.Key, _ table.Consistency) (table.Item, error) {
	if err := table.CheckKey(key); err != nil {
		return table.Item{}, err
	}
	if err := ended(ctx); err != nil {
		return table.Item{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	it, ok := t.find(key)
	if !ok || t.expired(it) {
		return table.Item{}, errs.New(errs.NotFound, "not_found", "not found")
	}
	return given(it, key), nil
}

// Load implements table.Table.
func (t *Table) Load(ctx context.Context, keys []table.Key, _ table.Consistency) (found []table.Item, left []table.Key, err error) {
	if keys, err = table.CheckLoad(keys); err != nil || len(keys) == 0 {
		return nil, nil, err
	}
	if err := ended(ctx); err != nil {
		return nil, nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	size := 0
	for i, key := range keys {
		it, ok := t.find(key)
		if !ok {
			continue
		}
		if size += it.Size(); size > table.MaxLoadBytes {
			return found, keys[i:], nil
		}
		if !t.expired(it) {
			found = append(found, given(it, key))
		}
	}
	return found, nil, nil
}

// Write implements table.Table.
func (t *Table) Write(ctx context.Context, op table.Op) error {
	op, err := table.CheckWrite(op)
	if err != nil {
		return err
	}
	return t.do(ctx, []table.Op{op})
}

// Transact implements table.Table.
func (t *Table) Transact(ctx context.Context, ops ...table.Op) error {
	ops, err := table.CheckTransact(ops)
	if err != nil || len(ops) == 0 {
		return err
	}
	return t.do(ctx, ops)
}

// Store implements table.Table; nothing is ever left.
func (t *Table) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	ops, err := table.CheckStore(ops)
	if err != nil || len(ops) == 0 {
		return nil, err
	}
	return nil, t.do(ctx, ops)
}

// Query implements table.Table.
func (t *Table) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := q.Check(); err != nil {
		return table.Page{}, err
	}
	start, err := q.Start()
	if err != nil || q.Empty() {
		return table.Page{}, err
	}
	if err := ended(ctx); err != nil {
		return table.Page{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var page table.Page
	var last table.Cursor
	size, read := 0, 0
	for _, r := range t.rows(q, start) {
		if size += r.it.Size(); read > 0 && size > table.MaxPage {
			page.Next = q.Next(last)
			break
		}
		if read++; !t.expired(r.it) {
			page.Items = append(page.Items, given(r.it, r.it.Key))
		}
		if last = r.at; read == q.Limit {
			page.Next = q.Next(last)
			break
		}
	}
	return page, nil
}

// row is an item where a query meets it.
type row struct {
	it table.Item
	at table.Cursor
}

func compare(a, b table.Cursor) int {
	return cmp.Or(strings.Compare(a.Sort, b.Sort), strings.Compare(a.Partition, b.Partition), strings.Compare(a.Item, b.Item))
}

// rows are the items of a query in its direction, from behind the cursor.
func (t *Table) rows(q table.Query, start *table.Cursor) []row {
	name, _ := q.Partition.Name() // checked before
	var out []row
	take := func(it table.Item, at table.Cursor) {
		in := strings.HasPrefix(at.Sort, q.Prefix) && at.Sort >= q.From && (q.To == "" || at.Sort <= q.To)
		if start != nil && in {
			c := compare(at, *start)
			in = c > 0 && !q.Reverse || c < 0 && q.Reverse
		}
		if in {
			out = append(out, row{it, at})
		}
	}
	if !q.OnIndex {
		for sort, it := range t.parts[name] {
			it.Key = table.Key{Partition: q.Partition, Sort: sort}
			take(it, table.Cursor{Sort: sort})
		}
	} else {
		for partition, items := range t.parts {
			peer, err := q.Partition.Peer(partition)
			for sort, it := range items {
				if it.Index == nil || err != nil {
					continue
				}
				if at, _ := it.Index.Partition.Name(); at == name {
					it.Key = table.Key{Partition: peer, Sort: sort}
					take(it, table.Cursor{Sort: it.Index.Sort, Partition: partition, Item: sort})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b row) int {
		if q.Reverse {
			return compare(b.at, a.at)
		}
		return compare(a.at, b.at)
	})
	return out
}

func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return errs.New(errs.Unavailable, "unavailable", "the call has ended").With(ctx.Err())
	}
	return nil
}

func (t *Table) find(key table.Key) (table.Item, bool) {
	name, _ := key.Partition.Name() // checked before
	it, ok := t.parts[name][key.Sort]
	return it, ok
}

func (t *Table) expired(it table.Item) bool {
	return !it.Expires.IsZero() && it.Expires.Unix() <= t.clock.Now().Unix()
}

// given is a stored item as a caller gets it: a copy, under the caller's key.
func given(it table.Item, key table.Key) table.Item {
	it.Key = key
	it.Attrs, _ = it.Attrs.Plain() // stored ones are plain
	if it.Attrs == nil {
		it.Attrs = table.Attrs{}
	}
	if it.Index != nil {
		name, _ := it.Index.Partition.Name()
		peer, _ := key.Partition.Peer(name) // kept within the tenant when it was stored
		it.Index = &table.Index{Partition: peer, Sort: it.Index.Sort}
	}
	return it
}

// do tests the conditions of all operations, then does them; an error leaves all as it was.
func (t *Table) do(ctx context.Context, ops []table.Op) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var failed []int
	for i, op := range ops {
		it, there := t.find(op.Key)
		if slices.ContainsFunc(op.If, func(c table.Cond) bool { return !holds(c, it, there) }) {
			failed = append(failed, i)
		}
	}
	if failed != nil {
		return &table.Failed{Ops: failed}
	}
	fresh := make([]table.Item, len(ops))
	for i, op := range ops {
		var err error
		if fresh[i], err = t.next(op); err != nil {
			return err
		}
	}
	for i, op := range ops {
		name, _ := op.Key.Partition.Name()
		switch op.Kind {
		case table.OpPut, table.OpChange:
			if t.parts[name] == nil {
				t.parts[name] = map[string]table.Item{}
			}
			t.parts[name][op.Key.Sort] = fresh[i]
		case table.OpDelete:
			delete(t.parts[name], op.Key.Sort)
		}
	}
	return nil
}

// next is the item that a Put or Change leaves.
func (t *Table) next(op table.Op) (table.Item, error) {
	now := t.clock.Now().UTC().Round(0)
	switch op.Kind {
	case table.OpPut:
		it := op.Item
		it.Version++
		it.Updated = now
		if it.Created.IsZero() {
			it.Created = now
		}
		it.Created = it.Created.UTC().Round(0)
		it.Expires = second(it.Expires)
		return it, nil
	case table.OpChange:
		return t.change(op, now)
	}
	return table.Item{}, nil
}

func (t *Table) change(op table.Op, now time.Time) (table.Item, error) {
	it, there := t.find(op.Key)
	c := op.Changes
	if !there {
		it = table.Item{Key: op.Key, Created: now}
	}
	if it.Type == "" {
		it.Type = c.Type
	}
	it.Attrs = maps.Clone(it.Attrs)
	if it.Attrs == nil {
		it.Attrs = table.Attrs{}
	}
	it.Version++
	it.Updated, it.Actor = now, op.Key.Partition.Actor()
	maps.Copy(it.Attrs, c.Set)
	for _, name := range c.Remove {
		delete(it.Attrs, name)
	}
	for name, n := range c.Add {
		v, err := sum(it.Attrs, name, n)
		if err != nil {
			return it, err
		}
		it.Attrs[name] = v
	}
	if c.Expires != nil {
		it.Expires = second(*c.Expires)
	}
	if c.Index != nil || c.NoIndex {
		it.Index = c.Index
	}
	return it, table.CheckSize(it)
}

func second(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return time.Unix(at.Unix(), 0).UTC()
}

func sum(attrs table.Attrs, name string, n int64) (any, error) {
	v, ok := attrs[name]
	if !ok {
		return n, nil
	}
	switch have := v.(type) {
	case int64:
		if n > 0 && have > math.MaxInt64-n || n < 0 && have < math.MinInt64-n {
			return nil, errs.New(errs.Invalid, "sum", "the sum leaves int64")
		}
		return have + n, nil
	case float64:
		return table.Whole(have + float64(n)), nil
	}
	return nil, errs.New(errs.Invalid, "sum", name+" is no number to add to")
}

// holds tells whether a condition holds for what is stored, expired or not.
func holds(c table.Cond, it table.Item, there bool) bool {
	have, has := it.Attrs[c.Name]
	switch c.Kind {
	case table.CondAbsent:
		return !there
	case table.CondExists:
		return there
	case table.CondVersion:
		return it.Version == c.Value // 0 when there is none
	case table.CondMissing:
		return !has
	case table.CondEquals:
		switch have.(type) {
		case string, bool, int64:
			return have == c.Plain()
		}
		return false
	}
	switch v := have.(type) {
	case int64:
		return v >= c.Value.(int64)
	case float64:
		return v >= float64(c.Value.(int64))
	}
	return false
}
