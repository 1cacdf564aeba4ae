package httpapi

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// An answer is made of the same types that features keep, and differs in two ways: a field
// with the tag api:"-" is kept and never answered, and a list or map without entries is
// [] or {}, never null, so that clients need not ask twice.

// public gives v as it is answered. v itself is left alone: it may be shared.
func public(v any) any {
	if v == nil {
		return nil
	}
	f := formOf(reflect.TypeOf(v))
	if f.make == nil {
		return v
	}
	return f.make(reflect.ValueOf(v)).Interface()
}

// form is how values of a type are answered: as values of to, which make makes. A nil make
// means: as they are.
type form struct {
	to   reflect.Type
	make func(reflect.Value) reflect.Value
}

var forms sync.Map // reflect.Type to *form

func formOf(t reflect.Type) *form {
	if f, ok := forms.Load(t); ok {
		return f.(*form) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	f := plan(t, map[reflect.Type]bool{})
	forms.Store(t, f)
	return f
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// plan makes the form of a type; a type within itself is left as it is.
func plan(t reflect.Type, within map[reflect.Type]bool) *form {
	own := func(i reflect.Type) bool { return t.Implements(i) || reflect.PointerTo(t).Implements(i) }
	if within[t] || t.Kind() != reflect.Interface && (own(jsonMarshaler) || own(textMarshaler)) {
		return &form{to: t}
	}
	within[t] = true
	defer delete(within, t)
	switch t.Kind() {
	case reflect.Struct:
		return planStruct(t, within)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &form{to: t}
		}
		return planSlice(t, plan(t.Elem(), within))
	case reflect.Map:
		return planMap(t, plan(t.Elem(), within))
	case reflect.Pointer:
		return planPointer(t, plan(t.Elem(), within))
	case reflect.Interface:
		return planInterface(t)
	}
	return &form{to: t}
}

func planSlice(t reflect.Type, elem *form) *form {
	to := reflect.SliceOf(elem.to)
	if elem.to == t.Elem() {
		to = t
	}
	return &form{to, func(v reflect.Value) reflect.Value {
		if v.Len() > 0 && elem.make == nil {
			return v
		}
		out := reflect.MakeSlice(to, v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(elem.make(v.Index(i)))
		}
		return out
	}}
}

func planMap(t reflect.Type, elem *form) *form {
	to := reflect.MapOf(t.Key(), elem.to)
	if elem.to == t.Elem() {
		to = t
	}
	return &form{to, func(v reflect.Value) reflect.Value {
		if v.Len() > 0 && elem.make == nil {
			return v
		}
		out := reflect.MakeMapWithSize(to, v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(it.Key(), elem.make(it.Value()))
		}
		return out
	}}
}

func planPointer(t reflect.Type, elem *form) *form {
	if elem.make == nil {
		return &form{to: t}
	}
	return &form{reflect.PointerTo(elem.to), func(v reflect.Value) reflect.Value {
		out := reflect.New(elem.to)
		if v.IsNil() {
			return reflect.Zero(out.Type())
		}
		out.Elem().Set(elem.make(v.Elem()))
		return out
	}}
}

// planInterface looks at what a value holds each time; only of any can it be anything.
func planInterface(t reflect.Type) *form {
	if t.NumMethod() > 0 {
		return &form{to: t}
	}
	return &form{t, func(v reflect.Value) reflect.Value {
		if v.IsNil() {
			return v
		}
		out := reflect.New(t).Elem()
		out.Set(reflect.ValueOf(public(v.Elem().Interface())))
		return out
	}}
}

// answered is a field that answers show: where it is, under which name, in which form.
type answered struct {
	reflect.StructField
	json string
	omit bool
	form *form
}

// planStruct copies the struct when its fields keep their types, and otherwise builds one
// of the fields that are shown.
func planStruct(t reflect.Type, within map[reflect.Type]bool) *form {
	fields, same, still := shown(t), true, true
	for i := range fields {
		f := &fields[i]
		f.form = plan(f.Type, within)
		same = same && f.form.to == f.Type
		still = still && f.form.make == nil
	}
	same = same && !hides(t)
	switch {
	case same && still:
		return &form{to: t}
	case same:
		return &form{t, func(v reflect.Value) reflect.Value { return filled(v, fields) }}
	}
	return rebuilt(fields)
}

func (f *answered) of(v reflect.Value) (reflect.Value, bool) {
	x, err := v.FieldByIndexErr(f.Index)
	if err != nil || f.omit && x.IsZero() {
		return x, false
	}
	if f.form.make != nil {
		x = f.form.make(x)
	}
	return x, true
}

func filled(v reflect.Value, fields []answered) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for i := range fields {
		if fields[i].form.make == nil {
			continue
		}
		if x, ok := fields[i].of(v); ok {
			out.FieldByIndex(fields[i].Index).Set(x)
		}
	}
	return out
}

func rebuilt(fields []answered) *form {
	list := make([]reflect.StructField, len(fields))
	for i, f := range fields {
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if options != "" {
			options = "," + options
		}
		list[i] = reflect.StructField{Name: "F_" + f.json, Type: f.form.to, Tag: reflect.StructTag(`json:"` + f.json + options + `"`)}
	}
	to := reflect.StructOf(list)
	return &form{to, func(v reflect.Value) reflect.Value {
		out := reflect.New(to).Elem()
		for i := range fields {
			if x, ok := fields[i].of(v); ok {
				out.Field(i).Set(x)
			}
		}
		return out
	}}
}

// shown are the fields of a struct that answers show, those of embedded structs among them.
func shown(t reflect.Type) []answered {
	var out []answered
	at := map[string]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Tag.Get("api") == "-" || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		a := answered{StructField: f, json: name, omit: strings.Contains(options, "omit")}
		if i, taken := at[name]; !taken {
			at[name] = len(out)
			out = append(out, a)
		} else if len(f.Index) < len(out[i].Index) {
			out[i] = a
		}
	}
	return out
}

// hidden are the JSON names of a struct's fields that answers do not show.
func hidden(t reflect.Type) []string {
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("api") == "-" {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out = append(out, name)
		}
	}
	return out
}

func hides(t reflect.Type) bool { return len(hidden(t)) > 0 }
