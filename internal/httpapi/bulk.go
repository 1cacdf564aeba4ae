package httpapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// MaxBulk is how many records one request may change.
const MaxBulk = 500

// Selected is the body of an operation on some of a site's records.
type Selected struct {
	Site string   `json:"site_id" minLength:"1"`
	IDs  []string `json:"ids" minItems:"1" maxItems:"500" doc:"at most 500"`
}

// Unique gives the ids, each once, in the order of the request.
func (s Selected) Unique() []string {
	seen := make(map[string]bool, len(s.IDs))
	return slices.DeleteFunc(slices.Clone(s.IDs), func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}

// Bulk is what an operation on several records did.
type Bulk struct {
	Count   int `json:"count" doc:"records that were named, each counted once"`
	Changed int `json:"changed" doc:"of these, the ones that were not as asked already"`
}

// Refusals collects why records of a request can't be changed, by their ids.
type Refusals struct {
	kind errs.Kind
	code string
	why  []string
}

// Add notes one record; the first one's kind and code become the error's.
func (r *Refusals) Add(kind errs.Kind, code, id, why string) {
	if len(r.why) == 0 {
		r.kind, r.code = kind, code
	}
	r.why = append(r.why, id+": "+why)
}

// Err is nil when nothing was noted; otherwise an error that names each record, and says that
// none was changed.
func (r *Refusals) Err() error {
	if len(r.why) == 0 {
		return nil
	}
	shown := strings.Join(r.why[:min(len(r.why), 3)], "; ")
	if n := len(r.why) - 3; n > 0 {
		shown += fmt.Sprintf("; and %d more", n)
	}
	return &errs.Error{Kind: r.kind, Code: r.code, Message: "nothing was done: " + shown, Fields: map[string][]string{"ids": r.why}}
}
