package contract_test

import "net/url"

// events is /v1/events/: what happened, page by page.
func (w *world) events() {
	q := "site_id=" + w.ids["site"] + "&limit=2"
	first := w.do(call{op: "list_events", name: "newest", summary: "Begin: the newest events", query: q})
	w.do(call{op: "import_keywords", quiet: true, body: `{"site_id":"` + w.ids["site"] + `","text":"aeropress filters","dry_run":true}`})
	w.work()
	w.do(call{op: "list_events", name: "next", summary: "Go on where the page before ended", query: q + "&cursor=" + url.QueryEscape(at(first, "next_cursor"))})
	w.do(call{op: "list_events", name: "cursor", summary: "A cursor that is none", query: "cursor=yesterday", status: 400})
}
