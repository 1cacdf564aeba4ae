package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
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
	raw, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
