package asl

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// The fields that each thing may have. Names are compared exactly, as Step Functions does.
var fields = map[string][]string{
	"machine":  {"Comment", "StartAt", "States"},
	Task:       {"Type", "Comment", "Resource", "Parameters", "ResultPath", "TimeoutSeconds", "Retry", "Catch", "Next", "End"},
	Choice:     {"Type", "Comment", "Choices", "Default"},
	Pass:       {"Type", "Comment", "Result", "ResultPath", "Next", "End"},
	Succeed:    {"Type", "Comment"},
	Fail:       {"Type", "Comment", "Error", "Cause", "ErrorPath", "CausePath"},
	"retrier":  {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"},
	"catcher":  {"ErrorEquals", "ResultPath", "Next"},
	"rule":     {"Variable", "BooleanEquals", "StringEquals", "IsPresent", "Next"},
	"argument": {"FunctionName", "Payload"},
}

// retriable are the only errors that may be tried again. Retriers are asked before
// catchers, so a wildcard here would start a paused stage anew. The last three are a
// function that was killed: by its time-out, for its memory, or by a crash of its own.
var retriable = []string{
	"States.Timeout", "Lambda.ServiceException", "Lambda.AWSLambdaException",
	"Lambda.SdkClientException", "Lambda.TooManyRequestsException", "Lambda.ClientExecutionTimeoutException",
	"Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError",
}

var (
	inputPath   = regexp.MustCompile(`^\$(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
	contextPath = map[string]bool{"$$.Execution.Name": true, "$$.Task.Token": true}
)

type linter struct{ problems []Problem }

func (l *linter) add(state, format string, args ...any) {
	l.problems = append(l.problems, Problem{state, fmt.Sprintf(format, args...)})
}

// object decodes raw into v after refusing the fields that kind does not have.
func (l *linter) object(state, kind string, raw json.RawMessage, v any) bool {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil || keys == nil {
		l.add(state, "not a JSON object: %v", err)
		return false
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(fields[kind], k) {
			l.add(state, "the field %s of a %s is outside the subset", k, kind)
		}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		l.add(state, "%v", err)
		return false
	}
	return true
}

func (l *linter) machine(data []byte) *Machine {
	var top struct {
		StartAt string
		States  map[string]json.RawMessage
	}
	if !l.object("", "machine", data, &top) {
		return nil
	}
	m := &Machine{StartAt: top.StartAt, States: map[string]*State{}}
	for _, name := range slices.Sorted(maps.Keys(top.States)) {
		m.States[name] = l.state(name, top.States[name])
	}
	l.flow(m)
	return m
}

func (l *linter) state(name string, raw json.RawMessage) *State {
	var kind struct{ Type string }
	s := &State{}
	if err := json.Unmarshal(raw, &kind); err != nil || !slices.Contains([]string{Task, Choice, Pass, Succeed, Fail}, kind.Type) {
		l.add(name, "the type %q is outside the subset", kind.Type)
		return s
	}
	if !l.object(name, kind.Type, raw, s) {
		return s
	}
	l.paths(name, s.ResultPath.Path)
	switch s.Type {
	case Task:
		l.task(name, raw, s)
	case Choice:
		l.choice(name, raw, s)
	case Fail:
		if (s.Error == "") == (s.ErrorPath == "") || s.Cause != "" && s.CausePath != "" {
			l.add(name, "has to have Error or ErrorPath, and at most one of Cause and CausePath")
		}
		l.paths(name, s.ErrorPath, s.CausePath)
	}
	if (s.Type == Task || s.Type == Pass) && s.End == (s.Next != "") {
		l.add(name, "has to have either Next or End")
	}
	return s
}

func (l *linter) task(name string, raw json.RawMessage, s *State) {
	var parts struct {
		Parameters   json.RawMessage
		Retry, Catch []json.RawMessage
	}
	_ = json.Unmarshal(raw, &parts)
	if s.Resource != Invoke && s.Resource != InvokeAndWait {
		l.add(name, "the resource %q is outside the subset", s.Resource)
	}
	if s.TimeoutSeconds < 1 {
		l.add(name, "has no TimeoutSeconds")
	}
	if l.object(name, "argument", parts.Parameters, &Parameters{}) && s.Parameters.FunctionName == "" {
		l.add(name, "has no FunctionName")
	}
	if got := l.template(name, s.Parameters.Payload); got != s.Waits() {
		l.add(name, "has to pass $$.Task.Token if, and only if, it waits for it")
	}
	for i, r := range s.Retry {
		l.object(name, "retrier", parts.Retry[i], &Retrier{})
		l.retrier(name, r)
	}
	if len(s.Catch) == 0 {
		l.add(name, "has no Catch")
	}
	for i, c := range s.Catch {
		l.object(name, "catcher", parts.Catch[i], &Catcher{})
		l.paths(name, c.ResultPath.Path)
		if len(c.ErrorEquals) == 0 {
			l.add(name, "a catcher names no error")
		}
		if slices.Contains(c.ErrorEquals, "States.ALL") && (len(c.ErrorEquals) > 1 || i < len(s.Catch)-1) {
			l.add(name, "States.ALL has to stand alone, in the last catcher")
		}
	}
}

func (l *linter) retrier(name string, r Retrier) {
	if len(r.ErrorEquals) == 0 {
		l.add(name, "a retrier names no error")
	}
	for _, e := range r.ErrorEquals {
		if !slices.Contains(retriable, e) {
			l.add(name, "Retry may not name %s: retriers are asked before catchers", e)
		}
	}
	if or(r.IntervalSeconds, 1) < 1 || or(r.MaxAttempts, 3) < 0 || or(r.BackoffRate, 2) < 1 {
		l.add(name, "a retrier needs IntervalSeconds >= 1, MaxAttempts >= 0, BackoffRate >= 1")
	}
	if r.MaxDelaySeconds < 0 || r.MaxDelaySeconds > 0 && r.MaxDelaySeconds <= or(r.IntervalSeconds, 1) {
		l.add(name, "MaxDelaySeconds has to be greater than IntervalSeconds")
	}
	if !slices.Contains([]string{"", "FULL", "NONE"}, r.JitterStrategy) {
		l.add(name, "JitterStrategy has to be FULL or NONE")
	}
}

func (l *linter) choice(name string, raw json.RawMessage, s *State) {
	var parts struct{ Choices []json.RawMessage }
	_ = json.Unmarshal(raw, &parts)
	if len(s.Choices) == 0 {
		l.add(name, "has no Choices")
	}
	for i, r := range s.Choices {
		l.object(name, "rule", parts.Choices[i], &Rule{})
		l.paths(name, r.Variable)
		operators := 0
		for _, set := range []bool{r.BooleanEquals != nil, r.StringEquals != nil, r.IsPresent != nil} {
			if set {
				operators++
			}
		}
		if operators != 1 || r.Variable == "" {
			l.add(name, "a rule needs a Variable and one of BooleanEquals, StringEquals, IsPresent")
		}
	}
}

// template checks the paths of a payload and tells whether the token is among them.
func (l *linter) template(name string, v any) (token bool) {
	switch t := v.(type) {
	case map[string]any:
		for k, x := range t {
			path, isPath := x.(string)
			switch {
			case !isPathField(k):
				token = l.template(name, x) || token
			case !isPath || !contextPath[path] && !inputPath.MatchString(path):
				l.add(name, "the path %v is outside the subset", x)
			default:
				token = token || path == "$$.Task.Token"
			}
		}
	case []any:
		for _, x := range t {
			token = l.template(name, x) || token
		}
	}
	return token
}

func (l *linter) paths(name string, paths ...string) {
	for _, p := range paths {
		if p != "" && !inputPath.MatchString(p) {
			l.add(name, "the path %s is outside the subset", p)
		}
	}
}

// flow checks that each Next leads to a state and each state can be reached.
func (l *linter) flow(m *Machine) {
	seen := map[string]bool{}
	var walk func(from, to string)
	walk = func(from, to string) {
		s := m.States[to]
		if s == nil {
			l.add(from, "leads to %q, which is no state", to)
		}
		if s == nil || seen[to] {
			return
		}
		seen[to] = true
		for _, next := range s.leadsTo() {
			walk(to, next)
		}
	}
	walk("", m.StartAt)
	for _, name := range slices.Sorted(maps.Keys(m.States)) {
		if !seen[name] {
			l.add(name, "can't be reached")
		}
	}
}

func (s *State) leadsTo() (next []string) {
	for _, c := range s.Catch {
		next = append(next, c.Next)
	}
	for _, r := range s.Choices {
		next = append(next, r.Next)
	}
	for _, n := range []string{s.Next, s.Default} {
		if n != "" {
			next = append(next, n)
		}
	}
	return next
}
