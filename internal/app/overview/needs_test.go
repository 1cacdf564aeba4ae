package overview

import (
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/task"
)

// things are a site's records before they are counted.
type things struct {
	tasks    []task.Task
	contents []content.Content
	images   []imagery.Image
}

func (x things) count() holdings {
	h := empty()
	for _, t := range x.tasks {
		h.task(t)
	}
	for _, c := range x.contents {
		h.content(c)
	}
	for _, i := range x.images {
		h.image(i)
	}
	return h
}

// Each thing that waits for a person is told, with what to do, and nothing else is.
func TestNeeds(t *testing.T) {
	t.Parallel()
	rich := credit.Balance{Bonus: credit.Whole(1000)}
	run := func(change func(*automation.View)) automation.View {
		v := automation.View{Run: automation.Run{ID: "run_1", Status: automation.StatusCompleted}}
		change(&v)
		return v
	}
	calm := run(func(*automation.View) {})
	link := integration.Integration{ID: "int_1", IsActive: true, SyncStatus: integration.SyncSuccess}
	for _, x := range []struct {
		name    string
		h       things
		balance credit.Balance
		link    integration.Integration
		last    automation.View
		want    []string
		reason  string
	}{
		{"calm", things{contents: []content.Content{{Status: content.Approved}}}, rich, link, calm, nil, ""},
		{"no run at all", things{tasks: []task.Task{{Status: task.Queued}}}, rich, link, automation.View{}, nil, ""},
		{"review", things{contents: []content.Content{{Status: content.Review}, {Status: content.Review, SiteStatus: content.Published}}}, rich, link, calm, []string{"content_review"}, "1 article "},
		{"credits", things{}, credit.Balance{Plan: 49_999}, link, calm, []string{"low_credits"}, "49.999"},
		{"paused by credits", things{}, rich, link, run(func(v *automation.View) {
			v.Status, v.PauseReason = automation.StatusPaused, automation.PausedByCredits
		}), []string{"run_paused"}, "run out"},
		{"paused by a provider", things{}, rich, link, run(func(v *automation.View) {
			v.Status, v.PauseReason, v.Error = automation.StatusPaused, automation.PausedByProvider, "the key is refused"
		}), []string{"run_paused"}, "the key is refused"},
		{"failed run", things{}, rich, link, run(func(v *automation.View) { v.Status, v.Error = automation.StatusFailed, "no" }), []string{"run_failed"}, "no"},
		{"broken", things{}, rich, integration.Integration{IsActive: true, SyncStatus: integration.SyncFailed, SyncError: "401"}, calm, []string{"integration_broken"}, "401"},
		{"off", things{}, rich, integration.Integration{}, calm, []string{"integration_broken"}, "switched off"},
		{"failed items", things{
			tasks:    []task.Task{{Status: task.Queued, FailedRun: "run_1"}, {Status: task.Queued, FailedRun: "run_0"}, {Status: task.Completed, FailedRun: "run_1"}},
			contents: []content.Content{{Status: content.Draft, FailedRun: "run_1"}},
			images:   []imagery.Image{{Status: imagery.Failed}, {Status: imagery.Pending}},
		}, rich, link, run(func(v *automation.View) {
			v.Stages = []automation.StageResult{{Stage: 2, Failed: 2}, {Stage: 4, Failed: 9}}
		}), []string{"failed_items"}, "5 items"},
		{"failed publication", things{contents: []content.Content{{Status: content.Approved, SiteStatus: content.Failed}}}, rich, link, calm, []string{"failed_publication"}, "1 article "},
	} {
		var kinds []string
		all := ""
		for _, n := range needs(x.h.count(), x.balance, []integration.Integration{x.link}, x.last) {
			kinds = append(kinds, n.Kind)
			all += n.Reason
		}
		if !slices.Equal(kinds, x.want) || !strings.Contains(all, x.reason) {
			t.Errorf("%s: %v, want %v (%q)", x.name, kinds, x.want, all)
		}
	}
}

// Deleted records count nowhere, and published contents as published, whatever their status.
func TestCounted(t *testing.T) {
	t.Parallel()
	h := empty()
	for _, deleted := range []bool{false, true} {
		h.idea(idea.Idea{Status: idea.New, Deleted: deleted})
		h.content(content.Content{Status: content.Draft, Deleted: deleted})
		h.image(imagery.Image{Status: imagery.Pending, Deleted: deleted})
	}
	h.content(content.Content{Status: content.Approved, SiteStatus: content.Published})
	h.idea(idea.Idea{Status: idea.New, Disabled: true})
	got := []int64{h.ideas.total(), h.ideasWait, h.contents.total(), h.contents["published"], h.promptsWait, h.images.total(), h.imagesWait}
	if want := []int64{2, 1, 2, 1, 1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
