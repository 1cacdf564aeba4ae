package contract_test

// billing is /v1/billing/: the credits left, where they came from, and what used them.
func (w *world) billing() {
	w.do(call{op: "credit_balance", name: "balance", summary: "The credits left"})
	page := w.do(call{op: "credit_transactions", name: "newest", summary: "The newest entries", query: "limit=2"})
	w.do(call{op: "credit_transactions", name: "next", summary: "Those before", query: "limit=2&cursor=" + at(page, "next_cursor")})
	w.do(call{op: "credit_transactions", name: "charges", summary: "What was charged for a site on a day", query: "kind=charge&limit=2&from=2026-05-04&to=2026-05-04&site_id=" + w.ids["site"]})
	w.do(call{op: "credit_transactions", name: "day", summary: "A day that is none", query: "from=yesterday", status: 400})
	w.do(call{op: "credit_usage", name: "usage", summary: "What was used for what, in the last 7 days", query: "days=7"})
	w.do(call{op: "credit_usage", name: "days", summary: "More days than are added up", query: "days=1000", status: 400})
}
