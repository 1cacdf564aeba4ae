// Package stackfile reads template.yaml, infra/ and samconfig.toml as a deploy would: which
// resources an environment has, and what their properties come to. So that what tests and
// models say of a size, a time-out or a concurrency is what is deployed, never typed twice.
package stackfile

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Stack is the whole of one environment, nested stacks included.
type Stack struct {
	Params    map[string]string // of the root template
	Resources []Resource        // in order of path
}

// Resource is one that the environment really makes.
type Resource struct {
	Path  string // "EdgeStack/Distribution"
	Type  string
	Props map[string]any // maps, lists and texts; what only a deploy knows is a Call
}

// Load reads the files of the project at root for an environment of samconfig.toml. It
// fails on an unknown environment and on a template that says what it can't follow.
func Load(root, env string) (Stack, error) {
	config, err := os.ReadFile(filepath.Join(root, "samconfig.toml")) //nolint:gosec // a file of the project
	if err != nil {
		return Stack{}, err
	}
	own, err := overrides(string(config), env)
	if err != nil {
		return Stack{}, err
	}
	t, err := open(filepath.Join(root, "template.yaml"), own)
	if err != nil {
		return Stack{}, err
	}
	s := Stack{Params: t.params}
	err = t.collect(root, "", &s.Resources)
	slices.SortFunc(s.Resources, func(a, b Resource) int { return strings.Compare(a.Path, b.Path) })
	return s, err
}

var override = regexp.MustCompile(`(?m)^\s*"(\w+)=(.*)",?$`)

func overrides(config, env string) (map[string]string, error) {
	_, section, ok := strings.Cut(config, "["+env+".deploy.parameters]")
	if !ok {
		return nil, fmt.Errorf("samconfig.toml has no environment %q", env)
	}
	section, _, _ = strings.Cut(section, "\n[")
	out := map[string]string{}
	for _, m := range override.FindAllStringSubmatch(section, -1) {
		out[m[1]] = strings.Trim(m[2], "'")
	}
	return out, nil
}

// template is one file with the values of its parameters.
type template struct {
	doc    map[string]any
	params map[string]string
}

func open(file string, given map[string]string) (template, error) {
	text, err := os.ReadFile(file) //nolint:gosec // a file of the project
	if err != nil {
		return template{}, err
	}
	parsed, err := Parse(text)
	if err != nil {
		return template{}, fmt.Errorf("%s: %w", file, err)
	}
	doc, _ := parsed.(map[string]any)
	t := template{doc: doc, params: map[string]string{"AWS::Region": "us-east-1", "AWS::URLSuffix": "amazonaws.com", "AWS::Partition": "aws"}}
	declared, _ := doc["Parameters"].(map[string]any)
	for name, d := range declared {
		if v, ok := At(d, "Default").(string); ok {
			t.params[name] = v
		}
	}
	maps.Copy(t.params, given)
	return t, nil
}

// collect adds the template's resources, and those of the stacks that it nests.
func (t template) collect(root, path string, out *[]Resource) error {
	all, _ := t.doc["Resources"].(map[string]any)
	for id, r := range all {
		if c, ok := At(r, "Condition").(string); ok {
			holds, err := t.condition(c)
			if err != nil || !holds {
				if err != nil {
					return err
				}
				continue
			}
		}
		v, err := t.value(At(r, "Properties"))
		if err != nil {
			return fmt.Errorf("%s%s: %w", path, id, err)
		}
		props, _ := v.(map[string]any)
		x := Resource{Path: path + id, Type: Text(At(r, "Type")), Props: props}
		*out = append(*out, x)
		if x.Type != "AWS::Serverless::Application" {
			continue
		}
		given := map[string]string{}
		for name, v := range x.Map("Parameters") {
			if text, ok := v.(string); ok {
				given[name] = text
			}
		}
		nested, err := open(filepath.Join(root, Text(props["Location"])), given)
		if err != nil {
			return err
		}
		if err := nested.collect(root, path+id+"/", out); err != nil {
			return err
		}
	}
	return nil
}

