package rights

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/lab/aws/proxy"
)

//go:embed operations.tsv
var operations string

// need is a line of operations.tsv.
type need struct {
	service, operation, status string
	action, kind, field        string
}

// table are the lines of operations.tsv.
func table() (out []need) {
	for line := range strings.Lines(operations) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); !strings.HasPrefix(line, "#") {
			out = append(out, need{f[0], f[1], f[2], f[3], f[4], f[5]})
		}
	}
	return out
}

// act is what a call asks to be done: an action on a thing of a kind.
type act struct{ action, kind, name string }

// acts are those of a call; known is whether the table has its operation.
func acts(c proxy.Call) (out []act, known bool) {
	service, operation, request := c.Service, c.Action, map[string]any{}
	if strings.HasPrefix(c.Action, "/") { // no action by name: S3
		service, operation, request = files(c.Request)
	} else if json.Unmarshal(c.Body, &request) != nil {
		return nil, false
	}
	for _, n := range table() {
		if n.service != service || n.operation != operation {
			continue
		}
		known = true
		if n.status != "-" && n.status != strconv.Itoa(c.Status) {
			continue
		}
		for _, name := range follow(request, strings.Split(n.field, ".")) {
			if index, ok := request["IndexName"].(string); ok && n.kind == "table" {
				name += "/index/" + index
			}
			out = append(out, act{n.action, n.kind, name})
		}
	}
	return out, known
}

// files is what is asked of S3, with the bucket in the path.
func files(r *http.Request) (service, operation string, request map[string]any) {
	bucket, key, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	word := map[string]string{http.MethodGet: "Get", http.MethodHead: "Head", http.MethodPut: "Put", http.MethodDelete: "Delete"}[r.Method]
	if !ok || key == "" || word == "" || aspect(r.URL.Query()) {
		return "S3", r.Method + " " + r.URL.RequestURI(), nil
	}
	return "S3", word + "Object", map[string]any{"bucket": bucket, "key": bucket + "/" + key}
}

// aspect tells whether a request is of something else than the object itself, such as ?acl.
// What the SDK adds to an address has a value and begins with x-.
func aspect(q url.Values) bool {
	for name := range q {
		if lower := strings.ToLower(name); lower != "x-id" && !strings.HasPrefix(lower, "x-amz-") {
			return true
		}
	}
	return false
}

// follow gives the texts that a path leads to.
func follow(v any, path []string) (out []string) {
	if len(path) == 0 {
		if s, ok := v.(string); ok {
			return []string{s}
		}
		return nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if path[0] == "*" {
		for name := range m {
			out = append(out, name)
		}
		return out
	}
	name, each := strings.CutSuffix(path[0], "[]")
	if !each {
		return follow(m[name], path[1:])
	}
	list, _ := m[name].([]any)
	for _, x := range list {
		out = append(out, follow(x, path[1:])...)
	}
	return out
}
