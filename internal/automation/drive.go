package automation

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// StageInput is what the state machine hands to the stage function.
type StageInput struct {
	Account   string `json:"account"`
	Site      string `json:"site"`
	Run       string `json:"run"`
	Execution string `json:"execution"`
	Stage     int    `json:"stage"` // 0: finish the run
	Token     string `json:"token"`
}

// HandleStage is the stage function: it folds what is finished and plans the next wave.
// It may be called any number of times with the same token. A fault leaves the token
// waiting: tick calls again, and gives up with a named error after ten faults.
func (e *Engine) HandleStage(ctx context.Context, payload []byte) ([]byte, error) {
	var in StageInput
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, errs.New(errs.Invalid, "stage_input", "the state machine's input is not as expected").With(err)
	}
	s := envelope(in.Account, "stage")
	if in.Stage == 0 {
		return []byte("{}"), e.finish(ctx, s, in.Site, in.Run, StatusCompleted, "", 0)
	}
	if err := e.drive(ctx, s, in); err != nil {
		e.Log.Error("stage", "account", in.Account, "site", in.Site, "run", in.Run, "stage", in.Stage, "err", err)
		return []byte("{}"), e.fault(ctx, s, in, err)
	}
	return []byte("{}"), nil
}

// fault counts a failed invocation; the tenth in a row fails the token.
func (e *Engine) fault(ctx context.Context, s account.Scope, in StageInput, cause error) error {
	return table.Again(func() error {
		st, err := e.stage(ctx, s, in.Site, in.Run, in.Stage)
		if err != nil {
			return err
		}
		if st.Errors++; st.Errors >= 10 {
			return ignoreGone(e.Workflow.Fail(ctx, in.Token, "StageFailed", errs.Of(cause).Message))
		}
		if st.Execution > in.execution() {
			return nil // the present execution tells of itself
		}
		st.keep(in.Token, in.execution(), e.clock.Now())
		return e.saveStage(ctx, s, in.Site, st)
	})
}

// execution is the number of the execution that asks.
func (in StageInput) execution() int {
	n, err := strconv.Atoi(strings.TrimPrefix(in.Execution, in.Run+"-"))
	if err != nil {
		return 1
	}
	return n
}

func (e *Engine) saveStage(ctx context.Context, s account.Scope, site string, st StageResult, more ...table.Op) error {
	op, err := replace(stageKey(s, site, st.Run, st.Stage), "stage_result", st, st.version)
	if err != nil {
		return err
	}
	return e.table.Transact(ctx, append([]table.Op{op}, more...)...)
}

func (e *Engine) drive(ctx context.Context, s account.Scope, in StageInput) error {
	if e.stages[in.Stage] == nil {
		return errs.New(errs.Internal, "stage", "there is no stage "+strconv.Itoa(in.Stage))
	}
	done, late, err := e.keepToken(ctx, s, in)
	if err != nil {
		return err
	}
	if done {
		return e.succeed(ctx, in.Token, true)
	}
	// Only now, after the token is stored: a pause that falls between would be lost.
	r, err := e.run(ctx, s, in.Site, in.Run)
	if err != nil {
		return err
	}
	if r.Status == StatusRunning && (late || in.execution() < r.Executions) {
		// An execution from before a pause, which was faster than its end: it ends now.
		return ignoreGone(e.Workflow.Fail(ctx, in.Token, "Paused", ""))
	}
	if r.Status != StatusRunning {
		return ignoreGone(e.Workflow.Fail(ctx, in.Token, haltName(r), ""))
	}
	return table.Again(func() error { return e.advance(ctx, s, r, in) })
}

// haltName is the error by which the state machine learns that a run does not go on.
func haltName(r Run) string {
	switch {
	case r.Status == StatusPaused && r.PauseReason == PausedByCredits:
		return "OutOfCredits"
	case r.Status == StatusPaused:
		return "Paused"
	default:
		return "Cancelled"
	}
}

// keepToken stores the newest token of the newest execution; done tells that the stage is
// closed, late that a later execution has come. An earlier one that still waits is ended:
// nobody would answer it any more.
func (e *Engine) keepToken(ctx context.Context, s account.Scope, in StageInput) (done, late bool, err error) {
	var before StageResult
	err = table.Again(func() error {
		st, err := e.stage(ctx, s, in.Site, in.Run, in.Stage)
		if err != nil {
			return err
		}
		before, done, late = st, st.Closed, st.Execution > in.execution()
		if done || late || st.Token == in.Token && st.Errors == 0 {
			return nil
		}
		st.keep(in.Token, in.execution(), e.clock.Now())
		return e.saveStage(ctx, s, in.Site, st)
	})
	if err == nil && !done && before.Token != "" && before.Execution < in.execution() {
		err = ignoreGone(e.Workflow.Fail(ctx, before.Token, "Paused", ""))
	}
	return done, late, err
}

