// Package lambdaio is the edge between AWS Lambda and our handlers: events in, answers out,
// and how a function begins. It is the one place that knows what an event looks like.
package lambdaio

import (
	"cmp"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/id"
)

// Run reads the function's configuration, lets build wire its handler, and serves. Nothing
// is called before the first event. A fault ends the process with a line that says it: a
// function that can't be wired is of no use.
func Run[C any](build func(C) (any, error)) {
	c, err := config.Load[C]()
	var handler any
	if err == nil {
		handler, err = build(c)
	}
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("the function can't begin", "err", err.Error())
		os.Exit(1)
	}
	lambda.Start(handler)
}

// Base is what every function is made of beside its drivers.
type Base struct {
	AWS      aws.Config // of all services but the table
	TableAWS aws.Config
	Clock    clock.Clock
	IDs      *id.Source
	Log      *slog.Logger
	Holder   string // this process
}

// NewBase makes it: the real clock, and a log of one JSON object a line. It tells Go how much
// memory the function has: the collector lets the heap double before it begins, and a function
// that takes more than it has is ended in the midst of its jobs. 15 % are for what Go doesn't count.
func NewBase(c config.Common) Base {
	debug.SetMemoryLimit(c.Memory << 20 * 85 / 100)
	var now clock.Clock = clock.Real{}
	ids := id.NewSource(now, nil)
	return Base{
		AWS: awsConfig(c.AWS, c.AWS.Endpoint), TableAWS: awsConfig(c.AWS, cmp.Or(c.AWS.TableEndpoint, c.AWS.Endpoint)),
		Clock: now, IDs: ids, Holder: ids.New("own"),
		Log: slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: c.LogLevel})),
	}
}
