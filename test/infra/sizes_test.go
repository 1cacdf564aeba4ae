package infra_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const sizesPage = "docs/aws.md"

// sizes are the rows of the table in docs/aws.md, by function: memory, time-out, messages a call,
// and calls at once in production.
func sizes(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, sizesPage))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(raw), "\n## Sizes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	out := map[string][]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) == 5 && cells[0] != "function" && cells[0] != "---" {
			out[cells[0]] = cells[1:]
		}
	}
	return out
}

// sized is what the template says of a function in production, in the same columns.
func (p project) sized(r resource) []string {
	params := p.values("production")
	batch, most := "", ""
	events, _ := at(r.props, "Events").(map[string]any)
	for _, e := range events {
		if text(at(e, "Type")) == "SQS" {
			batch = text(at(e, "Properties", "BatchSize"))
			most = value(at(e, "Properties", "ScalingConfig", "MaximumConcurrency"), params)
		}
	}
	if c, ok := at(r.props, "ReservedConcurrentExecutions").(call); ok && c.Function == "If" && most == "" {
		most = value(list(c.Argument)[1], params)
	}
	return []string{value(at(r.props, "MemorySize"), params), value(at(r.props, "Timeout"), params), batch, most}
}

// architecture is what the design asks for: a full core where whole sets of keywords are held,
// two for clustering, the gateway's patience, the workers' batches.
var architecture = map[string][]string{
	"ApiPlanner": {"1769", "29"}, "WorkerCluster": {"3538", "900", "1"}, "WorkerBulk": {"1769", "900", "1"}, "WorkerAi": {"640", "600", "10"},
}

// quota is the least concurrency that the template asks an account for, and spare what AWS wants
// to be left for functions without a part of their own.
const quota, spare = 500, 100

// checkSizes: the table is the template's, it is as the design asks for, each function has its
// own part of the account, no worker more at once than its part, and the parts leave some over.
func checkSizes(p project, table map[string][]string) (faults []string) {
	sum := 0
	seen := map[string]bool{}
	for _, r := range p.resources("AWS::Serverless::Function") {
		bad := func(format string, args ...any) { faults = append(faults, r.id+": "+fmt.Sprintf(format, args...)) }
		seen[r.id] = true
		have := p.sized(r)
		if !slices.Equal(have, table[r.id]) {
			bad("the table says %v, the template %v", table[r.id], have)
		}
		for i, want := range architecture[r.id] {
			if have[i] != want {
				bad("%s where the design asks for %s", have[i], want)
			}
		}
		c, _ := at(r.props, "ReservedConcurrentExecutions").(call)
		if args := list(c.Argument); c.Function != "If" || args[0] != "Reserve" || value(args[1], p.values("production")) != have[3] {
			bad("has no part of the account's concurrency, or another than it may use")
		}
		n, _ := strconv.Atoi(have[3])
		sum += n
		if strings.HasPrefix(r.id, "Api") && have[1] != "29" {
			bad("waits longer or shorter than the gateway")
		}
	}
	for name := range table {
		if !seen[name] {
			faults = append(faults, name+" is no function")
		}
	}
	if sum > quota-spare {
		faults = append(faults, fmt.Sprintf("all parts are %d, which leaves less than %d of %d", sum, spare, quota))
	}
	if p.values("production")["WithReserve"] != "yes" {
		faults = append(faults, "in production one function may starve the others")
	}
	return faults
}

func TestSizes(t *testing.T) {
	t.Parallel()
	p, table := load(t), sizes(t)
	report(t, checkSizes(p, table))
	for _, c := range []struct{ file, old, other, want string }{
		{rootDoc, "PlannerMemory: {Type: Number, MinValue: 128, MaxValue: 10240, Default: 1769}", "PlannerMemory: {Type: Number, MinValue: 128, MaxValue: 10240, Default: 512}", "ApiPlanner: 512 where the design asks for 1769"},
		{rootDoc, "AiTimeout: {Type: Number, MinValue: 1, MaxValue: 900, Default: 600}", "AiTimeout: {Type: Number, MinValue: 1, MaxValue: 900, Default: 500}", "WorkerAi: the table says"},
		{rootDoc, "ReservedConcurrentExecutions: !If [Reserve, !Ref AiConcurrency, ", "ReservedConcurrentExecutions: !If [Reserve, 3, ", "WorkerAi: has no part"},
		{rootDoc, "ReservedConcurrentExecutions: !If [Reserve, 50, ", "ReservedConcurrentExecutions: !If [Reserve, 250, ", "which leaves less than 100"},
		{config, `"WithReserve=yes",`, `"WithReserve=no",`, "may starve the others"},
	} {
		refuses(t, checkSizes(p.with(t, c.file, c.old, c.other), table), c.want)
	}
	less := maps.Clone(table)
	less["Gone"] = []string{"1"}
	refuses(t, checkSizes(p, less), "Gone is no function")
}
