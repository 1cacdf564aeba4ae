package keyword

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// aside are the parameters of a list that say nothing of which keywords are meant.
var aside = []string{"page", "page_size", "ordering", "site_id"}

// ParseFilter reads the query of a list of keywords, such as status=new&volume_min=100, as
// the list itself does: what a saved view keeps and a bulk operation works on. Page and
// ordering are passed over. Invalid for a name or a value that the list does not take.
func ParseFilter(query string) (Filter, error) {
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		return Filter{}, errs.Field("filter", "write it as the query of the list, such as status=new&volume_min=100")
	}
	q := FilterQuery{DifficultyMin: -1, DifficultyMax: -1, VolumeMin: -1, VolumeMax: -1}
	for name, vs := range values {
		v := vs[len(vs)-1]
		if v == "" || name == "search" || slices.Contains(aside, name) {
			continue
		}
		if err := q.set(name, v); err != nil {
			return Filter{}, err
		}
	}
	f, err := q.filter()
	f.Search = values.Get("search")
	return f, err
}

// set puts a value into the parameter of that name.
func (q *FilterQuery) set(name, v string) error {
	at := reflect.ValueOf(q).Elem()
	for i := range at.NumField() {
		f := at.Type().Field(i)
		if f.Tag.Get("query") != name {
			continue
		}
		allowed := f.Tag.Get("enum")
		if allowed != "" && !slices.Contains(strings.Split(allowed, ","), v) {
			return errs.Field("filter", fmt.Sprintf("%s can't be %q: write one of %s", name, v, allowed))
		}
		if f.Type.Kind() == reflect.String {
			at.Field(i).SetString(v)
			return nil
		}
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return errs.Field("filter", fmt.Sprintf("%s can't be %q: write a whole number", name, v))
		}
		at.Field(i).SetInt(n)
		return nil
	}
	return errs.Field("filter", fmt.Sprintf("%q is not a filter of keywords", name))
}
