package rowset

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// head is the one item that says which pages make up a site's rows, and what is changed
// beside them.
type head struct {
	Seq      int64             `json:"seq"`   // the highest row id ever given
	Write    string            `json:"write"` // names the write that made it
	Keywords []pageRef         `json:"keywords"`
	Clusters []pageRef         `json:"clusters"`
	Totals   map[Kind]Totals   `json:"totals"`
	edits    map[Kind]*pending // stored as bytes beside the others
}

// format is how this program writes heads. One that is newer is not touched: what it says
// beyond our knowledge would be lost.
const format = 1

// pageRef names a page and the rows in it.
type pageRef struct {
	ID    string `json:"id"`
	First int64  `json:"first"`
	Last  int64  `json:"last"`
	Rows  int64  `json:"rows"`
}

func (h *head) refs(k Kind) *[]pageRef {
	if k == Clusters {
		return &h.Clusters
	}
	return &h.Keywords
}

// pages gives the ids of all pages of the head.
func (h *head) pages() []string {
	var out []string
	for _, k := range Kinds() {
		for _, r := range *h.refs(k) {
			out = append(out, r.ID)
		}
	}
	return out
}

// pendingRows is how many rows the head edits itself.
func (h *head) pendingRows() (n int) {
	for _, p := range h.edits {
		n += p.rows()
	}
	return n
}

// former is a head that was replaced, kept to undo.
type former struct {
	Head  head      `json:"head"`
	Next  int64     `json:"next"`  // version of the head that replaced it
	Until time.Time `json:"until"` // may be brought back until then
	Same  bool      `json:"same"`  // its pages are those of the head that replaced it, and not named here
}

// intent says which pages a writer is about to write.
type intent struct {
	State   string    `json:"state"`
	Pages   []string  `json:"pages"`
	Started time.Time `json:"started_at"`
}

// States of an intent.
const (
	intentOpen      = "open"
	intentDone      = "done"
	intentAbandoned = "abandoned"
)

const (
	sortHead    = "ROWSET#HEAD"
	sortFormer  = "ROWSET#FORMER#"
	sortIntent  = "ROWSET#INTENT#"
	sortOnce    = "ROWSET#ONCE#"
	sortPage    = "PAGE"
	typeHead    = "rowset_head"
	typeFormer  = "rowset_former"
	typeIntent  = "rowset_intent"
	typeOnce    = "rowset_once"
	typePage    = "rowset_page"
	prefixPage  = "pag"
	prefixWrite = "rwi"
)

// where makes the keys of one site's row sets.
type where struct {
	scope account.Scope
	site  string
}

func (w where) partition() table.Partition { return table.OfSite(w.scope, w.site) }

func (w where) head() table.Key { return table.Key{Partition: w.partition(), Sort: sortHead} }

// former names a former head by the version of the head that replaced it.
func (w where) former(next int64) table.Key {
	return table.Key{Partition: w.partition(), Sort: fmt.Sprintf("%s%019d", sortFormer, next)}
}

func (w where) intent(write string) table.Key {
	return table.Key{Partition: w.partition(), Sort: sortIntent + write}
}

// once names the mark of a change that is done one time only. The caller's key is hashed:
// it may hold anything.
func (w where) once(key string) table.Key {
	return table.Key{Partition: w.partition(), Sort: sortOnce + id.Hash("onc", key)}
}

func (w where) page(page string) table.Key {
	return table.Key{Partition: table.OfSite(w.scope, w.site, "P", page), Sort: sortPage}
}

func item[T any](key table.Key, typ string, version int64, v T) (table.Item, error) {
	a, err := table.Encode(v)
	if err != nil {
		return table.Item{}, err
	}
	return table.Item{Key: key, Type: typ, Version: version, Attrs: a}, nil
}

// The attributes of a head, and of a former one. What names the write stands by itself, so
// that a reader who has that head in memory need not unpack it.
const (
	attrFormat = "format"
	attrWrite  = "write"
	attrBody   = "body"   // the rest, as packed JSON
	attrEdits  = "edits_" // before the kind: its edits, packed
)

// headItem is a head, or a former one, as stored.
func headItem(key table.Key, typ string, version int64, h head, body any) (table.Item, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return table.Item{}, err
	}
	a := table.Attrs{attrFormat: int64(format), attrWrite: h.Write, attrBody: pack(raw)}
	for k, p := range h.edits {
		if p.rows() == 0 {
			continue
		}
		if raw, err = p.encode(); err != nil {
			return table.Item{}, err
		}
		a[attrEdits+string(k)] = pack(raw)
	}
	return table.Item{Key: key, Type: typ, Version: version, Attrs: a}, nil
}

// readBody reads what headItem wrote: the body, and the head's edits beside it.
func readBody(a table.Attrs, body any, h *head) error {
	if n, _ := a[attrFormat].(int64); n > format {
		return errs.New(errs.Unavailable, "rows_newer", "the keywords of this site were written by a newer version of the program: update this one")
	}
	packed, _ := a[attrBody].([]byte)
	raw, err := unpack(packed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, body); err != nil {
		return broken(err)
	}
	h.edits = map[Kind]*pending{}
	for _, k := range Kinds() {
		packed, ok := a[attrEdits+string(k)].([]byte)
		if !ok {
			continue
		}
		raw, err := unpack(packed)
		if err != nil {
			return err
		}
		if h.edits[k], err = readPending(raw); err != nil {
			return err
		}
	}
	return nil
}

func readHead(it table.Item) (h head, err error) { return h, readBody(it.Attrs, &h, &h) }

func readFormer(it table.Item) (f former, err error) { return f, readBody(it.Attrs, &f, &f.Head) }
