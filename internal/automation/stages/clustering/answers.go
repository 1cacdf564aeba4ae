package clustering

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
)

const maxAnswer = 32 << 20 // bytes of the assignment of one job

// BlobAnswers keeps answers in the blob store, under clustering/<job>.
type BlobAnswers struct{ Blobs blob.Store }

// Put stores the answer of a job.
func (b BlobAnswers) Put(ctx context.Context, s account.Scope, job string, answer []byte) error {
	return b.Blobs.Put(ctx, blob.Of(s, "clustering", job), "application/json", answer)
}

// Get gives the answer of a job; NotFound when there is none.
func (b BlobAnswers) Get(ctx context.Context, s account.Scope, job string) ([]byte, error) {
	raw, _, err := blob.Read(ctx, b.Blobs, blob.Of(s, "clustering", job), maxAnswer)
	return raw, err
}
