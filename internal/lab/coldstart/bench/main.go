// Command bench measures the cold start of every function beside that of the empty one, and
// prints a table. Run it in the module's root: go run ./internal/lab/coldstart/bench
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/igny8/igny8/internal/lab/coldstart"
)

// options are the flags.
type options struct {
	root, only, file string
	page             string
	rounds, warm     int
	seed             uint64
	gate             bool
}

func main() {
	var o options
	flag.StringVar(&o.root, "root", ".", "the module's root")
	flag.StringVar(&o.only, "only", "", "names of the functions to start, with commas; all when empty")
	flag.StringVar(&o.file, "json", "", "write the report to this file as well")
	flag.StringVar(&o.page, "page", "", "write the report and what each package's start costs to this Markdown file as well")
	flag.IntVar(&o.rounds, "rounds", 20, "starts of each function")
	flag.IntVar(&o.warm, "warm", 10, "events of each start after the first")
	flag.Uint64Var(&o.seed, "seed", 1, "of the order of starts")
	flag.BoolVar(&o.gate, "gate", false, "fail when a function exceeds a limit")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.rounds < 1 || o.warm < 0 {
		return errors.New("-rounds is 1 or more, -warm 0 or more")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "igny8-coldstart-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	targets, err := build(ctx, o, dir)
	if err != nil {
		return err
	}
	report, err := coldstart.Run(ctx, coldstart.Plan{Targets: targets, Rounds: o.rounds, Warm: o.warm, Seed: o.seed})
	if err != nil {
		return err
	}
	fmt.Print(report.Table())
	if o.file != "" {
		if err := save(report, o.file); err != nil {
			return err
		}
	}
	if o.page != "" {
		if err := writePage(ctx, report, targets, o.page); err != nil {
			return err
		}
	}
	over := strings.Join(report.Over(coldstart.Gate()), "\n")
	if over != "" {
		fmt.Printf("\nover the limits:\n%s\n", over)
	}
	if over != "" && o.gate {
		return errors.New("a function exceeds a limit")
	}
	return nil
}

// build gives the targets, the empty function first.
func build(ctx context.Context, o options, dir string) ([]coldstart.Target, error) {
	names, err := coldstart.Functions(o.root)
	if err != nil {
		return nil, err
	}
	if o.only != "" {
		names = strings.Split(o.only, ",")
	}
	fmt.Fprintf(os.Stderr, "building %d functions\n", len(names))
	empty, err := coldstart.Empty(ctx, o.root, dir)
	if err != nil {
		return nil, err
	}
	targets := []coldstart.Target{empty}
	for _, name := range names {
		t, err := coldstart.Function(ctx, o.root, name, dir)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// What the page tells of packages.
const (
	traces = 5   // starts of each function
	told   = 0.1 // milliseconds from which on a package is named
)

func writePage(ctx context.Context, r coldstart.Report, targets []coldstart.Target, file string) error {
	packages, err := coldstart.Inits(ctx, targets[1:], traces, told)
	if err != nil {
		return err
	}
	text := fmt.Sprintf(page, r.Table(), told, coldstart.InitTable(packages, len(targets)-1))
	return os.WriteFile(file, []byte(text), 0o644)
}

const page = `# What a cold function costs

Written by *make cold*, on the machine that it ran on: compare within a table. How it is measured: internal/lab/coldstart. Where a limit is
set (functions that answer people: 4 ms more than the empty one, 14 MB resident), *make bench-coldstart* fails beyond it.

## Functions beside the empty one

%s
## What a start consists of

Packages that take %.1f ms or more before main, medians over the functions that link them.

%s
## What was done about it

- Nothing of the product's is opened, read or compiled before the first request needs it: clients, keys, schemas, patterns, the cleaning policy.
- The clients of DynamoDB, SQS, SSM and KMS are the last releases before those that build their whole schema at start: 0.7 ms for the table's,
  1.6 ms for the parameters', and as many for the first call. A test refuses a release that does (TestLinkedModules); try newer ones now and then.
- The cleaning of HTML compiles its patterns at start, as its library has them in variables. It is linked where texts are written or shown.
- The schema validator of models' answers is the dearest; only workers link it, and nobody waits for these.
`

func save(r coldstart.Report, file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
