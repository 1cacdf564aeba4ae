package table

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Structs go into attributes and back by their json tags, as encoding/json would do it, but
// without a text between: a run decodes each of its items many times. What this file does
// not know (an interface, a json.RawMessage, a type with methods of its own) goes through
// encoding/json, one value at a time.

// codec moves values of one type.
type codec struct {
	decode func(to reflect.Value, from any) error
	encode func(from reflect.Value) (any, error)
}

var codecs sync.Map // reflect.Type -> *codec

func codecOf(t reflect.Type) *codec {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec)
	}
	c, _ := codecs.LoadOrStore(t, makeCodec(t))
	return c.(*codec)
}

var (
	timeType = reflect.TypeFor[time.Time]()
	ownWays  = []reflect.Type{
		reflect.TypeFor[json.Marshaler](), reflect.TypeFor[json.Unmarshaler](),
		reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler](),
	}
)

func makeCodec(t reflect.Type) *codec {
	if t == timeType {
		return &codec{decodeTime, encodeTime}
	}
	for _, own := range ownWays {
		if t.Implements(own) || reflect.PointerTo(t).Implements(own) {
			return &codec{decodeJSON, encodeJSON}
		}
	}
	switch t.Kind() {
	case reflect.String:
		return &codec{decodeString, encodeString}
	case reflect.Bool:
		return &codec{decodeBool, func(v reflect.Value) (any, error) { return v.Bool(), nil }}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &codec{decodeInt, func(v reflect.Value) (any, error) { return v.Int(), nil }}
	case reflect.Slice:
		return sliceCodec(t)
	case reflect.Map:
		return mapCodec(t)
	case reflect.Struct:
		return structCodec(t)
	}
	return &codec{decodeJSON, encodeJSON}
}

func decodeJSON(to reflect.Value, from any) error {
	raw, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to.Addr().Interface())
}

func encodeJSON(from reflect.Value) (any, error) {
	raw, err := json.Marshal(from.Interface())
	if err != nil {
		return nil, err
	}
	return plainJSON(raw)
}

func decodeTime(to reflect.Value, from any) error {
	text, ok := from.(string)
	if !ok {
		return decodeJSON(to, from)
	}
	return to.Addr().Interface().(*time.Time).UnmarshalText([]byte(text))
}

func encodeTime(from reflect.Value) (any, error) {
	text, err := from.Interface().(time.Time).MarshalText()
	return string(text), err
}

func decodeString(to reflect.Value, from any) error {
	text, ok := from.(string)
	if !ok {
		return decodeJSON(to, from)
	}
	to.SetString(text)
	return nil
}

func encodeString(from reflect.Value) (any, error) {
	if text := from.String(); utf8.ValidString(text) {
		return text, nil
	}
	return encodeJSON(from)
}

func decodeBool(to reflect.Value, from any) error {
	b, ok := from.(bool)
	if !ok {
		return decodeJSON(to, from)
	}
	to.SetBool(b)
	return nil
}

func decodeInt(to reflect.Value, from any) error {
	n, ok := from.(int64)
	if !ok || to.OverflowInt(n) {
		return decodeJSON(to, from)
	}
	to.SetInt(n)
	return nil
}

func sliceCodec(t reflect.Type) *codec {
	if t.Elem().Kind() == reflect.Uint8 { // base64 in JSON
		return &codec{decodeJSON, encodeJSON}
	}
	decode := func(to reflect.Value, from any) error {
		list, ok := from.([]any)
		if !ok {
			return decodeJSON(to, from)
		}
		elem, out := codecOf(t.Elem()), reflect.MakeSlice(t, len(list), len(list))
		for i, x := range list {
			if err := elem.decode(out.Index(i), x); err != nil {
				return err
			}
		}
		to.Set(out)
		return nil
	}
	return &codec{decode, func(from reflect.Value) (any, error) {
		if from.IsNil() {
			return nil, nil
		}
		elem, out := codecOf(t.Elem()), make([]any, from.Len())
		for i := range out {
			var err error
			if out[i], err = elem.encode(from.Index(i)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}
}

func mapCodec(t reflect.Type) *codec {
	if t.Key() != reflect.TypeFor[string]() {
		return &codec{decodeJSON, encodeJSON}
	}
	decode := func(to reflect.Value, from any) error {
		m, ok := from.(map[string]any)
		if !ok {
			return decodeJSON(to, from)
		}
		if to.IsNil() {
			to.Set(reflect.MakeMapWithSize(t, len(m)))
		}
		elem := codecOf(t.Elem())
		for k, x := range m {
			v := reflect.New(t.Elem()).Elem()
			if err := elem.decode(v, x); err != nil {
				return err
			}
			to.SetMapIndex(reflect.ValueOf(k), v)
		}
		return nil
	}
	return &codec{decode, func(from reflect.Value) (any, error) {
		if from.IsNil() {
			return nil, nil
		}
		elem, out := codecOf(t.Elem()), make(map[string]any, from.Len())
		for it := from.MapRange(); it.Next(); {
			x, err := elem.encode(it.Value())
			if err != nil {
				return nil, err
			}
			out[it.Key().String()] = x
		}
		return out, nil
	}}
}

// member is a field of a struct.
type member struct {
	name                string
	index               int
	omitEmpty, omitZero bool
	codec               *codec
}

// members are the fields that JSON knows; false where its rules are finer than ours:
// embedded structs, numbers as strings, a name used twice, a map key that only differs in case.
func members(t reflect.Type) ([]member, bool) {
	var out []member
	seen := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if f.Anonymous {
			return nil, false
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" {
			name = f.Name
		}
		m := member{name: name, index: i, codec: codecOf(f.Type)}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "", "omitempty", "omitzero":
				m.omitEmpty = m.omitEmpty || option == "omitempty"
				m.omitZero = m.omitZero || option == "omitzero"
			default:
				return nil, false
			}
		}
		if seen[name] {
			return nil, false
		}
		seen[name] = true
		out = append(out, m)
	}
	return out, true
}

func (m member) left(v reflect.Value) bool {
	if m.omitZero {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && z.IsZero() || !ok && v.IsZero() {
			return true
		}
	}
	if !m.omitEmpty {
		return false
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func structCodec(t reflect.Type) *codec {
	// Found on first use: a struct may hold a slice of its own kind.
	fields := sync.OnceValues(func() ([]member, bool) { return members(t) })
	decode := func(to reflect.Value, from any) error {
		m, isMap := from.(map[string]any)
		list, ok := fields()
		if !ok || !isMap {
			return decodeJSON(to, from)
		}
		for _, f := range list {
			x, there := m[f.name]
			if !there {
				continue
			}
			if err := f.codec.decode(to.Field(f.index), x); err != nil {
				return err
			}
		}
		return nil
	}
	return &codec{decode, func(from reflect.Value) (any, error) {
		list, ok := fields()
		if !ok {
			return encodeJSON(from)
		}
		out := make(map[string]any, len(list))
		for _, f := range list {
			v := from.Field(f.index)
			if f.left(v) {
				continue
			}
			x, err := f.codec.encode(v)
			if err != nil {
				return nil, err
			}
			out[f.name] = x
		}
		return out, nil
	}}
}
