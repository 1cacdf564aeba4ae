// Package table is the port to the one durable table of IGNY8: items under a partition and
// a sort key, conditional writes, transactions, pages. Its drivers (embedded, dynamo) pass
// the same conformance suite (tabletest).
//
// A Partition can only be made from an account.Scope or a system.Handle, so a call that
// forgets the tenant does not compile.
package table

import (
	"context"
	"time"
)

// Limits that every driver keeps (those of DynamoDB).
const (
	MaxItem     = 400 << 10 // bytes of an item, names included
	MaxTransact = 100       // operations in one Transact
	MaxPage     = 1 << 20   // bytes that one Query reads
	MaxLoad     = 100       // keys in one Load
	MaxStore    = 25        // operations in one Store
)

// Attrs are an item's own attributes. Values are string, bool, int64, float64, []byte,
// []any, map[string]any or nil; Encode and Decode turn structs into them and back. Values
// of named or narrower types (a status, an int, a []string) are stored as these and read
// back as these. A whole float64 within int64 reads back as int64: the table's numbers know
// no difference. A nil attribute is there (not Missing). Texts are UTF-8.
type Attrs map[string]any

// Key names one item.
type Key struct {
	Partition Partition
	Sort      string
}

// Index places an item in the one sparse index inside the tenant as well.
type Index struct {
	Partition Partition
	Sort      string
}

// Item is one row of the table.
type Item struct {
	Key     Key
	Type    string    // the entity's name, such as "content"
	Version int64     // 0 for an item that was never stored; each write adds one
	Created time.Time // set by a Put when zero (so put back what was read), and by the Change that makes the item
	Updated time.Time // set by the driver on each write
	Actor   string    // set by the driver from the key's Partition
	Expires time.Time // whole seconds, rounded down; zero: never. Expired items are not read, and deleted some time later
	Index   *Index    // nil: not in the index
	Attrs   Attrs
}

// Table is the port. All methods return errs kinds: Unavailable when the store can't be
// reached or throttles, or when the call's context ended; Invalid when a limit or rule of
// the port is broken; NotFound for an absent item or a Partition that the Scope may not
// see. A failed condition is a *Failed (see FailedCondition). After an Unavailable a write
// may have been done: repeat it with the same conditions, or read first. A call that is
// refused as Invalid or NotFound wrote nothing.
type Table interface {
	// Get reads one item; NotFound when absent or expired.
	Get(ctx context.Context, key Key, c Consistency) (Item, error)
	// Query reads one page of a partition in sort order.
	Query(ctx context.Context, q Query) (Page, error)
	// Write does one Put, Change or Delete. Put stores Item.Version+1 and Change adds one.
	Write(ctx context.Context, op Op) error
	// Transact does all operations or none: at most MaxTransact and MaxTransactBytes, no
	// item twice. On a failed condition *Failed names each operation that failed.
	Transact(ctx context.Context, ops ...Op) error
	// Load reads up to MaxLoad items, in no particular order; those absent or expired are
	// left out, a key named twice is read once, keys in left were not read and should be
	// asked for again (see LoadAll).
	Load(ctx context.Context, keys []Key, c Consistency) (items []Item, left []Key, err error)
	// Store does up to MaxStore unconditional Put and Delete operations, no item twice, not
	// atomically; left were not done and should be tried again (see StoreAll).
	Store(ctx context.Context, ops []Op) (left []Op, err error)
}

// Consistency says what a read sees.
type Consistency bool

// Eventual reads may miss the newest writes; Consistent reads see every write that was
// acknowledged before. The index is never Consistent.
const (
	Eventual   Consistency = false
	Consistent Consistency = true
)

// Query asks for a page of one partition. Prefix and From/To exclude each other. Items of
// the index whose index sort keys are equal come in no particular order.
type Query struct {
	Partition   Partition
	Prefix      string // sort keys that begin so
	From, To    string // sort keys From <= key <= To; empty To: no upper bound
	Reverse     bool
	Limit       int    // items at most, expired ones counted; 0: as many as fit in MaxPage
	After       string // Page.Next of the page before; Invalid with another partition or outside the range
	OnIndex     bool   // Partition and sort keys are those of the index
	Consistency Consistency
}

// Page is one page; Next is empty on the last one. A page may be empty and not the last,
// and the page after a full one may be empty and the last.
type Page struct {
	Items []Item
	Next  string
}

// OpKind is the kind of an Op.
type OpKind uint8

// The kinds of operations.
const (
	OpPut OpKind = iota
	OpChange
	OpDelete
	OpCheck
)

// Op is one operation of Write, Transact or Store. Make it with Put, Change, Delete, Check.
type Op struct {
	Kind    OpKind
	Item    Item // OpPut
	Key     Key  // the others; for OpPut the item's key
	Changes Changes
	If      []Cond // all have to hold
}

// Changes are what an OpChange does to an item. An item that is absent is made (with Type)
// unless a condition forbids it. An item past its expiry that was not deleted yet is
// changed as it is. No attribute is named twice.
type Changes struct {
	Type    string           // the entity's name, used when the change makes the item
	Set     Attrs            // attributes to set
	Add     map[string]int64 // numbers to add to; absent counts as 0, Invalid on what is no number; the sum has to stay an int64
	Remove  []string         // attributes to remove
	Expires *time.Time       // new expiry; zero time removes it
	Index   *Index           // new place in the index
	NoIndex bool             // take the item out of the index
}

// Put stores a whole item in place of what is there, whatever its version: name
// VersionIs(item.Version) to lose no other's write.
func Put(item Item, conds ...Cond) Op { return Op{Kind: OpPut, Item: item, Key: item.Key, If: conds} }

// Change alters attributes of an item.
func Change(key Key, c Changes, conds ...Cond) Op {
	return Op{Kind: OpChange, Key: key, Changes: c, If: conds}
}

// Delete removes an item; an absent one is no error.
func Delete(key Key, conds ...Cond) Op { return Op{Kind: OpDelete, Key: key, If: conds} }

// Check only tests conditions, in a Transact.
func Check(key Key, conds ...Cond) Op { return Op{Kind: OpCheck, Key: key, If: conds} }

// CondKind is the kind of a Cond.
type CondKind uint8

// The kinds of conditions.
const (
	CondAbsent CondKind = iota
	CondExists
	CondVersion
	CondEquals
	CondAtLeast
	CondMissing
)

// Cond is a condition on the item as it is before the operation. An item past its expiry
// that was not deleted yet counts as there: name what you rely on with care.
type Cond struct {
	Kind  CondKind
	Name  string
	Value any
}

// Absent holds when there is no item.
func Absent() Cond { return Cond{Kind: CondAbsent} }

// Exists holds when there is one.
func Exists() Cond { return Cond{Kind: CondExists} }

// VersionIs holds when the item has this version; VersionIs(0) when there is no item, so
// that Put(item, VersionIs(item.Version)) is right for new items as well.
func VersionIs(v int64) Cond { return Cond{Kind: CondVersion, Value: v} }

// Equals holds when the attribute has this value (string, bool or int64).
func Equals(name string, value any) Cond { return Cond{Kind: CondEquals, Name: name, Value: value} }

// AtLeast holds when the attribute is a number of at least n.
func AtLeast(name string, n int64) Cond { return Cond{Kind: CondAtLeast, Name: name, Value: n} }

// Missing holds when the item has no such attribute, or there is no item.
func Missing(name string) Cond { return Cond{Kind: CondMissing, Name: name} }
