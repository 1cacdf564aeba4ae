package contract_test

// integration is /v1/integration/: a connection to WordPress.
func (w *world) integration() {
	body := `{"site_id":"` + w.ids["site"] + `","site_url":"https://blog.example","username":"ann","app_password":"abcd efgh ijkl mnop qrst uvwx"}`
	out := w.do(call{op: "create_integration", name: "connect", summary: "Connect a WordPress site", body: body, header: map[string]string{"Idempotency-Key": "blog-1"}})
	id := at(out, "data", "id")
	w.ids["integration"] = id
	w.do(call{op: "create_integration", name: "exists", summary: "It is connected", body: body, status: 409})
	w.do(call{op: "list_integrations", name: "list", summary: "Those of a site", query: "site_id=" + w.ids["site"]})
	w.do(call{op: "get_integration", name: "integration", summary: "One integration", path: id})
	w.do(call{op: "test_connection", name: "unreachable", summary: "The site can't be reached", path: id})
}
