package ses

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

const (
	life   = 2 * time.Minute     // of a claim
	kept   = 30 * 24 * time.Hour // of a record
	closer = 5 * time.Second     // for the write after the call, which goes on when the caller has left
)

// The attributes of a record. Neither address nor text is among them.
const (
	until   = "until"      // the claim's end in unix milliseconds; 0 when it was given up
	sentAt  = "sent_at"    // unix milliseconds; absent until SES took the message
	message = "message_id" // SES's
)

// recordKey hashes the Key, which may be of any length.
func recordKey(key string) table.Key {
	sum := sha256.Sum256([]byte(key))
	return table.Key{Partition: table.OfSystem(system.As("mail"), "MAIL", hex.EncodeToString(sum[:])), Sort: "MAIL"}
}

// claim is the right to send, as long as its record has this version.
type claim struct {
	key     table.Key
	version int64
	sent    bool // there is nothing left to send
}

// claim takes the Key, or tells that it was sent. Unavailable while another holds it.
func (s *Sender) claim(ctx context.Context, key string) (claim, error) {
	now := s.clock.Now()
	it := table.Item{
		Key: recordKey(key), Type: "mail", Expires: now.Add(kept),
		Attrs: table.Attrs{until: now.Add(life).UnixMilli()},
	}
	err := s.table.Write(ctx, table.Put(it, table.Absent()))
	if table.FailedCondition(err) == nil {
		return claim{key: it.Key, version: 1}, err
	}
	old, err := s.table.Get(ctx, it.Key, table.Consistent)
	if errs.Is(err, errs.NotFound) { // expired and not deleted yet: it was dealt with a month ago
		return claim{sent: true}, nil
	}
	if err != nil {
		return claim{}, err
	}
	if _, ok := old.Attrs[sentAt]; ok {
		return claim{sent: true}, nil
	}
	end, _ := old.Attrs[until].(int64)
	if left := time.UnixMilli(end).Sub(now); left > 0 {
		return claim{}, busy(left)
	}
	it.Version, it.Created = old.Version, old.Created
	err = s.table.Write(ctx, table.Put(it, table.VersionIs(old.Version)))
	if table.FailedCondition(err) != nil {
		return claim{}, busy(life)
	}
	return claim{key: it.Key, version: old.Version + 1}, err
}

func busy(left time.Duration) error {
	return errs.New(errs.Unavailable, "mail_sending", "this message is being sent: try again in some minutes").After(left)
}

// mark notes that SES took the message. When that fails the message is out all the same, so
// the caller is told of success: an error would have it sent again.
func (s *Sender) mark(ctx context.Context, c claim, id string) {
	s.change(ctx, c, table.Attrs{sentAt: s.clock.Now().UnixMilli(), message: id})
}

// release gives a claim up that SES refused, so that a repeat need not wait. When that fails,
// it waits.
func (s *Sender) release(ctx context.Context, c claim) {
	s.change(ctx, c, table.Attrs{until: int64(0)})
}

// change fails without a word when another has taken the claim over, or the table is away.
func (s *Sender) change(ctx context.Context, c claim, set table.Attrs) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closer)
	defer cancel()
	_ = s.table.Write(ctx, table.Change(c.key, table.Changes{Set: set}, table.VersionIs(c.version)))
}
