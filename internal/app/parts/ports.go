// Package parts holds what several groups of the product share: the ports that they are
// made of, the engine, the finders by which the features' routes ask of each other, and the
// handler of an API. It imports only what every API function may link.
package parts

import (
	"log/slog"

	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

// Version is the product's; it is set when a release is built.
var Version = "0.1.0"

// Ports are what a group runs on. A function hands in those that its group uses; the
// group's documentation names them. Table, Clock, IDs and Log are always there.
type Ports struct {
	Table    table.Table
	Blob     blob.Store
	Queue    queue.Sender
	Dead     queue.Receiver // dead letters; nil where another function drains them
	Workflow workflow.Engine
	Seal     seal.Sealer
	Clock    clock.Clock
	IDs      *id.Source
	Log      *slog.Logger
}
