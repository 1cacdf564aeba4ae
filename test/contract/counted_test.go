package contract_test

import (
	"context"
	"sync"

	"github.com/igny8/igny8/internal/table"
)

// cost is a number of requests to the table: what DynamoDB is asked, each call of the port
// once, a transaction of many items too.
type cost struct{ Reads, Writes int }

func (c cost) less(before cost) cost { return cost{c.Reads - before.Reads, c.Writes - before.Writes} }

// counted is a table that counts.
type counted struct {
	table.Table
	mu  sync.Mutex
	sum cost
}

func (c *counted) now() cost {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sum
}

func (c *counted) add(reads, writes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Reads += reads
	c.sum.Writes += writes
}

func (c *counted) Get(ctx context.Context, k table.Key, l table.Consistency) (table.Item, error) {
	c.add(1, 0)
	return c.Table.Get(ctx, k, l)
}

func (c *counted) Query(ctx context.Context, q table.Query) (table.Page, error) {
	c.add(1, 0)
	return c.Table.Query(ctx, q)
}

func (c *counted) Load(ctx context.Context, keys []table.Key, l table.Consistency) ([]table.Item, []table.Key, error) {
	c.add(1, 0)
	return c.Table.Load(ctx, keys, l)
}

func (c *counted) Write(ctx context.Context, op table.Op) error {
	c.add(0, 1)
	return c.Table.Write(ctx, op)
}

func (c *counted) Transact(ctx context.Context, ops ...table.Op) error {
	c.add(0, 1)
	return c.Table.Transact(ctx, ops...)
}

func (c *counted) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	c.add(0, 1)
	return c.Table.Store(ctx, ops)
}
