package httpapi

import (
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// namer names the schemas of a document in the words of the field: site.Site is Site, its
// answer SiteReply, a page of them SitePage, and the body of an operation has its name.
type namer struct {
	words     map[string]string // names by package and type, over what is made of them
	operation string            // which is being registered
}

var generic = lazily(`^(\w+)\[(.*)\]$`)

// envelopes are the frame's own types, around what they carry.
var envelopes = map[string]string{"dataBody": "Reply", "listBody": "Page", "cursorBody": "CursorPage"}

func (n *namer) schema(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return n.unnamed(t, hint)
	}
	if m := generic().FindStringSubmatch(t.Name()); m != nil {
		return n.carried(m[2]) + envelopes[m[1]]
	}
	return n.named(path.Base(t.PkgPath()), t.Name())
}

// unnamed are bodies, which are written inside their inputs, and empty answers.
func (n *namer) unnamed(t reflect.Type, hint string) string {
	switch {
	case t.Kind() == reflect.Struct && t.NumField() == 0:
		return "Nothing"
	case t.Kind() != reflect.Struct:
		return huma.DefaultSchemaNamer(t, hint)
	case strings.HasSuffix(hint, "Body"):
		return camel(n.operation) + "Request"
	}
	return camel(n.operation) + camel(hint)
}

// carried is the name of an envelope's content as its type parameter tells it.
func (n *namer) carried(arg string) string {
	if rest, ok := strings.CutPrefix(arg, "*"); ok {
		return n.carried(rest) + "OrNull"
	}
	if rest, ok := strings.CutPrefix(arg, "[]"); ok {
		return n.carried(rest) + "s"
	}
	if strings.HasPrefix(arg, "struct {}") {
		return "Nothing"
	}
	dir, name, _ := strings.Cut(path.Base(arg), ".")
	return n.named(dir, name)
}

func (n *namer) named(pkg, name string) string {
	if known := n.words[pkg+"."+name]; known != "" {
		return known
	}
	if pkg == "httpapi" || strings.HasPrefix(strings.ToLower(name), strings.ToLower(pkg)) {
		return camel(name)
	}
	return camel(pkg) + camel(name)
}

// camel writes a name of words with underscores as one.
func camel(s string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(s, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
