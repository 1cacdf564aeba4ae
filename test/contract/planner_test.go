package contract_test

const coffee = "keyword,volume,difficulty,intent,country\nhow to brew pour over coffee,8100,34,informational,US\npour over coffee ratio,6600,28,informational,US\nbest pour over coffee maker,12100,45,commercial,US\npour over coffee grind size,2900,22,informational,US\npour over coffee water temperature,1900,19,informational,US\npour over coffee filter,3600,31,commercial,US\npour over coffee vs french press,2400,26,informational,US\npour over coffee kettle,4400,41,commercial,US\n,3,,,\n"

// planner is /v1/planner/ before a run: keywords come in, are changed, and go out.
func (w *world) planner() {
	site, q := `"site_id":"`+w.ids["site"]+`"`, "site_id="+w.ids["site"]
	w.do(call{op: "import_keywords", name: "nothing_sent", summary: "Neither an upload nor a text", body: `{` + site + `}`, status: 400})
	body := `{` + site + `,"upload_id":"` + w.ids["upload"] + `","tags":["spring"],"dry_run":true}`
	w.do(call{op: "import_keywords", name: "dry_run", summary: "What would an import do?", body: body, header: map[string]string{"Idempotency-Key": "import-dry"}})
	w.work()
	body = `{` + site + `,"upload_id":"` + w.ids["upload"] + `","tags":["spring"]}`
	out := w.do(call{op: "import_keywords", name: "upload", summary: "Import an uploaded file", body: body, header: map[string]string{"Idempotency-Key": "import-1"}})
	w.ids["import"] = at(out, "data", "id")
	w.work()
	list := w.do(call{op: "list_keywords", name: "list", summary: "The most searched", query: q + "&ordering=-volume&page_size=2"})
	w.ids["keyword"] = at(list, "results", "id")
	w.do(call{op: "list_keywords", name: "foreign", summary: "A site of another account", query: "site_id=sit_01KQS8X2XW0000000000000000", status: 404})
	w.do(call{op: "list_keywords", name: "page", summary: "A page number that is none", query: q + "&page=0", status: 400})
	w.do(call{op: "total_keywords", name: "totals", summary: "Of all that are informational", query: q + "&intent=informational"})
	w.do(call{op: "list_keyword_tags", name: "tags", summary: "Tags that begin with sp", query: q + "&search=sp"})
	w.do(call{op: "get_keyword", name: "keyword", summary: "One keyword", path: "1", query: q})
	created := w.do(call{op: "create_keyword", name: "create", summary: "Add a keyword", body: `{` + site + `,"keyword":"aeropress recipe","volume":5400,"difficulty":25,"intent":"informational","country":"US"}`, header: map[string]string{"Idempotency-Key": "keyword-1"}})
	id := at(created, "data", "id")
	w.do(call{op: "create_keyword", name: "exists", summary: "The sector has it", body: `{` + site + `,"keyword":"aeropress recipe"}`, status: 409})
	w.do(call{op: "update_keyword", name: "update", summary: "Correct its volume", path: id, query: q, body: `{"volume":5500}`})
	w.do(call{op: "update_keyword", name: "changed", summary: "Others changed it meanwhile", path: id, query: q, body: `{"volume":5600}`, header: ifMatch(`"7"`), status: 412})
	w.do(call{op: "update_keyword", name: "exists", summary: "The sector has that one", path: id, query: q, body: `{"keyword":"pour over coffee ratio"}`, status: 409})
	w.do(call{op: "bulk_delete_keywords", name: "changed_since", summary: "Another number matches now", body: `{` + site + `,"filter":"volume_min=5000","expected":40}`, status: 409})
	w.do(call{op: "delete_keyword", name: "delete", summary: "Delete it", path: id, query: q})
	w.do(call{op: "bulk_update_keywords", name: "dry_run", summary: "How many would be changed?", body: `{` + site + `,"filter":"volume_min=5000","set":{"add_tags":["first"]},"dry_run":true}`})
	changed := w.do(call{op: "bulk_update_keywords", name: "update", summary: "Tag all that are searched often", body: `{` + site + `,"filter":"volume_min=5000","expected":3,"set":{"add_tags":["first"]}}`, header: map[string]string{"Idempotency-Key": "tag-1"}})
	w.do(call{op: "bulk_update_keywords", name: "changed_since", summary: "Another number matches now", body: `{` + site + `,"filter":"volume_min=5000","expected":40,"set":{"add_tags":["first"]}}`, status: 409})
	undo := `{` + site + `,"version":` + at(changed, "data", "version") + `}`
	w.do(call{op: "undo_keywords", name: "undo", summary: "Take it back", body: undo})
	w.do(call{op: "bulk_delete_keywords", name: "delete", summary: "Delete by id", body: `{` + site + `,"ids":[1]}`, header: map[string]string{"Idempotency-Key": "delete-1"}})
	w.do(call{op: "undo_keywords", name: "undone_since", summary: "Rows were changed since", body: undo, status: 409})
	w.do(call{op: "export_keywords", name: "csv", summary: "All that are searched often, as CSV", body: `{` + site + `,"format":"csv","ordering":"-volume"}`, header: map[string]string{"Idempotency-Key": "export-1"}})
	w.work()
}

// planned is /v1/planner/ after a run: what it made of the keywords.
func (w *world) planned() {
	q := "site_id=" + w.ids["site"]
	w.do(call{op: "list_clusters", name: "list", summary: "The clusters", query: q + "&page_size=2"})
	w.do(call{op: "list_ideas", name: "list", summary: "The ideas", query: q + "&page_size=1"})
}
