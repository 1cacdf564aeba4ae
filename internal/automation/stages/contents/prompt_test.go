package contents_test

import (
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/table"
)

// own gives the desk's account a prompt of its own.
func own(d *stagetest.Desk, text string) {
	d.Where.Beside = []table.Item{{Key: prompt.Key(d.Scope, prompt.Content), Version: 1, Attrs: table.Attrs{"text": text}}}
}

// TestOwnPrompt: an account's own prompt is asked with, filled; a change of it makes no
// other job of what waits, and buys no answer again.
func TestOwnPrompt(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	d.Prices = credit.Current // by tokens
	add(d, "ide_a", "guide", 500)
	usual := d.Plan(st, "run").Jobs[0]
	own(d, "Write on [IGNY8_TITLE] in [IGNY8_WORDS] words about [IGNY8_KEYWORDS], a [IGNY8_STRUCTURE]:\n[IGNY8_OUTLINE]")
	mine := d.Plan(st, "run").Jobs[0]
	if mine.Input != usual.Input {
		t.Error("another job for the same task")
	}
	own(d, strings.Repeat("Write very long texts. ", 400))
	if long := d.Plan(st, "run").Jobs[0]; long.Share <= mine.Share || long.Input != usual.Input {
		t.Errorf("a long prompt: share %s, a short one: %s", long.Share, mine.Share)
	}
	own(d, "Write on [IGNY8_TITLE] in [IGNY8_WORDS] words about [IGNY8_KEYWORDS], a [IGNY8_STRUCTURE]:\n[IGNY8_OUTLINE]")

	// The answer is stored; what should have followed it fails, and meanwhile the prompt changes.
	job := d.Job(st, "run", mine)
	if _, err := st.Do(t.Context(), d.Scope, d.Work(job)); err != nil {
		t.Fatal(err)
	}
	asked := d.Text.Calls()[0].Instructions
	for _, want := range []string{"in 500 words", "cold brew", "a guide", ": how long", "clean HTML"} {
		if !strings.Contains(asked, want) {
			t.Errorf("asked without %q: %s", want, asked)
		}
	}
	if strings.Contains(asked, "[IGNY8") {
		t.Errorf("not filled: %s", asked)
	}
	own(d, "Write like a pirate.")
	again := d.Plan(st, "run").Jobs[0]
	if automation.JobID(st.Number(), again.Item, again.Attempt, again.Input) != job.ID {
		t.Fatal("another job after the change")
	}
	if j, err := d.Finish(st, d.Job(st, "run", again)); err != nil || j.State != automation.JobDone {
		t.Fatalf("%+v, %v", j, err)
	}
	if n := len(d.Text.Calls()); n != 1 {
		t.Errorf("bought %d times", n)
	}

	// The next task is asked for with the new words, and after a reset with the usual ones.
	add(d, "ide_b", "guide", 500)
	d.Run(st, "run", "wave")
	if asked := d.Text.Calls()[1].Instructions; !strings.HasPrefix(asked, "Write like a pirate.") {
		t.Errorf("the next job: %s", asked)
	}
	d.Where.Beside = nil
	add(d, "ide_c", "guide", 500)
	d.Text.Script(stagetest.Reply{Err: errs.New(errs.Invalid, "refused", "no")})
	d.Run(st, "run", "wave")
	if asked := d.Text.Calls()[2].Instructions; asked != prompt.Default(prompt.Content) {
		t.Errorf("after the reset: %s", asked)
	}
}
