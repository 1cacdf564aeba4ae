package table_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/table"
)

type status string

type inner struct {
	Name  string   `json:"name"`
	Notes []string `json:"notes,omitempty"`
	Kids  []inner  `json:"kids,omitempty"`
}

type mixed struct {
	inner
	More int `json:"more"`
}

// every has a field of each kind that items have, and of those left to encoding/json.
type every struct {
	Text   string            `json:"text"`
	Status status            `json:"status,omitempty"`
	Plain  int               // no tag
	Small  int8              `json:"small"`
	Wide   uint32            `json:"wide"`
	Ratio  float64           `json:"ratio"`
	Yes    bool              `json:"yes,omitempty"`
	At     time.Time         `json:"at,omitzero"`
	Never  time.Time         `json:"never"`
	Life   time.Duration     `json:"life"`
	Inner  inner             `json:"inner"`
	List   []inner           `json:"list"`
	Short  []status          `json:"short,omitempty"`
	Counts map[string]int64  `json:"counts,omitempty"`
	Named  map[status]string `json:"named"`
	Point  *inner            `json:"point,omitempty"`
	Number *int64            `json:"number"`
	Any    any               `json:"any"`
	Raw    json.RawMessage   `json:"raw,omitempty"`
	Bytes  []byte            `json:"bytes"`
	Mixed  mixed             `json:"mixed"`
	Hidden string            `json:"-"`
	Quoted struct {
		N int64 `json:"n,string"`
	} `json:"quoted"`
}

func drawInner(t *rapid.T, deep int) inner {
	x := inner{Name: rapid.String().Draw(t, "name"), Notes: rapid.SliceOfN(rapid.String(), 0, 2).Draw(t, "notes")}
	if deep > 0 && rapid.Bool().Draw(t, "kids") {
		x.Kids = []inner{drawInner(t, deep-1)}
	}
	return x
}

func drawEvery(t *rapid.T) every {
	moment := func(label string) time.Time {
		return time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, label), rapid.Int64Range(0, 999_999_999).Draw(t, label)).UTC()
	}
	x := every{
		Text: rapid.String().Draw(t, "text"), Status: status(rapid.String().Draw(t, "status")), Plain: rapid.Int().Draw(t, "plain"),
		Small: rapid.Int8().Draw(t, "small"), Wide: rapid.Uint32().Draw(t, "wide"), Ratio: rapid.Float64Range(-1e9, 1e9).Draw(t, "ratio"),
		Yes: rapid.Bool().Draw(t, "yes"), Never: moment("never"), Life: time.Duration(rapid.Int64().Draw(t, "life")), Inner: drawInner(t, 2),
		Short:  []status(nil),
		Counts: rapid.MapOfN(rapid.String(), rapid.Int64(), 0, 3).Draw(t, "counts"), Bytes: rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes"),
		Any: rapid.SampledFrom([]any{nil, "x", 1.5, true, []any{"y"}, map[string]any{"k": "v"}}).Draw(t, "any"),
		Raw: rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage(`{"a":[1,2.5,"x"]}`), json.RawMessage(`7`)}).Draw(t, "raw"),
	}
	if rapid.Bool().Draw(t, "more") {
		n := rapid.Int64().Draw(t, "number")
		p := drawInner(t, 1)
		x.At, x.List, x.Point, x.Number = moment("at"), []inner{drawInner(t, 1)}, &p, &n
		x.Short, x.Named = []status{"a", "b"}, map[status]string{"s": "t"}
		x.Mixed, x.Quoted.N = mixed{drawInner(t, 0), 5}, n
	}
	return x
}

// throughJSON is what encoding and decoding have to be the same as.
func throughJSON(t *rapid.T, x any) table.Attrs {
	raw, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return numbers(t, m).(map[string]any)
}

func numbers(t *rapid.T, x any) any {
	switch v := x.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			t.Fatal(err)
		}
		return table.Whole(f)
	case []any:
		for i := range v {
			v[i] = numbers(t, v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(t, v[k])
		}
	}
	return x
}

// TestCodecIsJSON: attributes and structs are what a way through JSON makes of them.
func TestCodecIsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := drawEvery(t)
		got, err := table.Encode(x)
		if err != nil {
			t.Fatal(err)
		}
		if want := throughJSON(t, x); !reflect.DeepEqual(got, want) {
			t.Fatalf("encoded\n%#v\nwant\n%#v", got, want)
		}
		var back, want every
		if err := table.Decode(got, &back); err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(got)
		if err == nil {
			err = json.Unmarshal(raw, &want)
		}
		if err != nil || !reflect.DeepEqual(back, want) {
			t.Fatalf("decoded\n%#v\nwant\n%#v (%v)", back, want, err)
		}
	})
}

// TestDecodeRefusals: a value of another kind is refused, or taken, as encoding/json does.
func TestDecodeRefusals(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"text", "status", "small", "wide", "yes", "at", "life", "inner", "list", "short", "counts", "point", "number", "raw", "bytes", "mixed", "unknown"} {
		for _, v := range []any{nil, "x", "2026-01-02T03:04:05Z", int64(5), int64(300), int64(math.MinInt64), 1.5, true, []any{int64(1)}, []any{"x"}, []any{nil}, map[string]any{"name": "n"}, map[string]any{"name": int64(1)}} {
			a := table.Attrs{name: v}
			var got, want every
			err := table.Decode(a, &got)
			raw, jerr := json.Marshal(a)
			if jerr == nil {
				jerr = json.Unmarshal(raw, &want)
			}
			if (err == nil) != (jerr == nil) || err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("%s = %#v: %v and %#v, by JSON %v and %#v", name, v, err, got, jerr, want)
			}
		}
	}
}
