package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Encode turns a struct with json tags into attributes: whole numbers become int64.
// It fails on what JSON can't hold. Bytes belong into Attrs directly, not into the struct.
func Encode(v any) (Attrs, error) {
	from := reflect.ValueOf(v)
	if from.Kind() == reflect.Pointer && !from.IsNil() {
		from = from.Elem()
	}
	x, err := codecOf(from.Type()).encode(from)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	attrs, ok := x.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("table: a %T has no attributes", v)
	}
	return attrs, nil
}

// plainJSON reads a document with whole numbers as int64.
func plainJSON(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		return nil, err
	}
	return number(x)
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
// not have are ignored; names have to be spelt as in the tags.
func Decode(a Attrs, into any) error {
	to := reflect.ValueOf(into).Elem()
	return codecOf(to.Type()).decode(to, map[string]any(a))
}

// As gives an item's attributes as a struct with json tags, for GetAs and CollectAs where the
// item's own fields do not matter.
func As[T any](it Item) (T, error) {
	var v T
	err := Decode(it.Attrs, &v)
	return v, err
}