func (t template) condition(name string) (bool, error) {
	c, ok := At(t.doc, "Conditions", name).(Call)
	if !ok {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	return t.holds(c)
}

func (t template) holds(c Call) (bool, error) {
	args, _ := c.Argument.([]any)
	if c.Function == "Condition" {
		return t.condition(Text(c.Argument))
	}
	var each []bool
	if c.Function != "Equals" {
		for _, a := range args {
			inner, ok := a.(Call)
			if !ok {
				return false, fmt.Errorf("a condition says %v", a)
			}
			h, err := t.holds(inner)
			if err != nil {
				return false, err
			}
			each = append(each, h)
		}
	}
	switch {
	case c.Function == "Equals" && len(args) == 2:
		a, err := t.value(args[0])
		if err != nil {
			return false, err
		}
		b, err := t.value(args[1])
		return fmt.Sprint(a) == fmt.Sprint(b), err
	case c.Function == "Not" && len(each) == 1:
		return !each[0], nil
	case c.Function == "And":
		return !slices.Contains(each, false), nil
	case c.Function == "Or":
		return slices.Contains(each, true), nil
	}
	return false, fmt.Errorf("a condition says %s", c.Function)
}

// none stands for AWS::NoValue: what has it is left out.
type none struct{}

// value is what v comes to with the template's parameters.
func (t template) value(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			y, err := t.value(x)
			if err != nil {
				return nil, err
			}
			if y != (any)(none{}) {
				out[k] = y
			}
		}
		return out, nil
	case []any:
		var out []any
		for _, x := range v {
			y, err := t.value(x)
			if err != nil {
				return nil, err
			}
			if y != (any)(none{}) {
				out = append(out, y)
			}
		}
		return out, nil
	case Call:
		return t.call(v)
	}
	return v, nil
}

func (t template) call(c Call) (any, error) {
	args, _ := c.Argument.([]any)
	switch c.Function {
	case "Ref":
		name := Text(c.Argument)
		if name == "AWS::NoValue" {
			return none{}, nil
		}
		if v, ok := t.params[name]; ok {
			return v, nil
		}
		return c, nil
	case "If":
		if len(args) != 3 {
			return nil, fmt.Errorf("an If has %d arguments", len(args))
		}
		holds, err := t.condition(Text(args[0]))
		if err != nil {
			return nil, err
		}
		if holds {
			return t.value(args[1])
		}
		return t.value(args[2])
	}
	return c, nil
}

// Map is a property that is a map; nil otherwise.
func (r Resource) Map(name string) map[string]any { m, _ := r.Props[name].(map[string]any); return m }

// List is a property that is a list; nil otherwise.
func (r Resource) List(name string) []any { l, _ := r.Props[name].([]any); return l }

// Of are the resources of a type.
func (s Stack) Of(typ string) (out []Resource) {
	for _, r := range s.Resources {
		if r.Type == typ {
			out = append(out, r)
		}
	}
	return out
}

// Function is what the environment gives one function.
type Function struct {
	Name        string // the folder in functions/
	MemoryMB    float64
	TimeoutS    float64
	Source      string  // the queue that it consumes; empty for none
	Batch       int     // messages of one invocation
	Concurrency int     // invocations of the source side by side
	Window      float64 // seconds that the source waits for a full batch
	EverySecond float64 // seconds between two invocations by a schedule; 0 for none
}

// Functions are all functions by name. Numbers that are not there are 0, and an error says
// which one can't be read.
func (s Stack) Functions() (map[string]Function, error) {
	out := map[string]Function{}
	for _, r := range s.Of("AWS::Serverless::Function") {
		f := Function{Name: strings.Trim(strings.TrimPrefix(Text(r.Props["CodeUri"]), "dist/"), "/")}
		var faults []error
		number := func(v any) float64 {
			n, err := Number(v)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", r.Path, err))
			}
			return n
		}
		f.MemoryMB, f.TimeoutS = number(r.Props["MemorySize"]), number(r.Props["Timeout"])
		for _, e := range r.Map("Events") {
			switch Text(At(e, "Type")) {
			case "SQS":
				arn, _ := At(e, "Properties", "Queue").(Call)
				f.Source = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(Text(arn.Argument), "Queues.Outputs."), "Arn"))
				f.Batch = int(number(At(e, "Properties", "BatchSize")))
				f.Concurrency = int(number(At(e, "Properties", "ScalingConfig", "MaximumConcurrency")))
				f.Window = number(At(e, "Properties", "MaximumBatchingWindowInSeconds"))
			case "Schedule", "ScheduleV2":
				every, err := Rate(Text(At(e, "Properties", "ScheduleExpression")))
				if err != nil {
					faults = append(faults, fmt.Errorf("%s: %w", r.Path, err))
				}
				f.EverySecond = every
			}
		}
		if len(faults) > 0 {
			return nil, faults[0]
		}
		out[f.Name] = f
	}
	return out, nil
}

// Number reads a text as a number; nothing is 0.
func Number(v any) (float64, error) {
	if v == nil {
		return 0, nil
	}
	n, err := strconv.ParseFloat(Text(v), 64)
	if err != nil {
		return 0, fmt.Errorf("%v is no number", v)
	}
	return n, nil
}

var rate = regexp.MustCompile(`^rate\((\d+) (minute|hour|day)s?\)$`)

// Rate is the seconds between two times of a schedule, which has to be a rate.
func Rate(expression string) (float64, error) {
	m := rate.FindStringSubmatch(expression)
	if m == nil {
		return 0, fmt.Errorf("the schedule %q is no rate", expression)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	return n * map[string]float64{"minute": 60, "hour": 3600, "day": 86400}[m[2]], err
}
