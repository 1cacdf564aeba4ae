package infra_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	"github.com/igny8/igny8/internal/workflow/embedded"
	"github.com/igny8/igny8/statemachines"
)

// sample is what one state of the pipeline is given, what its function says, and what has to
// follow.
type sample struct {
	state, input string
	told         string   // the payload of its function, its token as "T"; "" when it has none
	says         []string // what each attempt answers: JSON, or "!Name: cause", or "late" when nobody does
	way          []string // the states that follow, up to the next that waits; "end" is the end
	out          string   // the output, or "!Name: cause" of a failed end; "" when it goes on
}

const (
	given  = `{"account":"a1","run":"r1","site":"s1"}`
	passed = `{"account":"a1","run":"r1","site":"s1","stage":{"done":true}}`
	more   = `{"account":"a1","run":"r1","site":"s1","stage":{"done":false}}`
)

// with is the input of a run, with more fields.
func with(fields string) string { return strings.TrimSuffix(given, "}") + "," + fields + "}" }

// stageSamples are those of a stage's two states. after is the state that follows the stage.
func stageSamples(number int, name, after string) []sample {
	told := fmt.Sprintf(`{"account":"a1","run":"r1","site":"s1","execution":"x","stage":%d,"token":"T"}`, number)
	done := name + "Done"
	task := func(says []string, out string, way ...string) sample {
		return sample{name, given, told, says, way, out}
	}
	return []sample{
		task([]string{`{"done":true}`}, "", done, after),
		task([]string{`{"done":false}`}, "", done, name),
		task([]string{"!Paused: by its owner"}, with(`"error":{"Error":"Paused","Cause":"by its owner"},"outcome":"paused"`), "Paused", "end"),
		task([]string{"!Cancelled: by its owner"}, with(`"error":{"Error":"Cancelled","Cause":"by its owner"},"outcome":"cancelled"`), "Cancelled", "end"),
		task([]string{"!OutOfCredits: 3 are missing"}, with(`"error":{"Error":"OutOfCredits","Cause":"3 are missing"},"outcome":"paused"`), "Paused", "end"),
		task([]string{"!StageFailed: ten faults"}, "!StageFailed: ten faults", "FailedHasCause", "Failed", "end"),
		task([]string{"!StageFailed: "}, "!StageFailed: no cause was given", "FailedHasCause", "FailedWithoutCause", "Failed", "end"),
		// A fault of the service and a time-out are tried again, each as often as it says, and no other way.
		task([]string{"!Lambda.ServiceException: x", "!Lambda.Unknown: x", `{"done":true}`}, "", name, name, done, after),
		task([]string{"late", "late", "late"}, "!States.Timeout: no answer within TimeoutSeconds", name, name, "FailedHasCause", "Failed", "end"),
		{done, passed, "", nil, []string{after}, ""},
		{done, more, "", nil, []string{name}, ""},
		{done, given, "", nil, []string{"end"}, "!States.Runtime: the path $.stage.done leads to nothing in the input"},
	}
}

func samples() (all []sample) {
	stages := []string{"KeywordsToClusters", "ClustersToIdeas", "IdeasToTasks", "TasksToContent", "ContentToImagePrompts", "ImagePromptsToImages", "ReviewGate", "Finish"}
	for i, name := range stages[:7] {
		all = append(all, stageSamples(i+1, name, stages[i+1])...)
	}
	finish := `{"account":"a1","run":"r1","site":"s1","execution":"x","stage":0,"action":"finish"}`
	return append(
		all,
		sample{"Finish", passed, finish, []string{`{"anything":1}`}, []string{"Completed", "end"}, strings.TrimSuffix(passed, "}") + `,"outcome":"completed"}`},
		sample{"Finish", passed, finish, []string{"!Runtime.ExitError: killed", "{}"}, []string{"Finish", "Completed", "end"}, strings.TrimSuffix(passed, "}") + `,"outcome":"completed"}`},
		sample{"Finish", passed, finish, []string{"!Forbidden: no"}, []string{"FailedHasCause", "Failed", "end"}, "!Forbidden: no"},
		sample{"Completed", given, "", nil, []string{"end"}, with(`"outcome":"completed"`)},
		sample{"Paused", with(`"error":{"Error":"Paused"}`), "", nil, []string{"end"}, with(`"error":{"Error":"Paused"},"outcome":"paused"`)},
		sample{"Cancelled", given, "", nil, []string{"end"}, with(`"outcome":"cancelled"`)},
		sample{"FailedHasCause", with(`"error":{"Error":"E","Cause":"c"}`), "", nil, []string{"Failed", "end"}, "!E: c"},
		sample{"FailedHasCause", with(`"error":{"Error":"E"}`), "", nil, []string{"FailedWithoutCause", "Failed", "end"}, "!E: no cause was given"},
		sample{"FailedWithoutCause", with(`"error":{"Error":"E"}`), "", nil, []string{"Failed", "end"}, "!E: no cause was given"},
		sample{"Failed", with(`"error":{"Error":"E","Cause":"c"}`), "", nil, []string{"end"}, "!E: c"},
		sample{"Failed", given, "", nil, []string{"end"}, "!States.Runtime: ErrorPath and CausePath have to lead to strings"},
	)
}

