package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client speaks to the API as any program would. It fails its test on an answer that is not
// as asked for.
type client struct {
	t      *testing.T
	base   string
	access string
	http   *http.Client
	asked  int // makes idempotency keys
}

// answer is the envelope, with what each kind of answer brings.
type answer struct {
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

// do asks once, and again as often as the API asks for patience.
func (c *client) do(method, path string, in any, want int) (answer, http.Header) {
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
			c.wait(res.Header, time.Second)
			continue
		}
		var a answer
		if err := json.Unmarshal(text, &a); err != nil || res.StatusCode != want || a.RequestID == "" || a.Success != (want < 400) {
			c.t.Fatalf("%s %s: %d, want %d (%v)\n%s", method, path, res.StatusCode, want, err, text)
		}
		return a, res.Header
	}
	c.t.Fatalf("%s %s: still told to wait after %d tries", method, path, throttled)
	return answer{}, nil
}

func (c *client) address(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return c.base + path
}

// wait is as long as the answer asks for.
func (c *client) wait(h http.Header, otherwise time.Duration) {
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

// call asks and gives the data of the answer.
func call[T any](c *client, method, path string, in any, want int) T {
	c.t.Helper()
	a, _ := c.do(method, path, in, want)
	return decode[T](c, path, a.Data)
}

func decode[T any](c *client, path string, raw json.RawMessage) (out T) {
	c.t.Helper()
	if err := json.Unmarshal(raw, &out); err != nil {
		c.t.Fatalf("%s: %v in %s", path, err, raw)
	}
	return out
}

// list gives all records of a list, page by page.
func list[T any](c *client, path string) (out []T) {
	c.t.Helper()
	for next := path; next != ""; {
		a, _ := c.do(http.MethodGet, next, nil, http.StatusOK)
		out = append(out, decode[[]T](c, path, a.Results)...)
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

// follow waits until a job has ended well.
func (c *client) follow(id string, limit time.Duration) job {
	c.t.Helper()
	for end := time.Now().Add(limit); ; {
		a, h := c.do(http.MethodGet, "/v1/jobs/"+id+"/", nil, http.StatusOK)
		j := decode[job](c, "job", a.Data)
		switch {
		case j.Status == "done":
			return j
		case j.Status == "failed":
			c.t.Fatalf("job %s failed (%s): %s", id, j.Cause, j.Reason)
		case time.Now().After(end):
			c.t.Fatalf("job %s is %s after %s", id, j.Status, limit)
		}
		c.wait(h, 300*time.Millisecond)
	}
}

// put sends a file to the address that the API gave for it.
func (c *client) put(up ticket, file []byte) {
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

// The parts of answers that the scenario looks at.
type (
	person struct {
		ID      string `json:"id"`
		Email   string `json:"email"`
		Account struct {
			ID   string `json:"id"`
			Slug string `json:"slug"`
		} `json:"account"`
	}
	session struct {
		User   struct{ Email string } `json:"user"`
		Tokens struct {
			Access  string `json:"access"`
			Refresh string `json:"refresh"`
		} `json:"tokens"`
	}
	industry struct {
		Slug    string `json:"slug"`
		Sectors []struct {
			Slug string `json:"slug"`
		} `json:"sectors"`
	}
	siteRecord struct {
		ID      string `json:"id"`
		Sectors []struct {
			ID string `json:"id"`
		} `json:"sectors"`
	}
	ticket struct {
		ID      string            `json:"id"`
		URL     string            `json:"upload_url"`
		Method  string            `json:"method"`
		Headers map[string]string `json:"headers"`
	}
	job struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Cause  string `json:"cause"`
		Reason string `json:"reason"`
		Result struct {
			New    int `json:"new"`
			Faults int `json:"faults_count"`
		} `json:"result"`
	}
	runRecord struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Error  string `json:"error_message"`
		Stage  int    `json:"current_stage"`
	}
	keywordRecord struct {
		ID      int64  `json:"id"`
		Keyword string `json:"keyword"`
		Status  string `json:"status"`
		Cluster string `json:"cluster_id"`
	}
	clusterRecord struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Keywords int    `json:"keywords_count"`
	}
	ideaRecord struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Keywords []struct {
			ID int64 `json:"id"`
		} `json:"keyword_objects"`
	}
	taskRecord struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Content string `json:"content"`
	}
	contentRecord struct {
		ID          string `json:"id"`
		Title       string `json:"title"`
		Status      string `json:"status"`
		SiteStatus  string `json:"site_status"`
		ExternalID  string `json:"external_id"`
		ExternalURL string `json:"external_url"`
		Words       int    `json:"word_count"`
		HTML        string `json:"content_html"`
	}
	imageRecord struct {
		ID      string `json:"id"`
		Content string `json:"content"`
		Type    string `json:"image_type"`
		Status  string `json:"status"`
		Alt     string `json:"alt_text"`
		SHA     string `json:"sha256"`
	}
)

func (s session) String() string { return fmt.Sprint(s.User.Email) }
