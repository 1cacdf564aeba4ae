package contract_test

// moreSites is what is done to a site later: its sectors, putting it aside, its end.
func (w *world) moreSites() {
	out := w.do(call{op: "create_site", quiet: true, body: `{"name":"Tea at home","domain":"https://tea.example","industry":"food-and-beverage","destination":"preview"}`})
	id := at(out, "data", "id")
	w.do(call{op: "update_site", name: "changed", summary: "Others changed it meanwhile", path: id, body: `{"name":"Tea"}`, header: ifMatch(`"7"`), status: 412})
	w.do(call{op: "set_site_sectors", name: "sectors", summary: "Choose its sectors", path: id, body: `{"sectors":["coffee-and-tea","bakery-and-desserts"]}`})
	w.do(call{op: "set_site_sectors", name: "unknown", summary: "A sector that the industry does not have", path: id, body: `{"sectors":["tyres"]}`, status: 400})
	w.do(call{op: "set_site_active", name: "aside", summary: "Put it aside", path: id, body: `{"is_active":false}`})
	w.do(call{op: "delete_site", name: "delete", summary: "Delete it", path: id})
	w.do(call{op: "delete_site", name: "gone", summary: "It is deleted", path: id, status: 404})
}

// connections is what is done to a connection later.
func (w *world) connections() {
	id := w.ids["integration"]
	w.do(call{op: "update_integration", name: "update", summary: "Another user, if nobody else has changed it", path: id, body: `{"username":"editor","app_password":"mnop qrst uvwx abcd efgh ijkl"}`, header: ifMatch(w.tagOf("get_integration", id))})
	w.do(call{op: "update_integration", name: "changed", summary: "Others changed it meanwhile", path: id, body: `{"username":"ann"}`, header: ifMatch(`"1"`), status: 412})
	w.do(call{op: "update_integration", name: "address", summary: "An address that is none", path: id, body: `{"site_url":"my blog"}`, status: 400})
	w.do(call{op: "delete_integration", name: "delete", summary: "Delete it", path: id})
	w.do(call{op: "delete_integration", name: "gone", summary: "It is deleted", path: id, status: 404})
}
