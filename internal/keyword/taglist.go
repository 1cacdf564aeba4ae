package keyword

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// TagCount is a tag and how many keywords have it.
type TagCount struct {
	Tag      string `json:"tag"`
	Keywords int    `json:"keywords_count"`
}

// MaxTagsListed is how many tags Tags gives.
const MaxTagsListed = 100

// Tags gives the tags of a site that hold search, case and form aside, the most used first:
// what to suggest to someone who types one, so that no second spelling comes about. NotFound
// for a site that the Scope does not see.
func (s *Service) Tags(ctx context.Context, scope account.Scope, site, search string) ([]TagCount, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Eventual)
	if err != nil {
		return nil, errs.Wrap("keyword.Tags", err)
	}
	packed := map[string]int{}
	for r := range set.Rows(rowset.Keywords) {
		if t := r.Text(colTags); t != "" {
			packed[t]++
		}
	}
	counts := map[string]int{}
	for p, n := range packed {
		for _, t := range unpackTags(p) {
			counts[t] += n
		}
	}
	search = Fold(search)
	out := []TagCount{}
	for t, n := range counts {
		if strings.Contains(Fold(t), search) {
			out = append(out, TagCount{t, n})
		}
	}
	slices.SortFunc(out, func(a, b TagCount) int { return cmp.Or(b.Keywords-a.Keywords, cmp.Compare(a.Tag, b.Tag)) })
	return out[:min(len(out), MaxTagsListed)], nil
}
