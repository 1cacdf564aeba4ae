package asl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/workflow"
)

// Error names of the language (Step Functions Developer Guide, Handling errors, Error names).
const (
	All                = "States.ALL"
	Timeout            = "States.Timeout"
	TaskFailed         = "States.TaskFailed"
	Runtime            = "States.Runtime"
	DataLimitExceeded  = "States.DataLimitExceeded"
	NoChoiceMatched    = "States.NoChoiceMatched"
	ParameterPath      = "States.ParameterPathFailure"
	ResultPathMismatch = "States.ResultPathMatchFailure"
)

// Context is what paths that begin with $$ reach.
type Context struct{ Execution, Token string }

// Decode reads one JSON value and keeps its numbers as they are written.
func Decode(raw []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err = d.Decode(&v); err == nil && !json.Valid(raw) {
		err = fmt.Errorf("more than one JSON value")
	}
	return v, err
}

// Payload fills a Task's template from the state's input.
func (s *State) Payload(input any, c Context) (any, *workflow.NamedError) {
	v, err := fill(s.Parameters.Payload, input, c)
	if err != nil {
		return nil, &workflow.NamedError{Name: ParameterPath, Cause: err.Error()}
	}
	return v, nil
}

func fill(template, input any, c Context) (any, error) {
	var err error
	switch t := template.(type) {
	case map[string]any:
		out := make(map[string]any, len(t))
		for k, v := range t {
			if path, ok := v.(string); ok && isPathField(k) {
				out[strings.TrimSuffix(k, ".$")], err = value(path, input, c)
			} else {
				out[k], err = fill(v, input, c)
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(t))
		for i, v := range t {
			if out[i], err = fill(v, input, c); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return template, nil
}

func isPathField(name string) bool { return strings.HasSuffix(name, ".$") }

func value(path string, input any, c Context) (any, error) {
	switch path {
	case "$$.Execution.Name":
		return c.Execution, nil
	case "$$.Task.Token":
		return c.Token, nil
	}
	if v, ok := lookup(path, input); ok {
		return v, nil
	}
	return nil, fmt.Errorf("the path %s leads to nothing in the input", path)
}

func lookup(path string, v any) (any, bool) {
	for _, step := range steps(path) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[step]; !ok {
			return nil, false
		}
	}
	return v, true
}

func steps(path string) []string { return strings.Split(path, ".")[1:] }

// Place puts a result into the input, which it may change, and gives the output.
// See Amazon States Language, section Input and Output Processing, ResultPath.
func (p ResultPath) Place(input, result any) (any, *workflow.NamedError) {
	if p.Discard {
		return input, nil
	}
	if p.Path == "" || p.Path == "$" {
		return result, nil
	}
	way := steps(p.Path)
	mismatch := &workflow.NamedError{Name: ResultPathMismatch, Cause: "the result can't be put at " + p.Path}
	object, ok := input.(map[string]any)
	if !ok {
		return nil, mismatch
	}
	for _, step := range way[:len(way)-1] {
		if _, there := object[step]; !there {
			object[step] = map[string]any{}
		}
		if object, ok = object[step].(map[string]any); !ok {
			return nil, mismatch
		}
	}
	object[way[len(way)-1]] = result
	return input, nil
}

// Choose gives the state that a Choice leads to.
func (s *State) Choose(input any) (string, *workflow.NamedError) {
	for _, r := range s.Choices {
		v, there := lookup(r.Variable, input)
		switch {
		case r.IsPresent != nil:
			if there == *r.IsPresent {
				return r.Next, nil
			}
		case !there: // States Language, Choice State: a Variable that leads nowhere is a runtime error
			return "", &workflow.NamedError{Name: Runtime, Cause: "the path " + r.Variable + " leads to nothing in the input"}
		case r.BooleanEquals != nil && v == *r.BooleanEquals, r.StringEquals != nil && v == *r.StringEquals:
			return r.Next, nil
		}
	}
	if s.Default == "" {
		return "", &workflow.NamedError{Name: NoChoiceMatched, Cause: "no rule matched and there is no Default"}
	}
	return s.Default, nil
}

// Failure gives the error with which a Fail state ends the execution.
func (s *State) Failure(input any) *workflow.NamedError {
	out := &workflow.NamedError{Name: s.Error, Cause: s.Cause}
	if !text(s.ErrorPath, input, &out.Name) || !text(s.CausePath, input, &out.Cause) {
		return &workflow.NamedError{Name: Runtime, Cause: "ErrorPath and CausePath have to lead to strings"}
	}
	return out
}

// text reads the string at path, if a path is given; false when there is none.
func text(path string, input any, into *string) bool {
	if path == "" {
		return true
	}
	v, _ := lookup(path, input)
	found, ok := v.(string)
	if ok {
		*into = found
	}
	return ok
}

// Uncaught tells whether an error ends the execution whatever the state names: neither
// States.ALL nor a retrier matches it (Handling errors, Error names).
func Uncaught(name string) bool { return name == Runtime || name == DataLimitExceeded }

// Names tells whether a list of ErrorEquals matches an error's name.
func Names(list []string, name string) bool {
	return slices.ContainsFunc(list, func(e string) bool {
		return e == name || e == All || e == TaskFailed && name != Timeout
	})
}

// Attempts is how often the retrier tries again.
func (r Retrier) Attempts() int { return or(r.MaxAttempts, 3) }

// Delay is the wait before retry n (from 0); random, in [0, 1), spreads it when the
// strategy is FULL. See States Language, section Errors, Retriers.
func (r Retrier) Delay(n int, random float64) time.Duration {
	seconds := float64(or(r.IntervalSeconds, 1)) * math.Pow(or(r.BackoffRate, 2), float64(n))
	if r.MaxDelaySeconds > 0 {
		seconds = min(seconds, float64(r.MaxDelaySeconds))
	}
	if r.JitterStrategy == "FULL" {
		seconds *= random
	}
	return time.Duration(min(seconds, 1e8) * float64(time.Second))
}

func or[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
