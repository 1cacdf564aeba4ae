package table

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Cursor is the place where a Query goes on, as a driver sees it; callers see the text of
// Page.Next. It holds keys and no copy of an item, so it outlives the item it points to.
type Cursor struct {
	Sort      string `json:"s"`           // sort key, or the index's, of the last item read
	Partition string `json:"p,omitempty"` // on the index: the last item's own partition
	Item      string `json:"i,omitempty"` // on the index: and its own sort key
	Of        []byte `json:"o"`           // fingerprint of the partition it belongs to
}

// Next is the text of a cursor of this query. For drivers.
func (q Query) Next(c Cursor) string {
	c.Of = q.fingerprint()
	raw, _ := json.Marshal(c) // strings and bytes always marshal
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Start is the cursor in After; nil at the beginning. Invalid when it is damaged, or of
// another partition or range. For drivers.
func (q Query) Start() (*Cursor, error) {
	if q.After == "" {
		return nil, nil
	}
	var c Cursor
	raw, err := base64.RawURLEncoding.DecodeString(q.After)
	if err != nil || json.Unmarshal(raw, &c) != nil || string(c.Of) != string(q.fingerprint()) ||
		!q.within(c.Sort) || q.OnIndex != (c.Partition != "" && c.Item != "") {
		return nil, invalid("cursor", "the cursor does not belong to this list: start again without it")
	}
	if q.OnIndex {
		if _, err := q.Partition.Peer(c.Partition); err != nil {
			return nil, invalid("cursor", "the cursor does not belong to this list: start again without it")
		}
	}
	return &c, nil
}

func (q Query) fingerprint() []byte {
	kind := "table\x00"
	if q.OnIndex {
		kind = "index\x00"
	}
	sum := sha256.Sum256([]byte(kind + q.Partition.name))
	return sum[:9]
}

// within tells whether a sort key lies in the query's range.
func (q Query) within(sort string) bool {
	return sort != "" && strings.HasPrefix(sort, q.Prefix) && sort >= q.From && (q.To == "" || sort <= q.To)
}

// Check refuses a query that the port does not know. For drivers.
func (q Query) Check() error {
	if _, err := q.Partition.Name(); err != nil {
		return err
	}
	switch {
	case q.Prefix != "" && (q.From != "" || q.To != ""):
		return invalid("query", "Prefix and From/To exclude each other")
	case q.Limit < 0:
		return invalid("query", "Limit has to be 0 or more")
	case q.OnIndex && q.Consistency == Consistent:
		return invalid("query", "the index is never Consistent: read the items by key")
	case len(q.Partition.name) > MaxPartitionKey || max(len(q.Prefix), len(q.From), len(q.To)) > MaxSortKey:
		return invalid("query", "the partition or a bound is longer than a key may be")
	case !utf8.ValidString(q.Partition.name + q.Prefix + q.From + q.To):
		return invalid("query", "the partition and the bounds have to be UTF-8")
	}
	return nil
}

// Empty tells whether no sort key can be in the query's range. For drivers.
func (q Query) Empty() bool { return q.To != "" && q.From > q.To }
