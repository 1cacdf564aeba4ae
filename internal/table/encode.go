package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Encode turns a struct with json tags into attributes: whole numbers become int64.
// It fails on what JSON can't hold. Bytes belong into Attrs directly, not into the struct.
func Encode(v any) (Attrs, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	for k, x := range m {
		p, err := number(x)
		if err != nil {
			return nil, fmt.Errorf("table: attribute %s: %w", k, err)
		}
		m[k] = p
	}
	return m, nil
}

// number turns json.Number into int64 or float64, all the way down.
func number(x any) (any, error) {
	var err error
	switch t := x.(type) {
	case json.Number:
		return exact(t.String())
	case []any:
		for i := range t {
			if t[i], err = number(t[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range t {
			if t[k], err = number(t[k]); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

// exact refuses the whole number that neither int64 nor float64 holds, such as most of
// uint64's upper half: it would come back as another one.
func exact(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, err
	}
	if !strings.ContainsAny(text, ".eE") && strconv.FormatFloat(f, 'f', 0, 64) != text {
		return nil, fmt.Errorf("%s does not fit into an int64", text)
	}
	return Whole(f), nil
}

// Decode fills a struct with json tags from attributes. Attributes that the struct does
// not have are ignored.
func Decode(a Attrs, into any) error {
	raw, err := appendJSON(nil, map[string]any(a))
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// As gives an item's attributes as a struct with json tags, for GetAs and CollectAs where the
// item's own fields do not matter.
func As[T any](it Item) (T, error) {
	var v T
	err := Decode(it.Attrs, &v)
	return v, err
}

// appendJSON writes what attributes are made of; json.Marshal would sort each map first, and
// every read of an item passes here.
func appendJSON(to []byte, x any) ([]byte, error) {
	switch v := x.(type) {
	case nil:
		return append(to, "null"...), nil
	case bool:
		return strconv.AppendBool(to, v), nil
	case int64:
		return strconv.AppendInt(to, v, 10), nil
	case string:
		return appendText(to, v)
	case map[string]any:
		return appendMap(to, v)
	case []any:
		to = append(to, '[')
		for i, e := range v {
			if i > 0 {
				to = append(to, ',')
			}
			var err error
			if to, err = appendJSON(to, e); err != nil {
				return nil, err
			}
		}
		return append(to, ']'), nil
	}
	raw, err := json.Marshal(x) // fractions, bytes
	return append(to, raw...), err
}

// appendText quotes a text; one that needs no escapes, as most do, is taken as it is.
func appendText(to []byte, s string) ([]byte, error) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			raw, err := json.Marshal(s)
			return append(to, raw...), err
		}
	}
	return append(append(append(to, '"'), s...), '"'), nil
}

func appendMap(to []byte, m map[string]any) ([]byte, error) {
	to = append(to, '{')
	begin := len(to)
	for k, e := range m {
		if len(to) > begin {
			to = append(to, ',')
		}
		var err error
		if to, err = appendText(to, k); err != nil {
			return nil, err
		}
		if to, err = appendJSON(append(to, ':'), e); err != nil {
			return nil, err
		}
	}
	return append(to, '}'), nil
}
