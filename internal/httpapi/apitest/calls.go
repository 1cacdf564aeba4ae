package apitest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Caller sends requests of one principal to a handler and holds the answers against what is
// expected.
type Caller struct {
	T testing.TB
	H http.Handler
}

// Call sends one request; the answer has to have the status and to hold every text. header are
// names and values by turns. It gives the answer's data, or results.
func (c Caller) Call(as As, method, path, body string, status int, says []string, header ...string) map[string]any {
	c.T.Helper()
	heads := map[string]string{}
	for i := 0; i+1 < len(header); i += 2 {
		heads[header[i]] = header[i+1]
	}
	res := Do(c.H, as, method, path, body, heads)
	text := res.Body.String()
	if res.Code != status {
		c.T.Fatalf("%s %s %s: %d, want %d: %s", method, path, clip(body), res.Code, status, clip(text))
	}
	for _, s := range says {
		if !strings.Contains(text, s) {
			c.T.Errorf("%s %s %s: it does not say %q: %s", method, path, clip(body), s, clip(text))
		}
	}
	var out struct {
		Data json.RawMessage `json:"data"`
	}
	_ = json.Unmarshal([]byte(text), &out)
	var data map[string]any
	_ = json.Unmarshal(out.Data, &data)
	if tag := res.Header().Get("ETag"); tag != "" && data != nil {
		data["ETag"] = tag
	}
	return data
}

// clip keeps the message of a failure short.
func clip(s string) string {
	if len(s) > 600 {
		return s[:600] + " …"
	}
	return s
}
