package table

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
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
		m[k] = plain(x)
	}
	return m, nil
}

// plain turns json.Number into int64 or float64, all the way down.
func plain(x any) any {
	switch t := x.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(t.String(), 10, 64); err == nil {
			return n
		}
		f, _ := t.Float64()
		if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return int64(f)
		}
		return f
	case []any:
		for i := range t {
			t[i] = plain(t[i])
		}
	case map[string]any:
		for k := range t {
			t[k] = plain(t[k])
		}
	}
	return x
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
