package asl_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	"github.com/igny8/igny8/internal/workflow/workflowtest"
)

const pipeline = "../../../statemachines/pipeline.asl.json"

func TestLintRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, new, says string }{
		"no JSON":                    {`"StartAt"`, `StartAt`, "not a JSON object"},
		"JSONata":                    {`{"StartAt"`, `{"QueryLanguage":"JSONata","StartAt"`, "QueryLanguage"},
		"a time-out of the whole":    {`{"StartAt"`, `{"TimeoutSeconds":9,"StartAt"`, "TimeoutSeconds of a machine"},
		"another type":               {`"Type":"Succeed"`, `"Type":"Wait"`, `"Wait" is outside`},
		"another case":               {`"Type":"Succeed"`, `"Type":"Succeed","comment":"x"`, "comment of a Succeed"},
		"heartbeat":                  {`"TimeoutSeconds":20,`, `"TimeoutSeconds":20,"HeartbeatSeconds":5,`, "HeartbeatSeconds"},
		"no time-out":                {`"TimeoutSeconds":20,`, ``, "no TimeoutSeconds"},
		"another resource":           {`lambda:invoke.waitForTaskToken`, `sqs:sendMessage`, "resource"},
		"no catch":                   {`"Catch":[{"ErrorEquals":["Expected"],"ResultPath":"$.error","Next":"Refused"}],`, ``, "no Catch"},
		"Retry of States.ALL":        {`"ErrorEquals":["States.Timeout"]`, `"ErrorEquals":["States.ALL"]`, "Retry may not name States.ALL"},
		"Retry of States.TaskFailed": {`"ErrorEquals":["States.Timeout"]`, `"ErrorEquals":["States.TaskFailed"]`, "Retry may not name States.TaskFailed"},
		"Retry of Paused":            {`"ErrorEquals":["States.Timeout"]`, `"ErrorEquals":["Paused"]`, "Retry may not name Paused"},
		"Retry of nothing":           {`"ErrorEquals":["States.Timeout"]`, `"ErrorEquals":[]`, "names no error"},
		"no backoff":                 {`"BackoffRate":2`, `"BackoffRate":0.5`, "BackoffRate >= 1"},
		"a small bound":              {`"BackoffRate":2`, `"MaxDelaySeconds":1`, "MaxDelaySeconds"},
		"another jitter":             {`"BackoffRate":2`, `"JitterStrategy":"SOME"`, "JitterStrategy"},
		"a retrier's unknown field":  {`"BackoffRate":2`, `"Backoff":2`, "Backoff of a retrier"},
		"States.ALL first":           {`["Paused"]`, `["States.ALL"]`, "States.ALL has to stand alone"},
		"a catcher's unknown field":  {`"Next":"Refused"`, `"Next":"Refused","Assign":{}`, "Assign of a catcher"},
		"dangling Next":              {`"Next":"Completed"`, `"Next":"Nowhere"`, `"Nowhere", which is no state`},
		"unreachable":                {`"Next":"Completed"`, `"End":true`, "Completed: can't be reached"},
		"Next and End":               {`"Next":"Completed"`, `"Next":"Completed","End":true`, "either Next or End"},
		"no token":                   {`"token.$":"$$.Task.Token",`, ``, "$$.Task.Token"},
		"an unknown context path":    {`$$.Execution.Name`, `$$.State.Name`, "$$.State.Name"},
		"a function in a path":       {`"do.$":"$.do"`, `"do.$":"States.UUID()"`, "States.UUID()"},
		"an index in a path":         {`"$.work.done"`, `"$.work[0]"`, "$.work[0]"},
		"an unknown operator":        {`"BooleanEquals":true`, `"NumericEquals":1`, "NumericEquals of a rule"},
		"two operators":              {`"BooleanEquals":true`, `"BooleanEquals":true,"IsPresent":true`, "one of"},
		"a Fail without an error":    {`"ErrorPath":"$.error.Error",`, ``, "Error or ErrorPath"},
		"no FunctionName":            {`"FunctionName":"${Close}",`, ``, "no FunctionName"},
		"another parameter":          {`"FunctionName":"${Close}"`, `"FunctionName":"${Close}","Qualifier":"1"`, "Qualifier"},
		"another output":             {`"ResultPath":"$.close",`, `"OutputPath":"$.close",`, "OutputPath"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(workflowtest.Definition, c.old, c.new, 1)
			if text == workflowtest.Definition {
				t.Fatalf("%s is not in the definition", c.old)
			}
			problems := fmt.Sprint(asl.Lint([]byte(text)))
			if !strings.Contains(problems, c.says) {
				t.Fatalf("problems are %s, want %q", problems, c.says)
			}
			if _, err := asl.Parse([]byte(text), map[string]string{"Work": "w", "Close": "c"}); !errs.Is(err, errs.Invalid) {
				t.Fatalf("parsed: %v", err)
			}
		})
	}
	if p := asl.Lint([]byte(workflowtest.Definition)); len(p) > 0 {
		t.Fatalf("the definition itself has problems: %v", p)
	}
	if _, err := asl.Parse([]byte(workflowtest.Definition), map[string]string{"Work": "w"}); err == nil || !strings.Contains(err.Error(), "${Close}") {
		t.Fatalf("an open substitution: %v", err)
	}
}

