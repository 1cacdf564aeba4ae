// Package embedded is the durable interpreter of our state machines for the runtime that is
// one program: workflow.Engine on a bbolt file of its own. What a step decides is on disk
// before anything outside relies on it, so a program that is killed at any instant goes on
// where it stopped when the file is opened again.
package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
)

// Limits of the service (Step Functions Developer Guide, Service quotas).
const (
	keep    = 90 * 24 * time.Hour // how long an ended execution is known and its name taken
	maxData = 256 << 10           // bytes of an input, an output or a payload
)

// Options of an Engine; the zero value is right for a program.
type Options struct {
	Parallel int            // functions that run at once; 0: 32
	Random   func() float64 // spreads retries, in [0, 1); nil: the system's
	// Passed is told of each transition as the service counts them for its bill: every state
	// that is entered, every repeat of one, and the end. It must not block; nil: nobody is told.
	Passed func(state string)
}

// Engine is the driver. It is safe for concurrent use.
type Engine struct {
	db    *bbolt.DB
	m     *asl.Machine
	fns   map[string]workflow.Function
	clock clock.Clock
	opts  Options

	mu     sync.Mutex       // held over each write, so that open follows the file's order
	open   map[string]timer // what each unfinished execution waits for
	busy   map[string]bool  // tokens whose function runs in this process
	broken error            // an invocation could not be recorded

	kick  chan struct{} // something is ready
	slots chan struct{} // one for each function that runs
}

// timer is the part of a record that the loop needs.
type timer struct {
	phase phase
	token string
	due   time.Time
}

