package table

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

// Limits of keys and transactions, in bytes.
const (
	MaxPartitionKey  = 2048
	MaxSortKey       = 1024
	MaxTransactBytes = 4 << 20  // all items of one Transact
	MaxLoadBytes     = 16 << 20 // what one Load reads; the other keys are left
)

// The functions below hold the rules that every driver keeps, so that a call refused by
// one is refused by all. They return operations with Plain attributes in fresh maps.

// CheckKey refuses a key that can't be stored: NotFound for a Partition that reaches
// nothing, Invalid for a sort key that is empty, too long or not UTF-8. For drivers.
func CheckKey(k Key) error { return checkKey(k.Partition, k.Sort, "sort key") }

func checkKey(p Partition, sort, what string) error {
	name, err := p.Name()
	if err != nil {
		return err
	}
	if len(name) > MaxPartitionKey || !utf8.ValidString(name) {
		return invalid("partition_key", fmt.Sprintf("the partition key has to be at most %d bytes of UTF-8", MaxPartitionKey))
	}
	if sort == "" || len(sort) > MaxSortKey || !utf8.ValidString(sort) {
		return invalid("sort_key", fmt.Sprintf("the %s has to be 1 to %d bytes of UTF-8", what, MaxSortKey))
	}
	return nil
}

// CheckLoad refuses too many or bad keys and drops those named twice. For drivers.
func CheckLoad(keys []Key) ([]Key, error) {
	if len(keys) > MaxLoad {
		return nil, invalid("too_many", fmt.Sprintf("%d keys in one Load: at most %d, use LoadAll", len(keys), MaxLoad))
	}
	seen := make(map[[2]string]bool, len(keys))
	out := make([]Key, 0, len(keys))
	for _, k := range keys {
		if err := CheckKey(k); err != nil {
			return nil, err
		}
		if at := [2]string{k.Partition.name, k.Sort}; !seen[at] {
			seen[at] = true
			out = append(out, k)
		}
	}
	return out, nil
}

// CheckWrite refuses what Write can't do. For drivers.
func CheckWrite(op Op) (Op, error) {
	if op.Kind == OpCheck {
		return Op{}, invalid("check_alone", "a Check belongs into a Transact")
	}
	return checkOp(op)
}

// CheckTransact refuses what Transact can't do. For drivers.
func CheckTransact(ops []Op) ([]Op, error) {
	if len(ops) > MaxTransact {
		return nil, invalid("too_many", fmt.Sprintf("%d operations in one Transact: at most %d", len(ops), MaxTransact))
	}
	out, err := checkOps(ops)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, op := range out {
		size += op.bytes()
	}
	if size > MaxTransactBytes {
		return nil, invalid("too_large", fmt.Sprintf("one Transact of %d bytes: at most %d", size, MaxTransactBytes))
	}
	return out, nil
}

// CheckStore refuses what Store can't do. For drivers.
func CheckStore(ops []Op) ([]Op, error) {
	if len(ops) > MaxStore {
		return nil, invalid("too_many", fmt.Sprintf("%d operations in one Store: at most %d, use StoreAll", len(ops), MaxStore))
	}
	for _, op := range ops {
		if len(op.If) > 0 || (op.Kind != OpPut && op.Kind != OpDelete) {
			return nil, invalid("store_plain", "Store takes Put and Delete without conditions: use Write or Transact")
		}
	}
	return checkOps(ops)
}

func checkOps(ops []Op) ([]Op, error) {
	seen := make(map[[2]string]bool, len(ops))
	out := make([]Op, len(ops))
	for i, op := range ops {
		op, err := checkOp(op)
		if err != nil {
			return nil, err
		}
		at := [2]string{op.Key.Partition.name, op.Key.Sort}
		if seen[at] {
			return nil, invalid("item_twice", fmt.Sprintf("operation %d names an item that another one names: join them", i))
		}
		seen[at], out[i] = true, op
	}
	return out, nil
}

