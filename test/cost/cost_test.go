package cost

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/test/stackfile"
)

func prices(t *testing.T) Prices {
	t.Helper()
	p, err := LoadPrices()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*max(1, math.Abs(b)) }

// TestPrices: the file has its form, and each fault of the form is refused.
func TestPrices(t *testing.T) {
	t.Parallel()
	p := prices(t)
	for name, want := range map[string]float64{"lambda.request": 2e-7, "dynamodb.write": 6.25e-7, "states.transition": 2.5e-5, "sqs.request": 4e-7} {
		if got := p.Of(name, 1); !near(got, want) {
			t.Errorf("one %s costs %g, want %g", name, got, want)
		}
	}
	for fault, change := range map[string][2]string{
		"no date":       {`date: "2026-11-01"`, `date: "soon"`},
		"no region":     {"region: us-east-1", `region: ""`},
		"a free price":  {"price: 0.625,", "price: 0,"},
		"no unit":       {`unit: "invocation"`, `unit: ""`},
		"no page":       {`page: "AWS Lambda Pricing"`, `page: ""`},
		"no reason":     {"why: \"how long a maker of texts takes\"", `why: ""`},
		"per less than": {"per: 1000000, unit: \"invocation\"", `per: 0, unit: "invocation"`},
	} {
		text := strings.Replace(string(pricesText), change[0], change[1], 1)
		if text == string(pricesText) {
			t.Errorf("%s: the file does not say %q", fault, change[0])
		}
		if _, err := parsePrices([]byte(text)); err == nil {
			t.Errorf("%s: the file was taken", fault)
		}
	}
	for _, f := range []func(){func() { p.Of("lambda.nothing", 1) }, func() { p.Assume("nothing") }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("what has no price was free")
				}
			}()
			f()
		}()
	}
}

func TestBill(t *testing.T) {
	t.Parallel()
	b := Bill{Prices: prices(t)}
	b.Add("a", "lambda.request", 1e6)    // 0.20
	b.Add("b", "lambda.request", 2e6)    // 0.40
	b.Add("a", "states.transition", 4e4) // 1.00
	b.Add("c", "sqs.request", 0)
	if len(b.Lines) != 3 || !near(b.Total(), 1.6) {
		t.Errorf("%d lines, %g", len(b.Lines), b.Total())
	}
	if g := b.By(Service); len(g) != 2 || g[0].Name != "states" || !near(g[0].Dollars, 1) || !near(g[1].Dollars, .6) {
		t.Errorf("%+v", g)
	}
	var out bytes.Buffer
	b.Print(&out, 100)
	if lines := strings.Split(out.String(), "\n"); !strings.Contains(lines[0], "states.transition") || !strings.Contains(lines[0], "0.01000000") || !strings.Contains(lines[3], "1.600000") {
		t.Errorf("\n%s", out.String())
	}
}

