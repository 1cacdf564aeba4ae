package contract_test

import (
	"context"
	"net/netip"
	"strings"
	"time"
)

// nowhere knows no host: nothing outside is reached.
type nowhere struct{}

func (nowhere) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) { return nil, nil }

const person = `{"email":"ann@example.com","password":"a long walk in wool socks","password_confirm":"a long walk in wool socks","first_name":"Ann","account_name":"Ann's socks"}`

// auth is /v1/auth/: people and sites.
func (w *world) auth() {
	w.do(call{op: "register", name: "weak", summary: "A password that is too short", body: `{"email":"ann@example.com","password":"wool","password_confirm":"wool"}`, as: "nobody", status: 400})
	out := w.do(call{op: "register", name: "sign_up", summary: "Sign up", body: person, as: "nobody"})
	w.token = at(out, "data", "tokens", "access")
	w.do(call{op: "register", name: "again", summary: "The e-mail is known", body: person, as: "nobody", status: 409})
	in := w.do(call{op: "login", name: "sign_in", summary: "Sign in", body: `{"email":"ann@example.com","password":"a long walk in wool socks"}`, as: "nobody"})
	w.do(call{op: "login", name: "wrong", summary: "A wrong password", body: `{"email":"ann@example.com","password":"cotton"}`, as: "nobody", status: 401})
	refresh := `{"refresh":"` + at(in, "data", "tokens", "refresh") + `"}`
	fresh := w.do(call{op: "refresh", name: "refresh", summary: "New tokens", body: refresh, as: "nobody"})
	w.clock.Advance(2 * time.Minute) // two tabs of a browser may use it at once
	w.do(call{op: "refresh", name: "reused", summary: "A refresh token that was used before", body: refresh, as: "nobody", status: 401})
	w.do(call{op: "refresh", name: "ended", summary: "Its session was ended", body: `{"refresh":"` + at(fresh, "data", "tokens", "refresh") + `"}`, as: "nobody", status: 401})
	w.aliases()
	w.do(call{op: "me", name: "me", summary: "Who am I?"})
	w.do(call{op: "me", name: "nobody", summary: "Without a token", as: "nobody", status: 401})
	w.do(call{op: "me_alias", name: "me", summary: "Who am I?"})
	w.do(call{op: "list_industries", name: "search", summary: "Look for an industry", query: "search=food&page_size=1"})
	w.sites()
}

// aliases is the earlier address of refresh, and the end of a session.
func (w *world) aliases() {
	in := w.do(call{op: "login", quiet: true, body: `{"email":"ann@example.com","password":"a long walk in wool socks"}`, as: "nobody"})
	used := `{"refresh":"` + at(in, "data", "tokens", "refresh") + `"}`
	fresh := w.do(call{op: "refresh_alias", name: "refresh", summary: "New tokens", body: used, as: "nobody"})
	w.do(call{op: "logout", name: "sign_out", summary: "Sign out", body: `{"refresh":"` + at(fresh, "data", "tokens", "refresh") + `"}`, as: "nobody"})
	w.do(call{op: "refresh_alias", name: "ended", summary: "Its session has ended", body: used, as: "nobody", status: 401})
	in = w.do(call{op: "login", quiet: true, body: `{"email":"ann@example.com","password":"a long walk in wool socks"}`, as: "nobody"})
	used = `{"refresh":"` + at(in, "data", "tokens", "refresh") + `"}`
	w.do(call{op: "refresh_alias", quiet: true, body: used, as: "nobody"})
	w.clock.Advance(2 * time.Minute)
	w.do(call{op: "refresh_alias", name: "reused", summary: "A refresh token that was used before", body: used, as: "nobody", status: 401})
}

func (w *world) sites() {
	const draft = `{"name":"Coffee at home","domain":"https://coffee.example","industry":"food-and-beverage","destination":"preview","max_in_article_images":1}`
	w.do(call{op: "create_site", name: "unknown", summary: "An industry that is not in the list", body: `{"name":"Coffee at home","industry":"coffee"}`, status: 400})
	key := map[string]string{"Idempotency-Key": "coffee-1"}
	out := w.do(call{op: "create_site", name: "create", summary: "A site for the preview", body: draft, header: key})
	w.ids["site"], w.ids["sector"] = at(out, "data", "id"), at(out, "data", "sectors", "id")
	w.do(call{op: "create_site", name: "key_reused", summary: "The same Idempotency-Key for another site", body: strings.Replace(draft, "Coffee", "Tea", 1), header: key, status: 409})
	w.do(call{op: "list_sites", name: "list", summary: "All sites"})
	w.do(call{op: "get_site", name: "site", summary: "One site", path: w.ids["site"]})
	w.do(call{op: "get_site", name: "absent", summary: "No such site, or another account's", path: "sit_01KQS8X2XW0000000000000000", status: 404})
	w.do(call{op: "update_site", name: "update", summary: "Say what the site is about", path: w.ids["site"], body: `{"description":"How to make coffee at home","tone":"friendly"}`})
}

// leave is what ends sessions, at the end of the walk.
func (w *world) leave() {
	w.refused()
	const change = `{"old_password":"a long walk in wool socks","new_password":"a short walk in red socks","new_password_confirm":"a short walk in red socks"}`
	w.do(call{op: "change_password", name: "wrong", summary: "The old password is not right", body: strings.Replace(change, "a long walk", "cotton", 1), status: 400})
	out := w.do(call{op: "change_password", name: "change", summary: "A new password", body: change})
	w.token = at(out, "data", "tokens", "access")
	w.do(call{op: "change_password_alias", name: "change", summary: "A new password", body: strings.NewReplacer("a long walk in wool", "a short walk in red", "a short walk in red", "a new walk in blue").Replace(change)})
}

// refused is what any route may answer, shown at two of them.
func (w *world) refused() {
	w.do(call{op: "create_site", name: "no_json", summary: "A body that is no JSON", body: `{"name": Coffee}`, status: 400})
	w.do(call{op: "create_site", name: "not_json", summary: "A body of another type", body: "name=Coffee", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 415})
	w.do(call{op: "create_site", name: "too_large", summary: "A body that is too large", body: `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, status: 413, hide: true})
	wrong := call{op: "login", quiet: true, body: `{"email":"ann@example.com","password":"cotton"}`, as: "nobody", status: 401}
	w.clock.Advance(time.Minute - time.Duration(w.clock.Now().Second())*time.Second)
	for range 5 {
		w.do(wrong)
	}
	wrong.name, wrong.summary, wrong.status, wrong.quiet = "throttled", "Too many attempts", 429, false
	w.do(wrong)
	w.clock.Advance(time.Minute)
}