func checkOp(op Op) (Op, error) {
	if op.Kind == OpPut {
		op.Key = op.Item.Key
	}
	if err := CheckKey(op.Key); err != nil {
		return Op{}, err
	}
	for _, c := range op.If {
		if err := c.check(); err != nil {
			return Op{}, err
		}
	}
	var err error
	switch op.Kind {
	case OpPut:
		op.Item, err = checkItem(op.Item)
	case OpChange:
		op.Changes, err = op.Changes.check(op.Key)
	case OpCheck:
		if len(op.If) == 0 {
			err = invalid("check_empty", "a Check needs a condition")
		}
	case OpDelete:
	default:
		err = invalid("op_kind", "unknown kind of operation: make it with Put, Change, Delete or Check")
	}
	return op, err
}

func checkItem(it Item) (Item, error) {
	if it.Version < 0 || it.Version == math.MaxInt64 {
		return Item{}, invalid("version", fmt.Sprintf("%d can't be an item's version", it.Version))
	}
	if !utf8.ValidString(it.Type) {
		return Item{}, invalid("type", "the item's type is not UTF-8")
	}
	if err := it.Index.check(it.Key); err != nil {
		return Item{}, err
	}
	attrs, err := it.Attrs.Plain()
	if err != nil {
		return Item{}, err
	}
	it.Attrs, it.Actor = attrs, it.Key.Partition.actor
	return it, CheckSize(it)
}

// CheckSize refuses an item over MaxItem; the attributes have to be Plain. For drivers.
func CheckSize(it Item) error {
	if n := it.Size(); n > MaxItem {
		return invalid("too_large", fmt.Sprintf("an item of %d bytes: at most %d, put long texts into blob", n, MaxItem))
	}
	return nil
}

func (x *Index) check(item Key) error {
	if x == nil {
		return nil
	}
	if err := checkKey(x.Partition, x.Sort, "index's sort key"); err != nil {
		return err
	}
	if x.Partition.tenant() != item.Partition.tenant() {
		return invalid("index_tenant", "the index stays inside the tenant: its partition and the item's belong to different ones")
	}
	return nil
}

func (c Changes) check(key Key) (Changes, error) {
	if c.Index != nil && c.NoIndex {
		return Changes{}, invalid("index_both", "a Change can't set the index and take the item out of it")
	}
	if err := c.Index.check(key); err != nil {
		return Changes{}, err
	}
	set, err := c.Set.Plain()
	if err != nil {
		return Changes{}, err
	}
	c.Set = set
	seen := make(map[string]bool, len(c.Set)+len(c.Add)+len(c.Remove))
	names := append([]string(nil), c.Remove...)
	for n := range c.Set {
		names = append(names, n)
	}
	for n := range c.Add {
		names = append(names, n)
	}
	for _, n := range names {
		if err := checkName(n); err != nil {
			return Changes{}, err
		}
		if seen[n] {
			return Changes{}, invalid("attribute_twice", fmt.Sprintf("a Change names the attribute %s twice", n))
		}
		seen[n] = true
	}
	if c.Set.size() > MaxItem {
		return Changes{}, invalid("too_large", fmt.Sprintf("a Change of more than %d bytes: put long texts into blob", MaxItem))
	}
	return c, nil
}

func (c Cond) check() error {
	switch c.Kind {
	case CondAbsent, CondExists:
		return nil
	case CondVersion:
		if v, ok := c.Value.(int64); !ok || v < 0 {
			return invalid("condition", "VersionIs needs a version of at least 0")
		}
		return nil
	case CondEquals:
		if v, err := plainValue(c.Name, c.Value, 0); err != nil {
			return err
		} else if !plainScalar(v) {
			return invalid("condition", fmt.Sprintf("Equals on %s takes a string, bool or int64", c.Name))
		}
	case CondAtLeast:
		if _, ok := c.Value.(int64); !ok {
			return invalid("condition", fmt.Sprintf("AtLeast on %s takes an int64", c.Name))
		}
	case CondMissing:
	default:
		return errs.New(errs.Invalid, "condition", "table: unknown kind of condition")
	}
	return checkName(c.Name)
}

func plainScalar(v any) bool {
	switch v.(type) {
	case string, bool, int64:
		return true
	}
	return false
}

// Plain is the condition's value as stored. For drivers; the condition has to be checked.
func (c Cond) Plain() any {
	v, _ := plainValue(c.Name, c.Value, 0)
	return v
}

// bytes is about what the operation counts in a transaction.
func (op Op) bytes() int {
	switch op.Kind {
	case OpPut:
		return op.Item.Size()
	case OpChange:
		return op.Changes.Set.size()
	}
	return 0
}