// stand runs one state by the interpreter of the definition, as if a run had come there.
type stand struct {
	t     *testing.T
	m     *asl.Machine
	s     sample
	clock *clock.Fake
	e     *embedded.Engine
	told  [][]byte // payloads, in the order of the attempts
	way   []string
}

func (d *stand) run() (faults []string) {
	bad := func(what string, got, want any) {
		faults = append(faults, fmt.Sprintf("%s of %s: %s is %v, want %v", d.s.state, d.s.input, what, got, want))
	}
	d.start()
	for i, answer := range d.s.says {
		if len(d.told) != i+1 {
			bad("the number of attempts", len(d.told), i+1)
			return faults
		}
		if got := untoken(d.told[i]); !same(got, d.s.told) {
			bad("the payload", got, d.s.told)
		}
		d.answer(answer)
	}
	if !slices.Equal(d.way, d.s.way) {
		bad("the way", d.way, d.s.way)
	}
	x, err := d.e.Describe(d.t.Context(), "x")
	if err != nil {
		d.t.Fatal(err)
	}
	out := string(x.Output)
	if x.Status == workflow.Failed {
		out = "!" + x.Error + ": " + x.Cause
	}
	if out != d.s.out && !same(out, d.s.out) {
		bad("the output", out, d.s.out)
	}
	return faults
}

// start opens an interpreter whose machine begins at the sample's state.
func (d *stand) start() {
	d.t.Helper()
	m := *d.m
	m.StartAt = d.s.state
	stage := func(_ context.Context, payload []byte) ([]byte, error) {
		n := len(d.told)
		d.told = append(d.told, payload)
		if n < len(d.s.says) && !m.States[d.s.state].Waits() {
			if fault := refusal(d.s.says[n]); fault != nil {
				return nil, fault
			}
			return []byte(d.s.says[n]), nil
		}
		return nil, nil
	}
	begun := false
	opts := embedded.Options{Parallel: 1, Random: func() float64 { return 0.5 }, Passed: func(state string) {
		if !begun { // the state itself
			begun = true
			return
		}
		if state == "" {
			state = "end"
		}
		d.way = append(d.way, state)
	}}
	var err error
	if d.e, err = embedded.Open(filepath.Join(d.t.TempDir(), "w"), &m, map[string]workflow.Function{"stage": stage}, d.clock, opts); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = d.e.Close() })
	if err := d.e.Start(d.t.Context(), "x", []byte(d.s.input)); err != nil {
		d.t.Fatal(err)
	}
	d.step(0)
}

