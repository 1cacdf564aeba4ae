package rowset

import (
	"container/list"
	"sync"
)

// cache keeps what was used last, by name, within a number of bytes: the newest in any case.
type cache[T any] struct {
	mu    sync.Mutex
	most  int
	size  func(T) int
	at    map[string]*list.Element
	order list.List
	bytes int
}

type cached[T any] struct {
	name  string
	value T
	bytes int
}

func newCache[T any](most int, size func(T) int) *cache[T] {
	return &cache[T]{most: most, size: size, at: map[string]*list.Element{}}
}

func (c *cache[T]) get(name string) (v T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.at[name]
	if e == nil {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cached[T]).value, true
}

// put keeps v in place of what has its name.
func (c *cache[T]) put(name string, v T) {
	n := c.size(v) + len(name) + 200
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.at[name]; e != nil {
		c.drop(e)
	}
	c.at[name] = c.order.PushFront(cached[T]{name, v, n})
	c.bytes += n
	for c.bytes > c.most && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *cache[T]) drop(e *list.Element) {
	old := c.order.Remove(e).(cached[T])
	delete(c.at, old.name)
	c.bytes -= old.bytes
}

// used is how many bytes are kept.
func (c *cache[T]) used() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}
