package httpapi

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// The page sizes of lists (facts 16.1).
const (
	DefaultPageSize = 10
	MaxPageSize     = 100
)

// ListQuery is what every list takes; embed it in the input struct.
type ListQuery struct {
	Page     int    `query:"page" minimum:"1" default:"1" doc:"page number, from 1"`
	PageSize int    `query:"page_size" minimum:"1" default:"10" doc:"records a page; more than 100 count as 100"`
	Ordering string `query:"ordering" maxLength:"200" doc:"field to sort by, - before it for descending; several with commas"`
	Search   string `query:"search" maxLength:"200" doc:"text to look for"`
}

// Size is the page size within its limits.
func (q ListQuery) Size() int {
	if q.PageSize < 1 {
		return DefaultPageSize
	}
	return min(q.PageSize, MaxPageSize)
}

// Number is the page number, from 1.
func (q ListQuery) Number() int { return max(q.Page, 1) }

// Offset is how many records come before the page.
func (q ListQuery) Offset() int {
	if q.Number() > 1<<31/MaxPageSize {
		return 1 << 31
	}
	return (q.Number() - 1) * q.Size()
}

// Page is one page of a list of Count records.
type Page[T any] struct {
	Count   int
	Results []T
	Number  int
	Size    int
}

// NewPage makes the page of q from results that the service has cut already.
func NewPage[T any](q ListQuery, count int, results []T) Page[T] {
	return Page[T]{Count: count, Results: results, Number: q.Number(), Size: q.Size()}
}

// links are the addresses of the pages around this one, relative to the server.
func (p Page[T]) links(u *url.URL) (next, previous *string) {
	if p.Size == 0 {
		return nil, nil
	}
	last := max((p.Count+p.Size-1)/p.Size, 1)
	at := func(n int) *string {
		q := u.Query()
		q.Set("page", strconv.Itoa(n))
		s := u.Path + "?" + q.Encode()
		return &s
	}
	if p.Number < last {
		next = at(p.Number + 1)
	}
	if p.Number > 1 {
		previous = at(min(p.Number-1, last))
	}
	return next, previous
}

// Lister filters, searches, sorts and cuts a slice in memory.
type Lister[T any] struct {
	// Keep drops what the query's filters exclude; nil keeps all.
	Keep func(T) bool
	// Text gives the texts that search looks through, without regard to case.
	Text func(T) []string
	// Order has a comparison for each name that ordering may hold.
	Order map[string]func(a, b T) int
	// Default is the ordering when none is asked for.
	Default string
}

// Page gives the page of q. all is left as it is. Invalid: an unknown ordering.
func (l Lister[T]) Page(all []T, q ListQuery) (Page[T], error) {
	rows := make([]T, 0, len(all))
	needle := strings.ToLower(strings.TrimSpace(q.Search))
	for _, row := range all {
		if (l.Keep == nil || l.Keep(row)) && l.found(row, needle) {
			rows = append(rows, row)
		}
	}
	if err := l.sort(rows, q.Ordering); err != nil {
		return Page[T]{}, err
	}
	from := min(q.Offset(), len(rows))
	return NewPage(q, len(rows), rows[from:min(from+q.Size(), len(rows))]), nil
}

func (l Lister[T]) found(row T, needle string) bool {
	if needle == "" || l.Text == nil {
		return true
	}
	return slices.ContainsFunc(l.Text(row), func(s string) bool { return strings.Contains(strings.ToLower(s), needle) })
}

func (l Lister[T]) sort(rows []T, ordering string) error {
	if ordering == "" {
		ordering = l.Default
	}
	if ordering == "" {
		return nil
	}
	var steps []func(a, b T) int
	for name := range strings.SplitSeq(ordering, ",") {
		field, down := strings.CutPrefix(strings.TrimSpace(name), "-")
		cmp, ok := l.Order[field]
		if !ok {
			return errs.Field("ordering", "has to be one of: "+strings.Join(l.names(), ", "))
		}
		if down {
			up := cmp
			cmp = func(a, b T) int { return up(b, a) }
		}
		steps = append(steps, cmp)
	}
	slices.SortStableFunc(rows, func(a, b T) int {
		for _, cmp := range steps {
			if c := cmp(a, b); c != 0 {
				return c
			}
		}
		return 0
	})
	return nil
}

func (l Lister[T]) names() []string {
	out := make([]string, 0, len(l.Order))
	for n := range l.Order {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
