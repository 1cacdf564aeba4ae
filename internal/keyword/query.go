package keyword

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// ParseFilter reads the query of a list of keywords, such as status=new&volume_min=100, as
// the list itself does: what a saved view keeps and a bulk operation works on. Page and
// ordering are passed over. Invalid for a name or a value that the list does not take.
func ParseFilter(query string) (Filter, error) {
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		return Filter{}, errs.Field("filter", "write it as the query of the list, such as status=new&volume_min=100")
	}
	f := Filter{}
	for name, vs := range values {
		if name == "page" || name == "page_size" || name == "ordering" || name == "site_id" {
			continue
		}
		read := readers[name]
		if read == nil {
			return Filter{}, errs.Field("filter", fmt.Sprintf("%q is not a filter of keywords", name))
		}
		if v := vs[len(vs)-1]; v != "" && !read(&f, v) {
			return Filter{}, errs.Field("filter", fmt.Sprintf("%s can't be %q", name, v))
		}
	}
	return f, nil
}

// readers set one part of a filter each; false for a value that it can't be. They are the
// parameters of the list.
var readers = map[string]func(f *Filter, v string) bool{
	"search":         takesText(func(f *Filter) *string { return &f.Search }),
	"sector_id":      takesText(func(f *Filter) *string { return &f.Sector }),
	"status":         takesText(func(f *Filter) *string { return &f.Status }, "new", "mapped"),
	"cluster_id":     takesText(func(f *Filter) *string { return &f.Cluster }),
	"intent":         takesText(func(f *Filter) *string { return &f.Intent }),
	"country":        takesText(func(f *Filter) *string { return &f.Country }),
	"disabled":       takesFlag(func(f *Filter) **bool { return &f.Disabled }),
	"difficulty_min": takesNumber(func(f *Filter) **int64 { return &f.MinDifficulty }),
	"difficulty_max": takesNumber(func(f *Filter) **int64 { return &f.MaxDifficulty }),
	"volume_min":     takesNumber(func(f *Filter) **int64 { return &f.MinVolume }),
	"volume_max":     takesNumber(func(f *Filter) **int64 { return &f.MaxVolume }),
}

func takesText(of func(*Filter) *string, allowed ...string) func(*Filter, string) bool {
	return func(f *Filter, v string) bool {
		*of(f) = v
		return len(allowed) == 0 || slices.Contains(allowed, v)
	}
}

func takesFlag(of func(*Filter) **bool) func(*Filter, string) bool {
	return func(f *Filter, v string) bool {
		on := v == "true"
		*of(f) = &on
		return on || v == "false"
	}
}

func takesNumber(of func(*Filter) **int64) func(*Filter, string) bool {
	return func(f *Filter, v string) bool {
		n, err := strconv.ParseInt(v, 10, 64)
		*of(f) = bound(n)
		return err == nil
	}
}
