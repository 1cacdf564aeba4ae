// Package pick is how the writing stages choose among what waits, and how their jobs'
// results add up.
package pick

import (
	"encoding/json"
	"strconv"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
)

// State is what a choice needs to know of an entity.
type State struct {
	ID        string
	Attempt   int    // failed tries so far
	FailedRun string // run of the last failed try
	Blocked   error  // why it can't be worked on; nil: it waits
}

// From gives the entities to work on. Asked for by a person: those, in the order asked;
// NotFound when one is absent, its Blocked when one can't be worked on. Otherwise what
// waits, in the order of all, without those that failed in this run: whoever starts another
// one asks for them again, and no other way leads back to them. At most in.Limit; 0 is no
// limit.
func From[T any](in automation.PlanInput, all []T, state func(T) State) ([]T, error) {
	var out []T
	if len(in.Items) > 0 {
		return asked(in, all, state)
	}
	for _, x := range all {
		if !waits(in, state(x)) {
			continue
		}
		if out = append(out, x); len(out) == in.Limit {
			break
		}
	}
	return out, nil
}

// waits tells whether a run may choose an entity by itself.
func waits(in automation.PlanInput, st State) bool {
	return st.Blocked == nil && (in.Run == "" || st.FailedRun != in.Run)
}

func asked[T any](in automation.PlanInput, all []T, state func(T) State) ([]T, error) {
	byID := make(map[string]T, len(all))
	for _, x := range all {
		byID[state(x).ID] = x
	}
	var out []T
	var no refusals
	seen := map[string]bool{}
	for _, id := range in.Items {
		x, there := byID[id]
		switch {
		case !there:
			no.add(id, errs.New(errs.NotFound, "not_found", "there is nothing with the id "+id))
			continue
		case state(x).Blocked != nil:
			no.add(id, state(x).Blocked)
			continue
		}
		if !seen[id] && (in.Limit <= 0 || len(out) < in.Limit) {
			out = append(out, x)
		}
		seen[id] = true
	}
	if no.first != nil {
		return nil, no.err()
	}
	return out, nil
}

// refusals are the items asked for that can't be worked on.
type refusals struct {
	first *errs.Error
	each  []string
}

func (r *refusals) add(id string, why error) {
	e := errs.Of(why)
	if r.first == nil {
		r.first = e
	}
	r.each = append(r.each, id+": "+e.Message)
}

// err is the first refusal, with all of them in its field "ids".
func (r *refusals) err() error {
	e := *r.first
	e.Fields = map[string][]string{"ids": r.each}
	if n := len(r.each) - 1; n > 0 {
		e.Message += "; and " + strconv.Itoa(n) + " more can't be worked on: see errors.ids"
	}
	return &e
}

// Result is counts as a job keeps them.
func Result(c automation.Counts) json.RawMessage {
	b, _ := json.Marshal(c) // a map of numbers can't fail
	return b
}

// Sum adds up what the done jobs of a wave kept with Result. The same wave gives the same.
func Sum(jobs []automation.Job) (automation.Counts, error) {
	total := automation.Counts{}
	for _, j := range jobs {
		if j.State != automation.JobDone {
			continue
		}
		var c automation.Counts
		if err := json.Unmarshal(j.Result, &c); err != nil {
			return nil, errs.Wrap("read the result of job "+j.ID, err)
		}
		total.Add(c)
	}
	return total, nil
}

// Blocked is the Conflict that says why an entity can't be worked on.
func Blocked(code, message string) error {
	return errs.New(errs.Conflict, code, message).Because(errs.Input)
}
