package embedded

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/identity"
)

// OneTimePath takes the word of a OneTimeLink. It is no part of the API: only the web app
// that this program serves asks it.
const OneTimePath = "/local/session/"

// OneTimeLife is how long a OneTimeLink is good.
const OneTimeLife = time.Hour

// OneTimeLink signs the operator in who can read the program's terminal: its word is good
// once, for an hour, on this machine. Safe to use from several goroutines.
type OneTimeLink struct {
	people *identity.Service
	clock  clock.Clock
	ends   time.Time

	mu   sync.Mutex
	word string // empty once it was used
}

// OneTimeLink makes a new word.
func (r *Runtime) OneTimeLink() *OneTimeLink {
	return &OneTimeLink{people: r.Identity, clock: r.clock, ends: r.clock.Now().Add(OneTimeLife), word: rand.Text()}
}

// Address is the link for a program that serves at base. The word is behind the #, which
// browsers send nowhere.
func (l *OneTimeLink) Address(base string) string { return base + "/signin#once=" + l.word }

// ServeHTTP gives a session for the word. The header that it asks for is one that pages of
// other origins can't send; the host has to be this machine's, so that no name of another
// leads here.
func (l *OneTimeLink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	var body struct {
		Once string `json:"once"`
	}
	if r.Header.Get("X-IGNY8-Client") != "web" || !loopback(r.Host) || !loopback(r.RemoteAddr) ||
		json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&body) != nil || !l.use(body.Once) {
		answer(w, http.StatusUnauthorized, map[string]any{"success": false, "code": "link_used",
			"error": "this link was used, is older than an hour, or is of another start of the program: sign in with the password, or start the program again"})
		return
	}
	s, err := l.people.LocalSession(r.Context())
	if err != nil {
		answer(w, http.StatusServiceUnavailable, map[string]any{"success": false, "code": "unavailable", "error": "the sign-in failed: start the program again for a new link"})
		return
	}
	s, c := s.Browser()
	http.SetCookie(w, c)
	answer(w, http.StatusOK, map[string]any{"success": true, "data": s})
}

// use tells whether the word is the right one, and uses it up.
func (l *OneTimeLink) use(word string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.word == "" || subtle.ConstantTimeCompare([]byte(word), []byte(l.word)) != 1 || l.clock.Now().After(l.ends) {
		return false
	}
	l.word = ""
	return true
}

func answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) //nolint:errcheck // the browser has gone
}

func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
