package embedded

import (
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
)

// phase says what an unfinished execution, which always stands in a Task, waits for.
type phase string

const (
	invoking phase = "invoking" // its function is to be invoked, or is running
	waiting  phase = "waiting"  // its function returned; the token is awaited
	backoff  phase = "backoff"  // Due is when the next attempt begins
)

// record is an execution as stored.
type record struct {
	workflow.Execution
	State   string
	Data    []byte // the state's input
	Phase   phase
	Token   string    // of this attempt; empty between attempts and after the end
	Due     time.Time // the attempt's time-out, or the end of the backoff
	Retries []int     // how often each retrier of the state was used
}

// enter goes to a state and through all that follow without waiting, up to a Task or the
// end, so that they cost one write.
func (e *Engine) enter(r *record, state string, data any) {
	for range 1000 { // a circle without a Task would never end
		s := e.m.States[state]
		e.opts.Passed(state)
		var fault *workflow.NamedError
		next := s.Next
		switch s.Type {
		case asl.Task:
			r.State, r.Data, r.Retries = state, encode(data), make([]int, len(s.Retry))
			e.attempt(r)
			return
		case asl.Choice:
			next, fault = s.Choose(data)
		case asl.Pass:
			result := s.Result
			if result == nil { // States Language, Pass State: without Result its input is the result
				result = data
			}
			data, fault = s.ResultPath.Place(data, result)
		case asl.Fail:
			fault = s.Failure(data)
		}
		switch {
		case fault != nil: // no state but a Task has retriers and catchers
			e.end(r, workflow.Failed, fault)
			return
		case next == "":
			e.finish(r, data)
			return
		}
		state = next
	}
	e.end(r, workflow.Failed, &workflow.NamedError{Name: asl.Runtime, Cause: "a circle of states without a Task"})
}

// attempt begins an attempt of the Task: a token of its own, and a time-out that counts from
// here (Developer Guide, Task state, TimeoutSeconds: for each attempt).
func (e *Engine) attempt(r *record) {
	s := e.m.States[r.State]
	r.Phase, r.Token = invoking, r.Name+"/"+rand.Text()
	r.Due = e.clock.Now().Add(time.Duration(s.TimeoutSeconds) * time.Second)
	payload, fault := e.payload(r)
	if fault == nil && len(payload) > maxData {
		fault = &workflow.NamedError{Name: asl.DataLimitExceeded, Cause: "the payload is larger than 256 KiB"}
	}
	if fault != nil {
		e.fail(r, fault)
	}
}

func (e *Engine) payload(r *record) ([]byte, *workflow.NamedError) {
	v, fault := e.m.States[r.State].Payload(r.data(), asl.Context{Execution: r.Name, Token: r.Token})
	return encode(v), fault
}

// complete ends the Task with a result.
func (e *Engine) complete(r *record, result any) {
	s := e.m.States[r.State]
	data, fault := s.ResultPath.Place(r.data(), result)
	switch {
	case fault != nil:
		e.fail(r, fault)
	case len(encode(data)) > maxData:
		e.fail(r, &workflow.NamedError{Name: asl.DataLimitExceeded, Cause: "the state's output is larger than 256 KiB"})
	case s.End:
		e.finish(r, data)
	default:
		e.enter(r, s.Next, data)
	}
}

// fail ends the attempt with an error. Retriers are asked first, in order; the first that
// names the error decides, and when it is used up the catchers are asked (States Language,
// section Errors, Complex retry scenarios; Developer Guide, Handling errors).
func (e *Engine) fail(r *record, fault *workflow.NamedError) {
	s := e.m.States[r.State]
	if asl.Uncaught(fault.Name) {
		e.end(r, workflow.Failed, fault)
		return
	}
	for i, retrier := range s.Retry {
		if !asl.Names(retrier.ErrorEquals, fault.Name) {
			continue
		}
		for len(r.Retries) <= i { // an older definition had fewer
			r.Retries = append(r.Retries, 0)
		}
		if n := r.Retries[i]; n < retrier.Attempts() {
			r.Retries[i]++
			r.Phase, r.Token = backoff, ""
			r.Due = e.clock.Now().Add(retrier.Delay(n, e.opts.Random()))
			return
		}
		break
	}
	for _, c := range s.Catch {
		if !asl.Names(c.ErrorEquals, fault.Name) {
			continue
		}
		out := map[string]any{"Error": fault.Name}
		if fault.Cause != "" { // Error output: Cause is there when one was given
			out["Cause"] = fault.Cause
		}
		if data, mismatch := c.ResultPath.Place(r.data(), out); mismatch == nil {
			e.enter(r, c.Next, data)
		} else {
			e.end(r, workflow.Failed, mismatch)
		}
		return
	}
	e.end(r, workflow.Failed, fault)
}

func (e *Engine) finish(r *record, data any) {
	r.Output = encode(data)
	e.end(r, workflow.Succeeded, &workflow.NamedError{})
}

func (e *Engine) end(r *record, status workflow.Status, fault *workflow.NamedError) {
	e.opts.Passed("") // the end is a transition too
	r.Status, r.Error, r.Cause, r.Stopped = status, fault.Name, fault.Cause, e.clock.Now()
	r.State, r.Data, r.Phase, r.Token, r.Due, r.Retries = "", nil, "", "", time.Time{}, nil
}

func (r *record) data() any {
	v, _ := asl.Decode(r.Data)
	return v
}

// encode writes a value that was read from JSON, which can't fail.
func encode(v any) []byte {
	raw, _ := json.Marshal(v)
	return raw
}
