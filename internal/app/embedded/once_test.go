package embedded

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
)

// TestOneTimeLink: the word is good once, for an hour, from this machine, for the app alone.
// People are not asked before all of that is so: they are nil here, and a word that passes
// leads to a panic.
func TestOneTimeLink(t *testing.T) {
	t.Parallel()
	c := clock.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	link := func() *OneTimeLink { return &OneTimeLink{clock: c, ends: c.Now().Add(OneTimeLife), word: "RIGHT"} }
	ask := func(l *OneTimeLink, word string, change func(*http.Request)) (passed bool) {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8080"+OneTimePath, strings.NewReader(`{"once":"`+word+`"}`))
		r.Header.Set("X-IGNY8-Client", "web")
		r.RemoteAddr = "127.0.0.1:1"
		change(r)
		w := httptest.NewRecorder()
		defer func() { passed = recover() != nil }()
		l.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"link_used"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		return false
	}
	same := func(*http.Request) {}
	for name, change := range map[string]func(*http.Request){
		"another origin's form": func(r *http.Request) { r.Header.Del("X-IGNY8-Client") },
		"another name":          func(r *http.Request) { r.Host = "evil.example:8080" },
		"another machine":       func(r *http.Request) { r.RemoteAddr = "10.0.0.2:1" },
	} {
		if ask(link(), "RIGHT", change) {
			t.Errorf("%s got in", name)
		}
	}
	if ask(link(), "WRONG", same) || ask(link(), "", same) {
		t.Error("a wrong word got in")
	}
	l := link()
	if !ask(l, "RIGHT", same) {
		t.Error("the right word did not get in")
	}
	if ask(l, "RIGHT", same) || ask(l, "", same) {
		t.Error("the word was good twice")
	}
	old := link()
	c.Advance(OneTimeLife + time.Second)
	if ask(old, "RIGHT", same) {
		t.Error("the word was good after its time")
	}
}
