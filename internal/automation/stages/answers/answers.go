// Package answers keeps what jobs of stage 1 computed: their wave's fold applies it, and the
// receipts of the articles that came of it are divided by it.
package answers

import (
	"context"
	"encoding/json"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
)

const maxAnswer = 32 << 20 // bytes of the assignment of one job

// Blobs keeps answers in the blob store, under clustering/<job>.
type Blobs struct{ Store blob.Store }

// Put stores the answer of a job; the same again is no error.
func (b Blobs) Put(ctx context.Context, s account.Scope, job string, answer []byte) error {
	return b.Store.Put(ctx, blob.Of(s, "clustering", job), "application/json", answer)
}

// Get gives the answer of a job; NotFound when there is none.
func (b Blobs) Get(ctx context.Context, s account.Scope, job string) ([]byte, error) {
	raw, _, err := blob.Read(ctx, b.Store, blob.Of(s, "clustering", job), maxAnswer)
	return raw, err
}

// Group is a cluster that a job made or filled, as far as a receipt needs it.
type Group struct {
	Cluster  string
	Keywords int64 // that it placed there
}

// Groups gives the clusters of a job's answer in its order. NotFound when there is none.
func (b Blobs) Groups(ctx context.Context, s account.Scope, job string) ([]Group, error) {
	raw, err := b.Get(ctx, s, job)
	if err != nil {
		return nil, err
	}
	var a struct {
		Groups []struct {
			ID       string  `json:"id"`
			Keywords []int64 `json:"keywords"`
		} `json:"groups"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, errs.New(errs.Internal, "assignment_broken", "the stored clustering can't be read").With(err).Because(errs.Ours)
	}
	out := make([]Group, len(a.Groups))
	for i, g := range a.Groups {
		out[i] = Group{Cluster: g.ID, Keywords: int64(len(g.Keywords))}
	}
	return out, nil
}
