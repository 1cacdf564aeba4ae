// Package asl reads the part of the Amazon States Language that our state machines use and
// refuses all else, so that what the embedded runtime does is what Step Functions does.
// It holds no state and does no I/O; the interpreter is workflow/embedded.
package asl

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// The types of states in the subset.
const (
	Task    = "Task"
	Choice  = "Choice"
	Pass    = "Pass"
	Succeed = "Succeed"
	Fail    = "Fail"
)

// The resources that a Task may have: a Lambda function, with or without a task token.
const (
	Invoke        = "arn:aws:states:::lambda:invoke"
	InvokeAndWait = "arn:aws:states:::lambda:invoke.waitForTaskToken"
)

// Machine is a checked definition. It is not changed after Parse and safe for concurrent use.
type Machine struct {
	StartAt string
	States  map[string]*State
}

// State is one state; which fields it has depends on its Type.
type State struct {
	Type           string
	Resource       string // Task: Invoke or InvokeAndWait
	Parameters     Parameters
	TimeoutSeconds int
	Retry          []Retrier
	Catch          []Catcher
	Choices        []Rule
	Default        string
	Result         any // Pass
	ResultPath     ResultPath
	Next           string
	End            bool
	Error          string // Fail
	Cause          string
	ErrorPath      string
	CausePath      string
}

// Parameters of a Task: the function's name and the template of its payload.
type Parameters struct {
	FunctionName string
	Payload      any
}

// Retrier says which errors are tried again, and when.
type Retrier struct {
	ErrorEquals     []string
	IntervalSeconds *int     // 1 when absent
	MaxAttempts     *int     // 3 when absent
	BackoffRate     *float64 // 2 when absent
	MaxDelaySeconds int      // 0: no bound
	JitterStrategy  string   // FULL or NONE (also when absent)
}

// Catcher says where an error leads.
type Catcher struct {
	ErrorEquals []string
	ResultPath  ResultPath
	Next        string
}

// Rule is one comparison of a Choice; exactly one operator is set.
type Rule struct {
	Variable      string
	BooleanEquals *bool
	StringEquals  *string
	IsPresent     *bool
	Next          string
}

// ResultPath says where a result goes in the input: a path, the whole when absent, or
// nowhere when null.
type ResultPath struct {
	Path    string
	Discard bool
}

// UnmarshalJSON tells null (discard) from a path.
func (p *ResultPath) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		p.Discard = true
		return nil
	}
	return json.Unmarshal(raw, &p.Path)
}

// Waits tells whether the state is a Task that waits for its token.
func (s *State) Waits() bool { return s.Type == Task && s.Resource == InvokeAndWait }

// Problem is one fault of a definition.
type Problem struct {
	State   string // empty: the machine itself
	Message string
}

// String names the state and the fault.
func (p Problem) String() string {
	if p.State == "" {
		return p.Message
	}
	return p.State + ": " + p.Message
}

// Parse reads a definition after putting subst in place of each ${Name}. Invalid, code
// "definition", with all problems, when it is malformed or outside the subset.
func Parse(data []byte, subst map[string]string) (*Machine, error) {
	for name, value := range subst {
		quoted, _ := json.Marshal(value)
		data = []byte(strings.ReplaceAll(string(data), "${"+name+"}", string(quoted[1:len(quoted)-1])))
	}
	var l linter
	m := l.machine(data)
	for _, name := range slices.Compact(substitution.FindAllString(string(data), -1)) {
		l.add("", "nothing was given for %s", name)
	}
	if len(l.problems) > 0 {
		return nil, errs.New(errs.Invalid, "definition", "the state machine can't be run: "+join(l.problems))
	}
	return m, nil
}

// Lint tells what is wrong with a definition; substitutions may be open. Empty: nothing.
func Lint(data []byte) []Problem {
	var l linter
	l.machine(data)
	return l.problems
}

// Functions lists the names of the functions that the machine invokes.
func (m *Machine) Functions() []string {
	set := map[string]bool{}
	for _, s := range m.States {
		if s.Type == Task {
			set[s.Parameters.FunctionName] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

var substitution = regexp.MustCompile(`\$\{[A-Za-z0-9:]+\}`)

func join(problems []Problem) string {
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, "; ")
}
