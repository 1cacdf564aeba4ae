package table

import (
	"context"
	"iter"
	"time"
)

// All reads every page of a query, one after the other.
func All(ctx context.Context, t Table, q Query) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for {
			page, err := t.Query(ctx, q)
			if err != nil {
				yield(Item{}, err)
				return
			}
			for _, it := range page.Items {
				if !yield(it, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			q.After = page.Next
		}
	}
}

// Collect is All as a slice.
func Collect(ctx context.Context, t Table, q Query) ([]Item, error) {
	var out []Item
	for it, err := range All(ctx, t, q) {
		if err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

// LoadAll reads any number of keys, asking again for what was left.
func LoadAll(ctx context.Context, t Table, keys []Key, c Consistency) ([]Item, error) {
	var out []Item
	for wait := time.Millisecond; len(keys) > 0; {
		n := min(len(keys), MaxLoad)
		items, left, err := t.Load(ctx, keys[:n], c)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
		keys = append(left, keys[n:]...)
		if len(left) == n {
			if err := pause(ctx, &wait); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// StoreAll does any number of unconditional operations, trying again what was left.
// When it fails, some may be done: repeat the whole.
func StoreAll(ctx context.Context, t Table, ops []Op) error {
	for wait := time.Millisecond; len(ops) > 0; {
		n := min(len(ops), MaxStore)
		left, err := t.Store(ctx, ops[:n])
		if err != nil {
			return err
		}
		ops = append(left, ops[n:]...)
		if len(left) == n {
			if err := pause(ctx, &wait); err != nil {
				return err
			}
		}
	}
	return nil
}

func pause(ctx context.Context, wait *time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(*wait):
		*wait = min(*wait*2, time.Second)
		return nil
	}
}
