package stack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Client speaks to the API as any program would. It fails its test on an answer that is not
// as asked for.
type Client struct {
	t      *testing.T
	base   string
	access string
	renew  string // makes another access token when that has run out
	until  time.Time
	http   *http.Client
	asked  int // makes idempotency keys
}

// Connect gives a client of the API at base, an origin. It is nobody until SignUp.
func Connect(t *testing.T, base string) *Client {
	return &Client{t: t, base: base, http: &http.Client{Timeout: time.Minute}}
}

// Answer is the envelope, with what each kind of answer brings.
type Answer struct {
	Success   bool            `json:"success"`
	Data      json.RawMessage `json:"data"`
	Count     int             `json:"count"`
	Next      *string         `json:"next"`
	Results   json.RawMessage `json:"results"`
	Error     string          `json:"error"`
	Code      string          `json:"code"`
	RequestID string          `json:"request_id"`
}

// throttled is how often a request is repeated that was told to come later.
const throttled = 20

// signIn speaks for a session from now on. A refusal of its access token is a fault while that
// is good, for a quarter of an hour.
func (c *Client) signIn(s Session) {
	c.access, c.renew, c.until = s.Tokens.Access, s.Tokens.Refresh, time.Now().Add(14*time.Minute)
}

// Access is the token of who is signed in.
func (c *Client) Access() string { return c.access }

// Do asks once, and again as often as the API asks for patience.
func (c *Client) Do(method, path string, in any, want int) (Answer, http.Header) {
	c.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		c.t.Fatal(err)
	}
	c.asked++
	key := "e2e-" + strconv.Itoa(c.asked)
	for range throttled {
		req, err := http.NewRequestWithContext(c.t.Context(), method, c.address(path), bytes.NewReader(body))
		if err != nil {
			c.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
		if c.access != "" {
			req.Header.Set("Authorization", "Bearer "+c.access)
		}
		res, err := c.http.Do(req)
		if err != nil {
			c.t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			c.t.Fatal(err)
		}
		if res.StatusCode == http.StatusTooManyRequests && want != http.StatusTooManyRequests {
			c.Wait(res.Header, time.Second)
			continue
		}
		if renew := c.renew; res.StatusCode == http.StatusUnauthorized && want != http.StatusUnauthorized && renew != "" && time.Now().After(c.until) {
			c.signIn(Session{})
			c.signIn(Call[Session](c, http.MethodPost, "/v1/auth/refresh/", map[string]string{"refresh": renew}, http.StatusOK))
			continue
		}
		var a Answer
		if err := json.Unmarshal(text, &a); err != nil || res.StatusCode != want || a.RequestID == "" || a.Success != (want < 400) {
			c.t.Fatalf("%s %s: %d, want %d (%v)\n%s", method, path, res.StatusCode, want, err, text)
		}
		return a, res.Header
	}
	c.t.Fatalf("%s %s: still told to wait after %d tries", method, path, throttled)
	return Answer{}, nil
}

func (c *Client) address(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return c.base + path
}

// Wait is as long as the answer asks for.
func (c *Client) Wait(h http.Header, otherwise time.Duration) {
	c.t.Helper()
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		otherwise = time.Duration(s) * time.Second
	}
	select {
	case <-time.After(otherwise):
	case <-c.t.Context().Done():
		c.t.Fatal("the test is over")
	}
}

// Call asks and gives the data of the answer.
func Call[T any](c *Client, method, path string, in any, want int) T {
	c.t.Helper()
	a, _ := c.Do(method, path, in, want)
	return Decode[T](c, path, a.Data)
}

// Decode reads the data of an answer to path.
func Decode[T any](c *Client, path string, raw json.RawMessage) (out T) {
	c.t.Helper()
	if err := json.Unmarshal(raw, &out); err != nil {
		c.t.Fatalf("%s: %v in %s", path, err, raw)
	}
	return out
}

// List gives all records of a list, page by page.
func List[T any](c *Client, path string) (out []T) {
	c.t.Helper()
	for next := path; next != ""; {
		a, _ := c.Do(http.MethodGet, next, nil, http.StatusOK)
		out = append(out, Decode[[]T](c, path, a.Results)...)
		if a.Next == nil {
			if len(out) != a.Count {
				c.t.Fatalf("%s: %d records in all pages, count says %d", path, len(out), a.Count)
			}
			break
		}
		next = *a.Next
	}
	return out
}

// Follow waits until a job has ended well.
func (c *Client) Follow(id string, limit time.Duration) Job {
	c.t.Helper()
	for end := time.Now().Add(limit); ; {
		a, h := c.Do(http.MethodGet, "/v1/jobs/"+id+"/", nil, http.StatusOK)
		j := Decode[Job](c, "job", a.Data)
		switch {
		case j.Status == "done":
			return j
		case j.Status == "failed":
			c.t.Fatalf("job %s failed (%s): %s", id, j.Cause, j.Reason)
		case time.Now().After(end):
			c.t.Fatalf("job %s is %s after %s", id, j.Status, limit)
		}
		c.Wait(h, 300*time.Millisecond)
	}
}

// put sends a file to the address that the API gave for it.
func (c *Client) put(up Ticket, file []byte) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), up.Method, up.URL, bytes.NewReader(file))
	if err != nil {
		c.t.Fatal(err)
	}
	for name, value := range up.Headers {
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	if text, err := io.ReadAll(res.Body); err != nil || res.StatusCode >= 300 {
		c.t.Fatalf("upload: %d %s %v", res.StatusCode, text, err)
	}
}
