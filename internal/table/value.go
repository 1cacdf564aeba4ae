package table

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

const (
	maxDepth = 28  // levels of lists and maps; DynamoDB holds 32
	maxName  = 255 // bytes of an attribute's name
)

// Plain gives attributes as every driver stores and returns them, in fresh maps and
// slices: named types become their plain ones, whole numbers int64, empty slices and maps
// stay empty and not nil. Invalid for a value that the port does not hold. For drivers.
func (a Attrs) Plain() (Attrs, error) {
	out := make(Attrs, len(a))
	for name, v := range a {
		if err := checkName(name); err != nil {
			return nil, err
		}
		p, err := plainValue(name, v, 0)
		if err != nil {
			return nil, err
		}
		out[name] = p
	}
	return out, nil
}

func checkName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return invalid("attribute_name", fmt.Sprintf("the attribute name %q has to be 1 to %d bytes of UTF-8", name, maxName))
	}
	return nil
}

func plainValue(path string, v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, invalid("attribute_depth", fmt.Sprintf("the attribute %s is nested deeper than %d levels", path, maxDepth))
	}
	if v == nil {
		return nil, nil
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.String:
		if !utf8.ValidString(r.String()) {
			return nil, invalid("attribute_text", fmt.Sprintf("the attribute %s is not UTF-8: store it as bytes", path))
		}
		return r.String(), nil
	case reflect.Bool:
		return r.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(r.Uint()), nil //nolint:gosec // at most 32 bits
	case reflect.Float32, reflect.Float64:
		return plainFloat(path, r.Float())
	case reflect.Slice:
		return plainSlice(path, r, depth)
	case reflect.Map:
		return plainMap(path, r, depth)
	default:
		return nil, invalid("attribute_type", fmt.Sprintf("the attribute %s is a %T: use Encode, or string, bool, int64, float64, []byte, []any, map[string]any", path, v))
	}
}

// plainFloat keeps to what DynamoDB's numbers hold, which know no difference between 5
// and 5.0: a whole float64 reads back as int64, as far as int64 goes.
func plainFloat(path string, f float64) (any, error) {
	size := math.Abs(f)
	if math.IsNaN(f) || size >= 1e126 || (size != 0 && size < 1e-130) {
		return nil, invalid("attribute_number", fmt.Sprintf("the attribute %s is %v: the table holds numbers between 1e-130 and 1e126", path, f))
	}
	return Whole(f), nil
}

// Whole gives a whole float64 as int64 where that is exact, and any other as it is. For drivers.
func Whole(f float64) any {
	if f == math.Trunc(f) && f >= -(1<<63) && f < 1<<63 {
		return int64(f)
	}
	return f
}

func plainSlice(path string, r reflect.Value, depth int) (any, error) {
	if r.Type().Elem().Kind() == reflect.Uint8 {
		return append(make([]byte, 0, r.Len()), r.Bytes()...), nil
	}
	out := make([]any, r.Len())
	for i := range out {
		p, err := plainValue(path+"["+strconv.Itoa(i)+"]", r.Index(i).Interface(), depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = p
	}
	return out, nil
}

func plainMap(path string, r reflect.Value, depth int) (any, error) {
	if r.Type().Key().Kind() != reflect.String {
		return nil, invalid("attribute_type", fmt.Sprintf("the attribute %s is a map whose keys are no strings", path))
	}
	out := make(map[string]any, r.Len())
	for it := r.MapRange(); it.Next(); {
		name := it.Key().String()
		if err := checkName(name); err != nil {
			return nil, err
		}
		p, err := plainValue(path+"."+name, it.Value().Interface(), depth+1)
		if err != nil {
			return nil, err
		}
		out[name] = p
	}
	return out, nil
}

// envelope is about what the names and the fixed-size values of an item take in DynamoDB.
const envelope = 120

// Size is the item's size in bytes about as DynamoDB counts it, names included. For drivers;
// attributes have to be Plain.
func (it Item) Size() int {
	n := envelope + len(it.Key.Partition.name) + len(it.Key.Sort) + len(it.Type) + len(it.Actor)
	if it.Index != nil {
		n += len(it.Index.Partition.name) + len(it.Index.Sort)
	}
	return n + it.Attrs.size()
}

func (a Attrs) size() int {
	n := 0
	for name, v := range a {
		n += len(name) + 2 + valueSize(v) // 2: the driver's mark before the name
	}
	return n
}

func valueSize(v any) int {
	switch t := v.(type) {
	case string:
		return len(t)
	case []byte:
		return len(t)
	case int64:
		return (len(strconv.FormatInt(t, 10))+1)/2 + 1
	case float64:
		return 10
	case []any:
		n := 3
		for _, x := range t {
			n += 1 + valueSize(x)
		}
		return n
	case map[string]any:
		n := 3
		for k, x := range t {
			n += 1 + len(k) + valueSize(x)
		}
		return n
	default: // bool, nil
		return 1
	}
}

func invalid(code, message string) error { return errs.New(errs.Invalid, code, "table: "+message) }
