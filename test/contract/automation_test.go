package contract_test

// automation is /v1/automation/: a run, from its estimate to its end.
func (w *world) automation() {
	q := "site_id=" + w.ids["site"]
	w.do(call{op: "current_run", name: "none", summary: "No run is going on", query: q})
	w.do(call{op: "estimate_run", name: "estimate", summary: "What would it cost?", query: q})
	w.do(call{op: "get_schedule", name: "none", summary: "It has none", query: q})
	w.do(call{op: "update_schedule", name: "update", summary: "Each Monday morning", query: q, body: `{"is_enabled":true,"frequency":"weekly","day_of_week":1,"scheduled_time":"06:30","timezone":"Europe/Berlin"}`})
	w.do(call{op: "update_schedule", name: "changed", summary: "Others changed it meanwhile", query: q, body: `{"is_enabled":false}`, header: ifMatch(`"7"`), status: 412})
	w.do(call{op: "update_schedule", name: "wrong", summary: "No time of day, and no such zone", query: q, body: `{"scheduled_time":"25:00","timezone":"Mars/Olympus"}`, status: 400})
	w.do(call{op: "get_schedule", name: "weekly", summary: "When does the next run start?", query: q})
	w.do(call{op: "update_schedule", quiet: true, query: q, body: `{"is_enabled":false}`})
	first := w.do(call{op: "run_now", quiet: true, query: q})
	w.do(call{op: "cancel_run", name: "cancel", summary: "End a run for good", query: q + "&run_id=" + at(first, "data", "id")})
	out := w.do(call{op: "run_now", name: "start", summary: "Start a run", query: q, header: map[string]string{"Idempotency-Key": "run-1"}})
	w.ids["run"] = at(out, "data", "id")
	run := q + "&run_id=" + w.ids["run"]
	w.do(call{op: "run_now", name: "active", summary: "One is going on", query: q, status: 409})
	w.do(call{op: "pause_run", name: "pause", summary: "Pause", query: run})
	w.do(call{op: "pause_run", name: "paused", summary: "It is paused", query: run, status: 409})
	w.do(call{op: "resume_run", name: "resume", summary: "Go on", query: run})
	w.do(call{op: "current_run", name: "running", summary: "A run is going on", query: q})
	w.progress()
	w.work()
	w.do(call{op: "run_detail", name: "ended", summary: "A run that has ended", query: run})
	w.do(call{op: "run_history", name: "history", summary: "The last runs", query: q})
	w.do(call{op: "run_logs", name: "logs", summary: "The last lines", query: run + "&lines=3"})
	w.do(call{op: "cancel_run", name: "ended", summary: "It has ended", query: run, status: 409})
	w.do(call{op: "resume_run", name: "ended", summary: "It has ended", query: run, status: 409})
}

// poor is a run that the rest of the credits does not pay for, at the end of the walk.
func (w *world) poor() {
	q := "site_id=" + w.ids["site"]
	w.do(call{op: "import_keywords", quiet: true, body: `{"site_id":"` + w.ids["site"] + `","text":"cold brew ratio\ncold brew at home\ncold brew steep time\ncold brew maker\ncold brew filter\ncold brew concentrate\n"}`})
	w.work()
	w.do(call{op: "run_now", name: "credits", summary: "The credits do not suffice", query: q, status: 402})
	var tasks []string
	for _, title := range []string{"Cold Brew Ratio, Cup by Cup", "How Long Should Cold Brew Steep?", "Cold Brew at Home Without a Maker", "Which Filter for Cold Brew?", "What to Do With Cold Brew Concentrate"} {
		tasks = append(tasks, at(w.do(call{op: "create_task", quiet: true, body: `{"site_id":"` + w.ids["site"] + `","title":"` + title + `","word_count":3000}`}), "data", "id"))
	}
	w.do(call{op: "write_tasks", name: "credits", summary: "The credits do not suffice: nothing is begun", body: w.some("", tasks...), status: 402})
}
