package contract_test

// jobs is /v1/jobs/: single jobs.
func (w *world) jobs() {
	w.do(call{op: "get_job", name: "done", summary: "An import that is done", path: w.ids["import"]})
	w.do(call{op: "get_job", name: "absent", summary: "No such job", path: "job_none", status: 404})
	w.do(call{op: "retry_job", name: "done", summary: "It has not failed", path: w.ids["import"], status: 409})
	bad := w.do(call{op: "start_upload", quiet: true, body: `{"filename":"bad.csv","size":8}`})
	w.put(at(bad, "data", "upload_url"), "a,b\n1,2\n")
	out := w.do(call{op: "import_keywords", quiet: true, body: `{"site_id":"` + w.ids["site"] + `","upload_id":"` + at(bad, "data", "id") + `"}`})
	w.work()
	failed := at(out, "data", "id")
	w.do(call{op: "get_job", name: "failed", summary: "An import that failed", path: failed})
	w.do(call{op: "retry_job", name: "retry", summary: "Try again", path: failed, header: map[string]string{"Idempotency-Key": "retry-1"}})
	w.work()
	w.do(call{op: "get_job_answers", name: "answers", summary: "What the provider answered: nothing was bought for an import", path: failed})
}
