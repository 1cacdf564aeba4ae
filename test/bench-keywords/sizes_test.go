package benchkeywords

import (
	"context"
	"sync"

	"github.com/igny8/igny8/internal/table"
)

// sizes stands before a table and works out, from the items' own bytes, what their writes
// cost in units, so that the service's word does not stand alone.
type sizes struct {
	table.Table
	mu            sync.Mutex
	writes, bytes int64
	units         int64
}

func (s *sizes) count(times int64, ops ...table.Op) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	for _, op := range ops {
		n := int64(1) // a check, a change or a deletion of a small item
		if op.Kind == table.OpPut {
			size := int64(op.Item.Size())
			s.bytes += size
			n = (size + 1023) / 1024
		}
		s.units += times * n
	}
}

func (s *sizes) Write(ctx context.Context, op table.Op) error {
	s.count(1, op)
	return s.Table.Write(ctx, op)
}

func (s *sizes) Transact(ctx context.Context, ops ...table.Op) error {
	s.count(2, ops...)
	return s.Table.Transact(ctx, ops...)
}

func (s *sizes) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	s.count(1, ops...)
	return s.Table.Store(ctx, ops)
}