// answer gives the state's attempt its answer, and lets the waits before the next one pass.
func (d *stand) answer(answer string) {
	d.t.Helper()
	var token struct{ Token string }
	if err := json.Unmarshal(d.told[len(d.told)-1], &token); err != nil {
		d.t.Fatal(err)
	}
	var err error
	switch fault := refusal(answer); {
	case answer == "late":
		d.step(time.Duration(d.m.States[d.s.state].TimeoutSeconds) * time.Second)
	case token.Token == "": // it has answered itself
	case fault != nil:
		err = d.e.Fail(d.t.Context(), token.Token, fault.Name, fault.Cause)
	default:
		err = d.e.Succeed(d.t.Context(), token.Token, []byte(answer))
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.step(time.Minute) // longer than any wait between attempts
}

func (d *stand) step(pass time.Duration) {
	d.t.Helper()
	d.clock.Advance(pass)
	if err := d.e.Step(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// refusal reads "!Name: cause"; nil for anything else.
func refusal(answer string) *workflow.NamedError {
	name, cause, ok := strings.Cut(strings.TrimPrefix(answer, "!"), ": ")
	if !ok || !strings.HasPrefix(answer, "!") {
		return nil
	}
	return &workflow.NamedError{Name: name, Cause: cause}
}

// untoken puts "T" in place of a payload's token.
func untoken(payload []byte) string {
	var v map[string]any
	if err := json.Unmarshal(payload, &v); err != nil {
		return string(payload)
	}
	if s, _ := v["token"].(string); strings.HasPrefix(s, "x/") {
		v["token"] = "T"
	}
	out, _ := json.Marshal(v) // it was JSON
	return string(out)
}

func same(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// unwalked are the states, and the ways between two of them, that no sample goes.
func unwalked(m *asl.Machine, all []sample) (faults []string) {
	begun, went := map[string]bool{}, map[[2]string]bool{}
	for _, s := range all {
		begun[s.state] = true
		for i, next := range s.way {
			from := s.state
			if i > 0 {
				from = s.way[i-1]
			}
			went[[2]string{from, next}] = true
		}
	}
	for name, s := range m.States {
		if !begun[name] {
			faults = append(faults, name+" has no sample")
		}
		next := []string{s.Next, s.Default}
		for _, r := range s.Choices {
			next = append(next, r.Next)
		}
		for _, c := range s.Catch {
			next = append(next, c.Next)
		}
		for _, to := range next {
			if to != "" && !went[[2]string{name, to}] {
				faults = append(faults, "no sample goes from "+name+" to "+to)
			}
		}
	}
	return faults
}

// pipeline reads the definition as it is, or with something in it changed.
func pipeline(t *testing.T, old, other string) *asl.Machine {
	t.Helper()
	text := string(statemachines.Pipeline)
	if !strings.Contains(text, old) {
		t.Fatalf("the definition has no %s", old)
	}
	m, err := asl.Parse([]byte(strings.Replace(text, old, other, 1)), map[string]string{"StageFunction": "stage"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func checkSamples(t *testing.T, m *asl.Machine, all []sample) (faults []string) {
	t.Helper()
	for _, s := range all {
		if m.States[s.state] == nil {
			faults = append(faults, s.state+" is no state")
			continue
		}
		d := stand{t: t, m: m, s: s, clock: clock.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))}
		faults = append(faults, d.run()...)
	}
	return append(faults, unwalked(m, all)...)
}

// TestSamples: each state of the machine does with sample inputs what it has to, by the
// definition that Step Functions is given; no state and no way between states is without one.
func TestSamples(t *testing.T) {
	t.Parallel()
	all := samples()
	report(t, checkSamples(t, pipeline(t, "", ""), all))
	for _, c := range []struct{ old, other, want string }{
		{`"stage": 2,`, `"stage": 3,`, "ClustersToIdeas of " + given + ": the payload"},
		{`"Default": "ClustersToIdeas"`, `"Default": "KeywordsToClusters"`, "ClustersToIdeasDone of " + more + ": the way"},
		{`{"ErrorEquals": ["OutOfCredits"], "ResultPath": "$.error", "Next": "Paused"}`, `{"ErrorEquals": ["OutOfCredits"], "ResultPath": "$.error", "Next": "Cancelled"}`, "KeywordsToClusters of " + given + ": the way"},
		{`"Result": "cancelled"`, `"Result": "paused"`, "Cancelled of " + given + ": the output"},
		{`"MaxAttempts": 2`, `"MaxAttempts": 1`, "KeywordsToClusters of " + given + ": the number of attempts"},
		{`"IsPresent": true`, `"IsPresent": false`, "FailedHasCause of"},
	} {
		refuses(t, checkSamples(t, pipeline(t, c.old, c.other), all), c.want)
	}
	without := slices.DeleteFunc(slices.Clone(all), func(s sample) bool { return s.state == "Cancelled" })
	refuses(t, unwalked(pipeline(t, "", ""), without), "Cancelled has no sample")
	fewer := slices.DeleteFunc(slices.Clone(all), func(s sample) bool { return slices.Contains(s.way, "FailedWithoutCause") })
	refuses(t, unwalked(pipeline(t, "", ""), fewer), "no sample goes from FailedHasCause to FailedWithoutCause")
}
