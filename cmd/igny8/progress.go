package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/event"
)

// progress draws a bar for each stage from the events of a run. On a terminal the present
// stage's line is drawn over; elsewhere each stage has one line when it ends.
type progress struct {
	out    io.Writer
	live   bool // a terminal
	stages map[int]*bar
	drawn  int // the stage whose line stands unfinished
}

type bar struct {
	total, done, failed int64
	began               time.Time
	last                string
}

func newProgress(out io.Writer, live bool) *progress {
	return &progress{out: out, live: live, stages: map[int]*bar{}}
}

// see takes one event in; events may come twice only if they are drawn twice.
func (p *progress) see(ev event.Event) {
	if ev.Stage == 0 || ev.Stage > automation.Last {
		p.say(ev)
		return
	}
	b := p.stages[ev.Stage]
	if b == nil {
		b = &bar{began: ev.Time}
		p.stages[ev.Stage] = b
	}
	switch ev.Kind {
	case event.WavePlanned:
		b.total += ev.Total
	case event.StageItemProcessed:
		b.done++
		b.total = max(b.total, b.done+b.failed) // a call under way at a pause ends after it
		b.last = ev.Title
	case event.StageItemFailed:
		b.failed++
		p.line(fmt.Sprintf("      ! %s: %s (%s)", ev.Title, ev.Reason, ev.Cause))
	case event.StageClosed:
		p.finish(ev.Stage, b, ev)
		return
	}
	p.draw(ev.Stage, b)
}

func (p *progress) say(ev event.Event) {
	switch ev.Kind {
	case event.RunPaused:
		for _, b := range p.stages { // what was not begun is planned anew
			b.total = b.done + b.failed
		}
		p.line("  paused: " + ev.Reason)
	case event.RunFailed:
		p.line("  failed: " + ev.Reason)
	case event.RunCancelled:
		p.line("  cancelled")
	}
}

// barWidth is the number of cells of a bar.
const barWidth = 24

func (b *bar) cells() string {
	full := barWidth
	if b.total > 0 {
		full = int(int64(barWidth) * min(b.done+b.failed, b.total) / b.total)
	}
	return strings.Repeat("█", full) + strings.Repeat("░", barWidth-full)
}

func (p *progress) text(stage int, b *bar, tail string) string {
	return fmt.Sprintf("  %d %-24s %s %4d/%-4d %s", stage, labels[stage], b.cells(), b.done, b.total, tail)
}

func (p *progress) draw(stage int, b *bar) {
	if !p.live {
		return
	}
	fmt.Fprintf(p.out, "\r\x1b[K%s", clip(p.text(stage, b, b.last), 110))
	p.drawn = stage
}

func (p *progress) finish(stage int, b *bar, ev event.Event) {
	tail := ev.Time.Sub(b.began).Round(100 * time.Millisecond).String()
	if b.failed > 0 {
		tail += fmt.Sprintf(", %d failed", b.failed)
	}
	if b.total == 0 { // local work has no jobs: its counts tell
		b.total = ev.Counts["tasks_created"]
		b.done = b.total
	}
	switch {
	case ev.Counts["skipped"] > 0:
		tail = "skipped: fewer than 5 new keywords"
	case stage == automation.Last && b.total == 0 && ev.Counts["ready_for_review"] > 0:
		tail = fmt.Sprintf("%d wait in review", ev.Counts["ready_for_review"])
	case b.total == 0:
		tail = "nothing to do"
	}
	p.line(p.text(stage, b, tail))
}

// labels are the stages as people know them (facts 11.5).
var labels = [automation.Last + 1]string{"", "Keywords → Clusters", "Clusters → Ideas", "Ideas → Tasks", "Tasks → Content",
	"Content → Image prompts", "Image prompts → Images", "Review gate"}

// line writes a whole line, over an unfinished one.
func (p *progress) line(s string) {
	if p.drawn != 0 {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = 0
	}
	fmt.Fprintln(p.out, s)
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
