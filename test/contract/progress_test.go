package contract_test

import (
	"net/http"

	"github.com/igny8/igny8/internal/queue"
)

// progress is the rest of /v1/automation/: how the stages stand, and what a run does now.
// It is called while the walk's run is going on.
func (w *world) progress() {
	q := "site_id=" + w.ids["site"]
	w.untilWriting()
	w.do(call{op: "current_processing", name: "processing", summary: "A run is going on", query: q})
	w.do(call{op: "pipeline_overview", name: "running", summary: "The seven stages while a run is going on", query: q})
}

// untilWriting works until some of a run's texts are written, and others wait.
func (w *world) untilWriting() {
	w.Helper()
	for range 500 {
		if err := w.flow.Step(w.Context()); err != nil {
			w.Fatal(err)
		}
		for _, q := range queue.Names() {
			w.drain(q)
		}
		res := w.send(http.MethodGet, w.ops["current_processing"].Spec.Path+"?site_id="+w.ids["site"], call{})
		now, _ := part(decoded(res.Body.Bytes()), "data").(anything)
		next, _ := now["next"].([]any)
		if now["stage"] == 4.0 && now["processed"] != 0.0 && len(next) > 0 {
			return
		}
		w.clock.Advance(1e9)
	}
	w.Fatal("no run came to be in the midst of its texts")
}

// items is what became of each item of a run that has ended.
func (w *world) items() {
	q := "site_id=" + w.ids["site"]
	w.do(call{op: "current_processing", name: "none", summary: "No run is going on", query: q})
	w.do(call{op: "run_items", name: "items", summary: "The texts that a run has written", query: q + "&run_id=" + w.ids["run"] + "&stage=4&page_size=2"})
	w.do(call{op: "run_items", name: "stage", summary: "A stage that is none", query: q + "&run_id=" + w.ids["run"] + "&stage=9", status: 400})
	w.do(call{op: "run_items", name: "absent", summary: "No such run", query: q + "&run_id=run_" + nothing, status: 404})
}
