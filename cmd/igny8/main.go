// igny8 is the whole product in one program and its command line: wiring and printing only.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/errs"
)

// Exit codes: 1 the work failed, 2 it was not begun because something named is wrong,
// 130 stopped by the person.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitStopped = 130
)

// commands is the command line.
type commands struct {
	Run     runCommand     `cmd:"" help:"Turn a keyword file into articles and publish them; goes on where it stopped."`
	Serve   serveCommand   `cmd:"" help:"The whole product in one process: API, workers, stages, preview site."`
	Import  importCommand  `cmd:"" help:"Bring keyword files into a site, or tell what is in them."`
	Export  exportCommand  `cmd:"" help:"Write the keywords of a site into a file, CSV or XLSX."`
	Cluster clusterCommand `cmd:"" help:"Group the keywords of a file by what they are about, and tell why: no account, no key, no network."`
	Publish publishCommand `cmd:"" help:"Publish finished articles that wait in review."`
	Retry   retryCommand   `cmd:"" help:"Try again what failed in the last run."`
	Receipt receiptCommand `cmd:"" help:"What an article cost: every provider call, in credits and money."`
	Admin   adminCommand   `cmd:"" help:"For the operator of a data folder: credits."`
	Pause   pauseCommand   `cmd:"" help:"Begin nothing new in a site's run; calls in flight are finished."`
	Resume  resumeCommand  `cmd:"" help:"Go on with a paused run."`
	Cancel  cancelCommand  `cmd:"" help:"End a site's run; calls in flight are finished."`
	Tick    tickCommand    `cmd:"" help:"Do the repairs that are due once (serve and run do them by themselves)."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

type versionCommand struct{}

func (versionCommand) Run(a *app) error {
	_, err := fmt.Fprintln(a.out, "igny8", parts.Version)
	return err
}

// app is where a command prints, and the context that ends with the person's Ctrl-C.
type app struct {
	ctx context.Context //nolint:containedctx // the command's own life
	out io.Writer
	err io.Writer
}

// usageError is a mistake in what was asked: exit code 2.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	// Pictures and answers are much garbage beside a small heap. The collector counts this
	// block, which takes no memory as long as nobody writes to it, and so runs when there is as
	// much garbage as block and heap together, not after every few pictures.
	block := make([]byte, 64<<20)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal lets calls under way end, since they are paid for; the second one is
	// the system's own and ends the program at once.
	ended := make(chan struct{})
	quiet := context.AfterFunc(ctx, func() {
		stop()
		select {
		case <-ended:
		case <-time.After(2 * time.Second):
			fmt.Fprintln(os.Stderr, "igny8: stopping once the calls under way have ended; press Ctrl-C again to stop at once")
		}
	})
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	close(ended)
	quiet()
	stop()
	runtime.KeepAlive(block)
	os.Exit(code)
}

// run is main for tests.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("igny8"), kong.Description("Keywords in, published WordPress articles out."),
		kong.UsageOnError(), kong.Writers(out, errOut), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		return report(errOut, err)
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(errOut, "igny8: %v (try igny8 --help)\n", err)
		return exitUsage
	}
	a := &app{ctx: ctx, out: out, err: errOut}
	err = k.Run(a)
	if cause := context.Cause(a.ctx); cause != nil && ctx.Err() == nil {
		return report(errOut, cause) // the work was ended from within, and what came of that is no news
	}
	if err != nil && ctx.Err() != nil && errs.Is(err, errs.Unavailable) || errors.Is(err, context.Canceled) {
		err = errStopped // whatever was under way says so in its own words
	}
	return report(errOut, err)
}

// report prints one clear line for an error and gives the exit code.
func report(errOut io.Writer, err error) int {
	var u usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errStopped):
		fmt.Fprintln(errOut, "igny8: stopped; start it again with the same data folder to go on")
		return exitStopped
	case errors.As(err, &u):
		fmt.Fprintln(errOut, "igny8:", told(err))
		return exitUsage
	case slices.Contains(unusable, errs.Of(err).Code):
		fmt.Fprintln(errOut, "igny8:", told(err))
		return exitUsage
	default:
		fmt.Fprintln(errOut, "igny8:", told(err))
		return exitFailed
	}
}

// unusable are the codes of a data folder that can't be used as it is.
var unusable = []string{"in_use", "data_folder", "key_mode", "key_file", "clock_back"}

// told is an error's text for the person: its message, or what there is.
func told(err error) string {
	if e := errs.Of(err); e.Message != "" {
		return e.Message
	}
	return err.Error()
}

var errStopped = errors.New("stopped")

// logger writes to the log, not between the person's lines.
func logger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
