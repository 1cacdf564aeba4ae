package keyword

import "reflect"

// ListParameters are the names that the list's address may hold.
func ListParameters() []string {
	var out []string
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for f := range t.Fields() {
			if f.Anonymous {
				walk(f.Type)
				continue
			}
			out = append(out, f.Tag.Get("query"))
		}
	}
	walk(reflect.TypeFor[listInput]())
	return out
}
