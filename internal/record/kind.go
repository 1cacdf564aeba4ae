// Package record keeps a site's records of one kind, such as its ideas or its tasks: one item
// of the table each, which people change and delete, one or several at once, by its version.
package record

import (
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Kind says how records are kept.
type Kind[T any] struct {
	Type   string        // of their items, and what errors call one: "idea"
	Prefix string        // of their sort keys, before the id
	Keep   time.Duration // how long a deleted one can be restored
	Head   func(*T) Head // where a record has what all have
}

// Head is what every record has, by reference.
type Head struct {
	ID, Site         *string
	Deleted          *bool
	Created, Updated *time.Time
	Version          *int64
}

// Key is where the record of a site with that id is.
func (k Kind[T]) Key(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: k.Prefix + id}
}

// Every asks for all records of a site, also the deleted ones.
func (k Kind[T]) Every(s account.Scope, site string) table.Query {
	return table.Query{Partition: table.OfSite(s, site), Prefix: k.Prefix, Consistency: table.Consistent}
}

// New stores a record that is not there yet. It fails on what table.Encode can't hold.
func (k Kind[T]) New(s account.Scope, x T) (table.Op, error) {
	attrs, err := table.Encode(x)
	if err != nil {
		return table.Op{}, errs.Wrap("encode "+k.Type, err)
	}
	delete(attrs, "created_at")
	delete(attrs, "updated_at")
	delete(attrs, "version")
	h := k.Head(&x)
	return table.Put(table.Item{Key: k.Key(s, *h.Site, *h.ID), Type: k.Type, Attrs: attrs}, table.Absent()), nil
}

// Replace writes a whole record on condition that nobody wrote it since it was read. Errors as
// of New.
func (k Kind[T]) Replace(s account.Scope, x T) (table.Op, error) {
	op, err := k.New(s, x)
	if err != nil {
		return table.Op{}, err
	}
	h := k.Head(&x)
	op.Item.Version, op.Item.Created = *h.Version, *h.Created
	op.If = []table.Cond{table.VersionIs(*h.Version)}
	return op, nil
}

// Hide marks a record as deleted until then, on condition that nobody wrote it since it was
// read.
func (k Kind[T]) Hide(s account.Scope, x T, until time.Time) table.Op {
	h := k.Head(&x)
	return table.Hide(k.Key(s, *h.Site, *h.ID), until, table.VersionIs(*h.Version))
}

// Read gives the record that an item holds, also a deleted one.
func (k Kind[T]) Read(it table.Item) (T, error) {
	var x, none T
	if err := table.Decode(it.Attrs, &x); err != nil {
		return none, errs.Wrap("decode "+k.Type, err)
	}
	h := k.Head(&x)
	*h.ID = strings.TrimPrefix(it.Key.Sort, k.Prefix)
	*h.Created, *h.Updated, *h.Version = it.Created, it.Updated, it.Version
	return x, nil
}