var (
	executions = []byte("executions") // name -> record
	unfinished = []byte("unfinished") // name -> nothing
	ended      = []byte("ended")      // time of the end and name -> nothing
	goodName   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,80}$`)
)

var _ workflow.Engine = (*Engine)(nil)

// Open opens or makes the file at path and finds the unfinished executions; Run or Step
// goes on with them. Conflict, code "in_use": another process has the file. Invalid: the
// machine names a function that fns does not have. Close it after use.
func Open(path string, m *asl.Machine, fns map[string]workflow.Function, c clock.Clock, opts Options) (*Engine, error) {
	for _, name := range m.Functions() {
		if fns[name] == nil {
			return nil, errs.New(errs.Invalid, "definition", "the state machine invokes "+name+", which is not there")
		}
	}
	if opts.Parallel < 1 {
		opts.Parallel = 32
	}
	if opts.Random == nil {
		opts.Random = rand.Float64
	}
	if opts.Passed == nil {
		opts.Passed = func(string) {}
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, errs.New(errs.Conflict, "in_use", "another process has "+path+" open: end it, or take another data folder").With(err)
	}
	if err != nil {
		return nil, errs.Wrap("workflow: open", err)
	}
	e := &Engine{db: db, m: m, fns: fns, clock: c, opts: opts, open: map[string]timer{}, busy: map[string]bool{},
		kick: make(chan struct{}, 1), slots: make(chan struct{}, opts.Parallel)}
	if err := db.Update(e.load); err != nil {
		return nil, errs.Wrap("workflow: open", errors.Join(err, db.Close()))
	}
	return e, nil
}

// load makes the buckets and reads what is unfinished. An execution whose state is no
// longer in the definition ends; its run can be started again under a new name.
func (e *Engine) load(tx *bbolt.Tx) error {
	for _, name := range [][]byte{executions, unfinished, ended} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	if err := e.prune(tx); err != nil {
		return err
	}
	var names []string
	_ = tx.Bucket(unfinished).ForEach(func(k, _ []byte) error { names = append(names, string(k)); return nil })
	for _, name := range names {
		r, err := e.get(tx, name)
		if err != nil {
			return err
		}
		if s := e.m.States[r.State]; s == nil || s.Type != asl.Task {
			e.end(r, workflow.Failed, &workflow.NamedError{Name: asl.Runtime, Cause: "the state " + r.State + " is no longer in the definition"})
			if err := e.put(tx, r); err != nil {
				return err
			}
		}
		e.note(r)
	}
	return nil
}

// Close closes the file. End Run first.
func (e *Engine) Close() error { return errs.Wrap("workflow: close", e.db.Close()) }

// Start implements workflow.Engine. Same name and same input while it runs: no error.
// Invalid: a bad name, no JSON, too large. See API Reference, StartExecution.
func (e *Engine) Start(ctx context.Context, name string, input []byte) error {
	if !goodName.MatchString(name) {
		return errs.Field("name", "1 to 80 letters, digits, dots, dashes or underscores")
	}
	data, err := decode("input", input)
	if err != nil {
		return err
	}
	return e.write(ctx, func(tx *bbolt.Tx) (*record, error) {
		if err := e.prune(tx); err != nil {
			return nil, err
		}
		old, err := e.get(tx, name)
		switch {
		case err == nil && old.Status == workflow.Running && bytes.Equal(old.Input, input):
			return nil, nil
		case err == nil:
			return nil, errs.New(errs.Conflict, "execution_exists", "there was an execution "+name+" within 90 days: take another name")
		case !errs.Is(err, errs.NotFound):
			return nil, err
		}
		r := &record{Execution: workflow.Execution{Name: name, Status: workflow.Running, Input: input, Started: e.clock.Now()}}
		e.enter(r, e.m.StartAt, data)
		return r, nil
	})
}

// Describe implements workflow.Engine.
func (e *Engine) Describe(ctx context.Context, name string) (out workflow.Execution, err error) {
	if err := ctx.Err(); err != nil {
		return out, errs.Wrap("workflow: describe", err)
	}
	err = e.db.View(func(tx *bbolt.Tx) error {
		r, err := e.get(tx, name)
		if err == nil {
			out = r.Execution
		}
		return err
	})
	return out, err
}

// Stop implements workflow.Engine. NotFound: the name was never started.
func (e *Engine) Stop(ctx context.Context, name, errName, cause string) error {
	return e.write(ctx, func(tx *bbolt.Tx) (*record, error) {
		r, err := e.get(tx, name)
		if err != nil || r.Status != workflow.Running {
			return nil, err
		}
		e.end(r, workflow.Aborted, &workflow.NamedError{Name: errName, Cause: cause})
		return r, nil
	})
}

// Succeed implements workflow.Engine. Invalid: the output is no JSON, or too large.
func (e *Engine) Succeed(ctx context.Context, token string, output []byte) error {
	result, err := decode("output", output)
	if err != nil {
		return err
	}
	return e.answer(ctx, token, true, func(r *record) { e.complete(r, result) })
}

// Fail implements workflow.Engine.
func (e *Engine) Fail(ctx context.Context, token, errName, cause string) error {
	return e.answer(ctx, token, true, func(r *record) { e.fail(r, &workflow.NamedError{Name: errName, Cause: cause}) })
}

// answer applies f to the execution whose present attempt has the token. A token names one
// attempt: after an answer, a time-out or the end it matches nothing (API Reference,
// SendTaskSuccess, TaskTimedOut: expired, or the task was closed before).
func (e *Engine) answer(ctx context.Context, token string, outside bool, f func(*record)) error {
	return e.write(ctx, func(tx *bbolt.Tx) (*record, error) {
		r, err := e.find(tx, token)
		if err != nil {
			return nil, err
		}
		if outside && (!e.m.States[r.State].Waits() || !e.clock.Now().Before(r.Due)) {
			return nil, gone()
		}
		f(r)
		return r, nil
	})
}

// find gives the execution whose present attempt has the token. A token begins with its
// execution's name, which can't hold a slash.
func (e *Engine) find(tx *bbolt.Tx, token string) (*record, error) {
	name, _, _ := strings.Cut(token, "/")
	r, err := e.get(tx, name)
	if errs.Is(err, errs.NotFound) || err == nil && r.Token != token {
		return nil, gone()
	}
	return r, err
}

func gone() error {
	return errs.New(errs.NotFound, "token_gone", "the task of this token has ended, or never was")
}

// write runs f in a transaction and stores the record that it gives, if any.
func (e *Engine) write(ctx context.Context, f func(*bbolt.Tx) (*record, error)) error {
	if err := ctx.Err(); err != nil {
		return errs.Wrap("workflow: write", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var r *record
	err := e.db.Update(func(tx *bbolt.Tx) (err error) {
		if r, err = f(tx); err != nil || r == nil {
			return err
		}
		return e.put(tx, r)
	})
	if err == nil && r != nil {
		e.note(r)
		e.wake()
	}
	return err
}

func (e *Engine) note(r *record) {
	if r.Status != workflow.Running {
		delete(e.open, r.Name)
		return
	}
	e.open[r.Name] = timer{r.Phase, r.Token, r.Due}
}

func (e *Engine) wake() {
	select {
	case e.kick <- struct{}{}:
	default:
	}
}

func (e *Engine) get(tx *bbolt.Tx, name string) (*record, error) {
	absent := errs.New(errs.NotFound, "not_found", "there is no execution "+name)
	raw := tx.Bucket(executions).Get([]byte(name))
	if raw == nil {
		return nil, absent
	}
	r := &record{}
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, errs.Wrap("workflow: read "+name, err)
	}
	if r.Status != workflow.Running && !e.clock.Now().Before(r.Stopped.Add(keep)) {
		return nil, absent
	}
	return r, nil
}

func (e *Engine) put(tx *bbolt.Tx, r *record) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	key := []byte(r.Name)
	if r.Status == workflow.Running {
		return errors.Join(tx.Bucket(executions).Put(key, raw), tx.Bucket(unfinished).Put(key, nil))
	}
	return errors.Join(tx.Bucket(executions).Put(key, raw), tx.Bucket(unfinished).Delete(key),
		tx.Bucket(ended).Put(append(stamp(r.Stopped), key...), nil))
}

// prune forgets what ended 90 days ago; it costs one look when there is nothing.
func (e *Engine) prune(tx *bbolt.Tx) error {
	until := stamp(e.clock.Now().Add(-keep))
	c := tx.Bucket(ended).Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k[:8], until) <= 0; k, _ = c.First() {
		if err := errors.Join(tx.Bucket(executions).Delete(k[8:]), c.Delete()); err != nil {
			return err
		}
	}
	return nil
}

func stamp(t time.Time) []byte { return binary.BigEndian.AppendUint64(nil, uint64(t.UnixNano())) }

func decode(field string, raw []byte) (any, error) {
	if len(raw) > maxData {
		return nil, errs.Field(field, "larger than 256 KiB")
	}
	v, err := asl.Decode(raw)
	if err != nil {
		return nil, errs.Field(field, "has to be one JSON value")
	}
	return v, nil
}