// TestIdle prices a small made-up stack by hand.
func TestIdle(t *testing.T) {
	t.Parallel()
	function := func(props map[string]any) stackfile.Resource {
		return stackfile.Resource{Path: "F", Type: "AWS::Serverless::Function", Props: props}
	}
	s := stackfile.Stack{Params: map[string]string{}, Resources: []stackfile.Resource{
		function(map[string]any{"CodeUri": "dist/worker/", "MemorySize": "1024", "Events": map[string]any{"Jobs": map[string]any{"Type": "SQS", "Properties": map[string]any{"BatchSize": "10", "Queue": stackfile.Call{Function: "GetAtt", Argument: "Queues.Outputs.AiArn"}}}}}),
		function(map[string]any{"CodeUri": "dist/tick/", "MemorySize": "2048", "Events": map[string]any{"Rate": map[string]any{"Type": "ScheduleV2", "Properties": map[string]any{"ScheduleExpression": "rate(5 minutes)"}}}}),
		{Path: "Key", Type: "AWS::KMS::Key", Props: map[string]any{"EnableKeyRotation": "true"}},
		{Path: "Plain", Type: "AWS::CloudWatch::Alarm", Props: map[string]any{"Period": "300"}},
		{Path: "Fast", Type: "AWS::CloudWatch::Alarm", Props: map[string]any{"Period": "10"}},
		{Path: "Sum", Type: "AWS::CloudWatch::Alarm", Props: map[string]any{"Metrics": []any{
			map[string]any{"Expression": "a+b"}, map[string]any{"MetricStat": map[string]any{"Period": "300"}}, map[string]any{"MetricStat": map[string]any{"Period": "300"}}}}},
		{Path: "Board", Type: "AWS::CloudWatch::Dashboard"},
		{Path: "Wall", Type: "AWS::WAFv2::WebACL", Props: map[string]any{"Rules": []any{"a", "b", "c"}}},
		{Path: "Queue", Type: "AWS::SQS::Queue"},
	}}
	b, err := Idle(prices(t), s, TickWork{ReadUnits: 8, WriteUnits: 1, Receives: 5, Milliseconds: 100, LogBytes: 600})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		"sqs.request worker polls": 5 * 3 * 60 * 24 * 30 * 4e-7, "kms.key_month Key": 1, "alarm.metric_month Plain": .1, "alarm.fast_month Fast": .3,
		"alarm.metric_month Sum": .2, "dashboard.month Board": 3, "waf.acl_month Wall": 5, "waf.rule_month Wall": 3,
		"scheduler.invocation tick": 8640e-6, "lambda.request tick": 8640 * 2e-7, "lambda.gb_second tick": 8640 * .1 * 2 * 0.0000133334,
		"dynamodb.read tick": 8640 * 8 * 1.25e-7, "dynamodb.write tick": 8640 * 6.25e-7, "sqs.request tick dead letters": 8640 * 5 * 4e-7, "logs.gb_in tick": 8640 * 1000 * .5e-9,
	}
	got := map[string]float64{}
	for _, g := range b.By(Position) {
		got[g.Name] = g.Dollars
	}
	for name, d := range want {
		if !near(got[name], d) {
			t.Errorf("%s: %g, want %g", name, got[name], d)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("and %v", got)
	}
	for years, keys := range map[float64]float64{.5: 0, 1: 1, 3: 2} {
		if n, err := Rotations(s, years); err != nil || n != keys {
			t.Errorf("after %g years %g rotations (%v), want %g", years, n, err, keys)
		}
	}
	s.Resources = append(s.Resources, stackfile.Resource{Path: "New", Type: "AWS::New::Thing"})
	if _, err := Idle(prices(t), s, TickWork{}); err == nil {
		t.Error("a resource of which nobody knows the price was taken as free")
	}
}

// limits are the most that a month of a profile may cost in which nothing happens.
var limits = map[string]float64{"small": 3, "production": 15}

// TestProfiles: each profile, as samconfig.toml has it, costs no more than it may while nothing
// happens, and docs/cost.md tells of each item what it costs, to the cent.
func TestProfiles(t *testing.T) {
	t.Parallel()
	for profile, most := range limits {
		s, err := stackfile.Load("../..", profile)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Idle(prices(t), s, IdleTick)
		if err != nil {
			t.Fatal(err)
		}
		if b.Total() > most {
			t.Errorf("%s costs %.2f dollars a month while nothing happens, at most %.0f", profile, b.Total(), most)
		}
		items := map[string]string{"all": fmt.Sprintf("%.2f", b.Total())}
		for _, g := range b.By(Kinds) {
			items[g.Name] = fmt.Sprintf("%.2f", g.Dollars)
		}
		if told := idlePage(t, profile); !maps.Equal(told, items) {
			t.Errorf("docs/cost.md says of %s %v, it costs %v", profile, told, items)
		}
	}
}

// idlePage is a column of the table in docs/cost.md: what each item costs a month.
func idlePage(t *testing.T, profile string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/cost.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(raw), "\n## While nothing happens\n")
	section, _, _ = strings.Cut(section, "\n## ")
	column, out := 0, map[string]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if i := slices.IndexFunc(cells, func(c string) bool { return strings.TrimSpace(c) == profile }); i > 0 {
			column = i
		} else if len(cells) > column && column > 0 {
			name, _, _ := strings.Cut(strings.Trim(cells[1], " *"), ":")
			price, _, _ := strings.Cut(strings.Trim(cells[column], " *$"), "*")
			if price != "" && !strings.HasPrefix(price, "-") {
				out[name] = price
			}
		}
	}
	return out
}
