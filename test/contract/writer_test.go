package contract_test

// writer is /v1/writer/: tasks, contents, review, publication, receipt.
func (w *world) writer() {
	q := "site_id=" + w.ids["site"]
	w.do(call{op: "list_tasks", name: "list", summary: "The tasks", query: q + "&page_size=1"})
	list := w.do(call{op: "list_content", name: "review", summary: "What waits for review", query: q + "&status=review&page_size=1&ordering=title"})
	id := at(list, "results", "id")
	w.do(call{op: "get_content", name: "content", summary: "One content", path: id, query: q})
	w.do(call{op: "get_content", name: "absent", summary: "No such content", path: "cnt_none", query: q, status: 404})
	w.do(call{op: "approve_content", name: "approve", summary: "Approve it", path: id, query: q})
	w.do(call{op: "publish_content", name: "publish", summary: "Publish it", path: id, query: q, header: map[string]string{"Idempotency-Key": "publish-1"}})
	w.work()
	w.do(call{op: "publish_content", name: "published", summary: "It is published", path: id, query: q, status: 409})
	w.do(call{op: "get_receipt", name: "receipt", summary: "What it cost", path: id, query: q})
	images := w.do(call{op: "list_images", name: "list", summary: "The pictures of a content", query: q + "&content_id=" + id + "&page_size=1"})
	image := at(images, "results", "id")
	w.do(call{op: "get_image", name: "image", summary: "One picture", path: image, query: q})
	w.do(call{op: "get_image_file", name: "file", summary: "Its file", path: image, query: q})
}