func TestPipeline(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(pipeline)
	if err != nil {
		t.Fatal(err)
	}
	m, err := asl.Parse(raw, map[string]string{"StageFunction": "stage"})
	if err != nil {
		t.Fatal(err)
	}
	stages := []string{"KeywordsToClusters", "ClustersToIdeas", "IdeasToTasks", "TasksToContent", "ContentToImagePrompts", "ImagePromptsToImages", "ReviewGate", "Finish"}
	if m.StartAt != stages[0] || len(m.States) != 21 || fmt.Sprint(m.Functions()) != "[stage]" {
		t.Fatalf("starts at %s, %d states, functions %v", m.StartAt, len(m.States), m.Functions())
	}
	for i, name := range stages[:7] {
		s, done := m.States[name], m.States[name+"Done"]
		if !s.Waits() || s.TimeoutSeconds != 7*24*3600 || s.Next != name+"Done" {
			t.Errorf("%s: %+v", name, s)
		}
		for e, to := range map[string]string{"Paused": "Paused", "OutOfCredits": "Paused", "Cancelled": "Cancelled", "Other": "FailedHasCause"} {
			for _, r := range s.Retry {
				if asl.Names(r.ErrorEquals, e) {
					t.Errorf("%s tries %s again", name, e)
				}
			}
			if got := caught(s, e); got != to {
				t.Errorf("%s: %s leads to %s", name, e, got)
			}
		}
		for output, to := range map[string]string{`{"stage":{"done":true}}`: stages[i+1], `{"stage":{"done":false}}`: name} {
			data, _ := asl.Decode([]byte(output))
			if next, fault := done.Choose(data); fault != nil || next != to {
				t.Errorf("%s: %s leads to %s, %v", name, output, next, fault)
			}
		}
		input, _ := asl.Decode([]byte(`{"account":"acc","run":"run","site":"sit"}`))
		payload, fault := s.Payload(input, asl.Context{Execution: "run-1", Token: "tok"})
		got, _ := json.Marshal(payload)
		want := fmt.Sprintf(`{"account":"acc","execution":"run-1","run":"run","site":"sit","stage":%d,"token":"tok"}`, i+1)
		if fault != nil || string(got) != want {
			t.Errorf("%s passes %s, %v", name, got, fault)
		}
	}
}

func caught(s *asl.State, name string) string {
	for _, c := range s.Catch {
		if asl.Names(c.ErrorEquals, name) {
			return c.Next
		}
	}
	return ""
}

// States Language, section Errors: the wait is IntervalSeconds times BackoffRate for each
// retry, at most MaxDelaySeconds; FULL draws between 0 and that.
func TestDelay(t *testing.T) {
	t.Parallel()
	var r asl.Retrier
	if err := json.Unmarshal([]byte(`{"IntervalSeconds":3,"BackoffRate":2,"MaxDelaySeconds":10}`), &r); err != nil {
		t.Fatal(err)
	}
	full := r
	full.JitterStrategy = "FULL"
	for n, want := range []time.Duration{3 * time.Second, 6 * time.Second, 10 * time.Second, 10 * time.Second} {
		if got := r.Delay(n, 0.5); got != want {
			t.Errorf("retry %d waits %v, want %v", n, got, want)
		}
		if got := full.Delay(n, 0.5); got != want/2 {
			t.Errorf("retry %d with jitter waits %v, want %v", n, got, want/2)
		}
	}
	if d := (asl.Retrier{}); d.Delay(1, 0) != 2*time.Second || d.Attempts() != 3 {
		t.Errorf("the defaults wait %v, %d times", d.Delay(1, 0), d.Attempts())
	}
}

// Handling errors, Error names: States.TaskFailed is all but a time-out.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list, name string
		want       bool
	}{{"States.ALL", "X", true}, {"States.ALL", "States.Timeout", true}, {"States.TaskFailed", "X", true},
		{"States.TaskFailed", "States.Timeout", false}, {"X", "x", false}, {"X", "X", true}} {
		if got := asl.Names([]string{c.list}, c.name); got != c.want {
			t.Errorf("%s matches %s: %v", c.list, c.name, got)
		}
	}
}

// States Language, Input and Output Processing, ResultPath.
func TestResultPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, input, want string }{
		{`null`, `{"a":1}`, `{"a":1}`}, {`"$"`, `{"a":1}`, `"R"`}, {`"$.b"`, `{"a":12345678901234567890}`, `{"a":12345678901234567890,"b":"R"}`},
		{`"$.b.c"`, `{"a":1}`, `{"a":1,"b":{"c":"R"}}`}, {`"$.a.c"`, `{"a":1}`, asl.ResultPathMismatch}, {`"$.a"`, `[]`, asl.ResultPathMismatch},
	} {
		var p asl.ResultPath
		_ = json.Unmarshal([]byte(c.path), &p)
		input, _ := asl.Decode([]byte(c.input))
		out, fault := p.Place(input, "R")
		got, _ := json.Marshal(out)
		if fault != nil {
			got = []byte(fault.Name)
		}
		if string(got) != c.want {
			t.Errorf("%s into %s gives %s, want %s", c.path, c.input, got, c.want)
		}
	}
}

func TestFailPaths(t *testing.T) {
	t.Parallel()
	s := asl.State{Type: asl.Fail, ErrorPath: "$.e", CausePath: "$.e"}
	input, _ := asl.Decode([]byte(`{"e":"X"}`))
	if f := s.Failure(input); *f != (workflow.NamedError{Name: "X", Cause: "X"}) {
		t.Errorf("got %v", f)
	}
	if f := s.Failure(nil); f.Name != asl.Runtime {
		t.Errorf("got %v", f)
	}
}
