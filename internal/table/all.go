package table

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/errs"
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

// LoadAll reads any number of keys, asking again for what was left. Items come in no
// particular order.
func LoadAll(ctx context.Context, t Table, keys []Key, c Consistency) ([]Item, error) {
	var out []Item
	for wait := time.Millisecond; len(keys) > 0; {
		n := min(len(keys), MaxLoad)
		items, left, err := t.Load(ctx, keys[:n], c)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
		keys = slices.Concat(left, keys[n:])
		if err := pause(ctx, &wait, n, len(left)); err != nil {
			return nil, err
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
		ops = slices.Concat(left, ops[n:])
		if err := pause(ctx, &wait, n, len(left)); err != nil {
			return err
		}
	}
	return nil
}

// pause waits before what was left is asked for again: longer each time that nothing at
// all was done, up to a second.
func pause(ctx context.Context, wait *time.Duration, asked, left int) error {
	if left == 0 {
		return nil
	}
	if left < asked {
		*wait = time.Millisecond
	}
	timer := time.NewTimer(*wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "unavailable", "the call was given up before the table answered").With(ctx.Err())
	case <-timer.C:
		*wait = min(*wait*2, time.Second)
		return nil
	}
}

// Each is All with each item decoded. It holds a page of the answer at a time; after an
// error there is nothing more.
func Each[T any](ctx context.Context, t Table, q Query, decode func(Item) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for it, err := range All(ctx, t, q) {
			var x T
			if err == nil {
				x, err = decode(it)
			}
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}

// Kept is those of a stream that keep takes; what names the reader in its error.
func Kept[T any](all iter.Seq2[T, error], what string, keep func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for x, err := range all {
			if err == nil && !keep(x) {
				continue
			}
			if !yield(x, errs.Wrap(what, err)) {
				return
			}
		}
	}
}

// CollectAs is Collect with each item decoded.
func CollectAs[T any](ctx context.Context, t Table, q Query, decode func(Item) (T, error)) ([]T, error) {
	var out []T
	for x, err := range Each(ctx, t, q, decode) {
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// LoadAs reads the records of ids and decodes them, by id; those that are not there are left
// out. key gives where a record is.
func LoadAs[T any](ctx context.Context, t Table, ids []string, key func(id string) Key, decode func(Item) (T, error)) (map[string]T, error) {
	keys, named := make([]Key, len(ids)), make(map[Key]string, len(ids))
	for i, id := range ids {
		keys[i] = key(id)
		named[keys[i]] = id
	}
	items, err := LoadAll(ctx, t, keys, Consistent)
	if err != nil {
		return nil, err
	}
	out := make(map[string]T, len(items))
	for _, it := range items {
		x, err := decode(it)
		if err != nil {
			return nil, err
		}
		out[named[it.Key]] = x
	}
	return out, nil
}

// GetAs reads one item consistently and decodes it; NotFound when absent.
func GetAs[T any](ctx context.Context, t Table, key Key, decode func(Item) (T, error)) (T, error) {
	it, err := t.Get(ctx, key, Consistent)
	if err != nil {
		var none T
		return none, err
	}
	return decode(it)
}

// PutAs writes one item with what Encode makes of v, under conditions: the way that GetAs
// goes back. Errors of Encode and of Write; safe to repeat as the conditions say.
func PutAs(ctx context.Context, t Table, item Item, v any, conds ...Cond) error {
	attrs, err := Encode(v)
	if err != nil {
		return err
	}
	item.Attrs = attrs
	return t.Write(ctx, Put(item, conds...))
}