func (e *Engine) succeed(ctx context.Context, token string, done bool) error {
	return ignoreGone(e.Workflow.Succeed(ctx, token, []byte(`{"done":`+strconv.FormatBool(done)+`}`)))
}

// waveID names a run's wave by its place, so that a repeated plan meets the same wave.
func waveID(run string, stage, n int) string {
	return id.Hash("wav", run, strconv.Itoa(stage), strconv.Itoa(n))
}

func (e *Engine) currentWave(ctx context.Context, s account.Scope, r Run) (Wave, error) {
	n := min(r.Stage, Last)
	st, err := e.stage(ctx, s, r.Site, r.ID, n)
	if err != nil {
		return Wave{}, err
	}
	return e.wave(ctx, s, r.Site, waveID(r.ID, n, st.Waves))
}

// advance folds closed waves and plans the next one, or closes the stage. Conditions on
// the stage's version make a second invocation at the same time start over.
func (e *Engine) advance(ctx context.Context, s account.Scope, r Run, in StageInput) error {
	st, err := e.stage(ctx, s, r.Site, r.ID, in.Stage)
	if err != nil {
		return err
	}
	for {
		if st.Closed {
			return e.succeed(ctx, in.Token, true)
		}
		w, err := e.wave(ctx, s, r.Site, waveID(r.ID, in.Stage, st.Waves))
		switch {
		case errs.Is(err, errs.NotFound):
			return e.plan(ctx, s, r, st, in.Token)
		case err != nil:
			return err
		case w.State == WavePlanning:
			return e.write(ctx, s, w)
		case w.State == WavePlanned:
			return e.closeWave(ctx, s, w)
		}
		if st, err = e.fold(ctx, s, st, w); err != nil {
			return err
		}
	}
}

// fold brings a closed wave into the stage's result, once: the stage's count of waves moves
// on in the same transaction.
func (e *Engine) fold(ctx context.Context, s account.Scope, st StageResult, w Wave) (StageResult, error) {
	jobs, counts, err := e.foldWave(ctx, s, w)
	if err != nil {
		return st, err
	}
	st.Counts.Add(counts)
	for _, j := range jobs {
		switch j.State {
		case JobDone:
			st.Processed++
			st.Cost += j.Cost
		case JobFailed:
			st.Failed++
			st.Cost += j.Cost
		}
	}
	st.Credits += w.Charged
	st.Waves++
	st.Errors = 0
	w.State = WaveFolded
	op, err := replace(waveKey(s, w.Site, w.ID), "wave", w, w.version)
	if err != nil {
		return st, err
	}
	if err := e.saveStage(ctx, s, w.Site, st, op); err != nil {
		return st, err
	}
	st.version++
	return st, nil
}

// foldWave lets the stage fold the jobs that belong to the wave.
func (e *Engine) foldWave(ctx context.Context, s account.Scope, w Wave) ([]Job, Counts, error) {
	all, err := e.jobsOf(ctx, s, w)
	if err != nil {
		return nil, nil, err
	}
	var jobs []Job
	for _, wj := range w.Jobs {
		if j, ok := all[wj.Job]; ok && j.Wave == w.ID {
			jobs = append(jobs, j)
		}
	}
	counts, err := e.stages[w.Stage].Fold(ctx, s, FoldInput{Run: w.Run, Site: w.Site, Wave: w.ID, Jobs: jobs})
	return jobs, counts, err
}

// closeStage writes the result and moves the run on, on condition that the run is still
// running: a pause that came meanwhile wins, and the next try finds it.
func (e *Engine) closeStage(ctx context.Context, s account.Scope, r Run, st StageResult, token string) error {
	st.Closed, st.ClosedAt, st.Errors = true, e.clock.Now(), 0
	ev, err := e.event(s, event.Event{Kind: event.StageClosed, Site: r.Site, Run: r.ID, Stage: st.Stage, Total: st.Processed, Counts: st.Counts})
	if err != nil {
		return err
	}
	move := table.Change(runKey(s, r.Site, r.ID), table.Changes{Set: table.Attrs{"current_stage": int64(st.Stage + 1)}},
		table.Equals("status", string(StatusRunning)))
	// Another invocation may have planned a wave since this one looked, and its jobs may be
	// done: nothing waits then, and the wave has still to be folded.
	none := table.Check(waveKey(s, r.Site, waveID(r.ID, st.Stage, st.Waves)), table.Absent())
	err = e.saveStage(ctx, s, r.Site, st, move, ev, none)
	if f := table.FailedCondition(err); f != nil && f.Op(1) {
		now, rerr := e.run(ctx, s, r.Site, r.ID)
		if rerr != nil {
			return rerr
		}
		return ignoreGone(e.Workflow.Fail(ctx, token, haltName(now), ""))
	}
	if err != nil {
		return err
	}
	return e.succeed(ctx, token, true)
}
