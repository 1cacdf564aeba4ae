package contract_test

// account is /v1/account/: what a dashboard shows.
func (w *world) account() {
	w.do(call{op: "account_overview", name: "overview", summary: "A site at a glance", query: "site_id=" + w.ids["site"]})
	w.do(call{op: "account_overview", name: "foreign", summary: "A site of another account", query: "site_id=sit_" + nothing, status: 404})
}
