package embedded

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/igny8/igny8/internal/commit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

// record is a message as stored. Due is the time before which it is not visible; 0 while
// it is in flight, so that a restart finds it visible.
type record struct {
	Queue    queue.Name `json:"q"`
	Group    string     `json:"g,omitempty"`
	Body     string     `json:"b"`
	Sent     int64      `json:"s"` // nanoseconds since 1970
	Due      int64      `json:"d,omitempty"`
	Receives int        `json:"r,omitempty"`
}

var bucketName = []byte("messages/1")

// store keeps the records in one bucket, by id.
type store struct {
	db     *bolt.DB
	writes *commit.Group
}

func openStore(path string) (*store, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockTimeout})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, errs.New(errs.Conflict, "in_use", "the data folder is in use by another process: stop it, or choose another folder").With(err)
	}
	if err != nil {
		return nil, errs.New(errs.Internal, "queue_open", "the queue file "+path+" could not be opened: check that its folder exists and may be written").With(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucketIfNotExists(bucketName); return err })
	if err != nil {
		return nil, errors.Join(fault(err), db.Close())
	}
	return &store{db, commit.New(db)}, nil
}

func (s *store) close() error { return s.writes.Close() }

func (s *store) load(each func(uint64, record)) error {
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketName).ForEach(func(k, v []byte) error {
			var r record
			if err := json.Unmarshal(v, &r); err != nil {
				return err
			}
			each(binary.BigEndian.Uint64(k), r)
			return nil
		})
	})
	if err != nil {
		return errs.New(errs.Internal, "queue_damaged", "the queue file holds a message that cannot be read: restore it from a backup").With(err)
	}
	return nil
}

// update runs step in a transaction that may hold the steps of other calls too, and returns
// once it is on disk.
func (s *store) update(step func(*bolt.Bucket) error) error {
	return fault(s.writes.Update(func(tx *bolt.Tx) error { return step(tx.Bucket(bucketName)) }))
}

// add stores new messages under consecutive ids and gives the first.
func (s *store) add(records []record) (first uint64, err error) {
	err = s.update(func(b *bolt.Bucket) error {
		first = b.Sequence() + 1
		if err := b.SetSequence(b.Sequence() + uint64(len(records))); err != nil {
			return err
		}
		for i, r := range records {
			if err := put(b, first+uint64(i), r); err != nil {
				return err
			}
		}
		return nil
	})
	return first, err
}

// hand writes what a take has chosen and gives the bodies of the messages taken.
func (s *store) hand(p plan) (map[uint64]string, error) {
	bodies := make(map[uint64]string, len(p.taken))
	err := s.update(func(b *bolt.Bucket) error {
		for _, id := range p.expired {
			if err := b.Delete(key(id)); err != nil {
				return err
			}
		}
		for _, m := range p.moved {
			if err := change(b, m.id, func(r *record) { r.Queue, r.Due = m.queue, 0 }); err != nil {
				return err
			}
		}
		for _, t := range p.taken {
			err := change(b, t.id, func(r *record) { r.Receives, r.Due = t.receives, 0; bodies[t.id] = r.Body })
			if err != nil {
				return err
			}
		}
		return nil
	})
	return bodies, err
}

func (s *store) remove(entries []*entry) error {
	return s.update(func(b *bolt.Bucket) error {
		for _, e := range entries {
			if err := b.Delete(key(e.id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// postpone stores a delay, unless the message was delivered again meanwhile.
func (s *store) postpone(id uint64, receives int, due time.Time) error {
	return s.update(func(b *bolt.Bucket) error {
		return change(b, id, func(r *record) {
			if r.Receives == receives {
				r.Due = due.UnixNano()
			}
		})
	})
}

// change rewrites a record; a message that is gone is left alone.
func change(b *bolt.Bucket, id uint64, f func(*record)) error {
	v := b.Get(key(id))
	if v == nil {
		return nil
	}
	var r record
	if err := json.Unmarshal(v, &r); err != nil {
		return err
	}
	f(&r)
	return put(b, id, r)
}

func put(b *bolt.Bucket, id uint64, r record) error {
	v, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return b.Put(key(id), v)
}

func key(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }

func fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return errClosed()
	}
	return errs.New(errs.Unavailable, "queue_store", "the queue file could not be written: check the disk's free space and rights").With(err)
}
