package rowset

import (
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// head is the one item that says which pages make up a site's rows.
type head struct {
	Seq      int64     `json:"seq"` // the highest row id ever given
	Keywords []pageRef `json:"keywords"`
	Clusters []pageRef `json:"clusters"`
}

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

// former is a head that was replaced, kept to undo.
type former struct {
	Head  head      `json:"head"`
	Next  int64     `json:"next"`  // version of the head that replaced it
	Until time.Time `json:"until"` // may be brought back until then
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
