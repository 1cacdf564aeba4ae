package embedded

import (
	"context"
	"errors"

	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// errDisk is told when the data folder takes no more. All work ends then: an answer that is
// bought and can't be stored would be bought again with each try.
var errDisk = errs.New(errs.Unavailable, "disk", "the data folder can't be written any more: its disk is full or failing. Make room and start again with the same folder, all goes on where it stopped")

// disk tells the owner of the program, through failed, when a write found no room.
type disk struct{ failed func(error) }

func (d disk) see(ctx context.Context, code string, err error) error {
	lost := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil
	if err != nil && !lost && d.failed != nil && errs.Is(err, errs.Unavailable) && errs.Of(err).Code == code {
		d.failed(errDisk.With(err))
	}
	return err
}

// seenTable is the table with its writes seen.
type seenTable struct {
	table.Table
	disk
}

func (t seenTable) Write(ctx context.Context, op table.Op) error {
	return t.see(ctx, "unavailable", t.Table.Write(ctx, op))
}

func (t seenTable) Transact(ctx context.Context, ops ...table.Op) error {
	return t.see(ctx, "unavailable", t.Table.Transact(ctx, ops...))
}

func (t seenTable) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	left, err := t.Table.Store(ctx, ops)
	return left, t.see(ctx, "unavailable", err)
}

// seenBlobs are the blobs with their writes seen.
type seenBlobs struct {
	blob.Store
	disk
}

func (b seenBlobs) Put(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	return b.see(ctx, "blob_store", b.Store.Put(ctx, n, contentType, content))
}

func (b seenBlobs) PutNew(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	return b.see(ctx, "blob_store", b.Store.PutNew(ctx, n, contentType, content))
}
