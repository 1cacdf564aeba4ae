package contract_test

import "strconv"

// system is /v1/system/: uploads, settings, views.
func (w *world) system() {
	w.do(call{op: "ping", name: "ping", summary: "Is the program there?", as: "nobody"})
	out := w.do(call{op: "start_upload", name: "start", summary: "A file of keywords", body: `{"filename":"coffee.csv","content_type":"text/csv","size":` + strconv.Itoa(len(coffee)) + `}`, header: map[string]string{"Idempotency-Key": "upload-1"}})
	w.ids["upload"] = at(out, "data", "id")
	w.put(at(out, "data", "upload_url"), coffee)
	w.do(call{op: "start_upload", name: "too_large", summary: "A file that is too large", body: `{"filename":"all.csv","size":900000000000}`, status: 400})
	w.do(call{op: "get_ai_settings", name: "settings", summary: "What the account chose"})
	w.do(call{op: "update_ai_settings", name: "changed", summary: "Others changed it meanwhile", body: `{"image_quality":"high"}`, header: ifMatch(`"7"`), status: 412})
	w.do(call{op: "update_ai_settings", name: "update", summary: "Choose a quality of pictures", body: `{"image_quality":"low"}`})
	q := "site_id=" + w.ids["site"]
	view := `{"site_id":"` + w.ids["site"] + `","list":"keywords","name":"Easy ones","query":"difficulty_max=30&ordering=-volume"}`
	out = w.do(call{op: "create_view", name: "create", summary: "Save a view", body: view, header: map[string]string{"Idempotency-Key": "view-1"}})
	w.do(call{op: "create_view", name: "taken", summary: "The name is taken", body: view, status: 409})
	id := at(out, "data", "id")
	w.do(call{op: "list_views", name: "list", summary: "The views of keywords", query: q + "&list=keywords"})
	w.do(call{op: "update_view", name: "rename", summary: "Another name", path: id, query: q, body: `{"list":"keywords","name":"Easy and often searched","query":"difficulty_max=30&volume_min=1000"}`})
	w.do(call{op: "create_view", quiet: true, body: view})
	w.do(call{op: "update_view", name: "taken", summary: "The name is taken", path: id, query: q, body: `{"list":"keywords","name":"Easy ones","query":""}`, status: 409})
	w.do(call{op: "delete_view", name: "delete", summary: "Delete it", path: id, query: q})
}
