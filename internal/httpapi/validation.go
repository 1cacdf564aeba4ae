package httpapi

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/igny8/igny8/internal/errs"
)

var required = lazily(`^expected required property (\S+) to be present$`)

// lazily is a pattern that is compiled when it is first needed: no function's start waits for it.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// plainWords turn the validator's phrases into words for people, first match wins.
var plainWords = []struct {
	from func() *regexp.Regexp
	to   string
}{
	{lazily(`^required \w+ parameter is missing$`), "is required"},
	{lazily(`^unexpected property$`), "is not a known field"},
	{lazily(`^expected string to be RFC 5322 email.*$`), "is not an e-mail address"},
	{lazily(`^expected string$`), "has to be text"},
	{lazily(`^expected (boolean)$`), "has to be true or false"},
	{lazily(`^(expected (integer|number)|invalid (integer|number|float).*)$`), "has to be a number"},
	{lazily(`^expected array$`), "has to be a list"},
	{lazily(`^expected object$`), "has to be a JSON object"},
	{lazily(`^expected value to be one of "(.*)"$`), "has to be one of: $1"},
	{lazily(`^expected number >= (.*)$`), "has to be at least $1"},
	{lazily(`^expected number <= (.*)$`), "has to be at most $1"},
	{lazily(`^expected length >= (.*)$`), "has to have at least $1 characters"},
	{lazily(`^expected length <= (.*)$`), "has to have at most $1 characters"},
	{lazily(`^expected array length >= (.*)$`), "has to have at least $1 entries"},
	{lazily(`^expected array length <= (.*)$`), "has to have at most $1 entries"},
}

func plainWord(text string) string {
	for _, w := range plainWords {
		if w.from().MatchString(text) {
			return w.from().ReplaceAllString(text, w.to)
		}
	}
	return text
}

// fromModel turns huma's error into ours. Values that the client sent are left out: they
// may be passwords.
func fromModel(m *huma.ErrorModel) *errs.Error {
	switch m.Status {
	case http.StatusUnsupportedMediaType:
		return errs.New(errs.Invalid, "unsupported_media_type", "send JSON, with the header Content-Type: application/json")
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
	default:
		return errs.Of(fmt.Errorf("huma: %d %s", m.Status, m.Detail))
	}
	fields := map[string][]string{}
	for _, d := range m.Errors {
		if strings.HasPrefix(d.Message, "not valid JSON") {
			return errs.New(errs.Invalid, "bad_json", "the body is "+d.Message)
		}
		field, text := place(d)
		if !slices.Contains(fields[field], text) {
			fields[field] = append(fields[field], text)
		}
	}
	if len(fields) == 0 {
		return errs.New(errs.Invalid, "invalid", "a JSON body is required")
	}
	return &errs.Error{Kind: errs.Invalid, Code: "invalid", Message: summary(fields), Fields: fields}
}

// place is the field that a detail is about, and what is wrong with it.
func place(d *huma.ErrorDetail) (field, text string) {
	head, field, found := strings.Cut(d.Location, ".")
	if !found {
		field = ""
	}
	text = plainWord(d.Message)
	if m := required().FindStringSubmatch(d.Message); m != nil {
		text = "is required"
		if field != "" {
			field += "."
		}
		field += m[1]
	}
	if field == "" {
		field = head
	}
	return field, text
}

func summary(fields map[string][]string) string {
	names := make([]string, 0, len(fields))
	for f := range fields {
		names = append(names, f)
	}
	slices.Sort(names)
	parts := make([]string, len(names))
	for i, f := range names {
		parts[i] = f + ": " + strings.Join(fields[f], ", ")
	}
	return strings.Join(parts, "; ")
}
