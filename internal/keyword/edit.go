package keyword

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
)

// Edit is what to change of keywords; nil fields stay. Figures stand before those of the
// tools, which stay; one below zero, or an empty intent, is taken back.
type Edit struct {
	Keyword    *string  `json:"keyword,omitempty" doc:"the text; of one keyword only"`
	Volume     *int64   `json:"volume,omitempty" doc:"searches a month, before what the tools say; -1: take it back"`
	Difficulty *int64   `json:"difficulty,omitempty" doc:"0 to 100, before what the tools say; -1: take it back"`
	Intent     *string  `json:"intent,omitempty" doc:"informational, navigational, commercial, transactional, local, before what the tools say; empty: take it back"`
	Country    *string  `json:"country,omitempty" doc:"a code of two letters; empty: unknown"`
	Cluster    *string  `json:"cluster_id,omitempty" doc:"the cluster to move to; empty: none, and the status is new"`
	Disabled   *bool    `json:"disabled,omitempty" doc:"true: no automation works on it"`
	AddTags    []string `json:"add_tags,omitempty"`
	RemoveTags []string `json:"remove_tags,omitempty"`
}

// byHand is the source of a figure that a person wrote.
const byHand = "manual"

// check tells what is wrong with the values, by field.
func (e Edit) check() error {
	f := map[string][]string{}
	wrong := func(field, why string) { f[field] = append(f[field], why) }
	if e.Keyword != nil {
		if _, why, mend := readKeyword(*e.Keyword); why != "" {
			wrong("keyword", why+": "+mend)
		}
	}
	if e.Volume != nil && *e.Volume < -1 {
		wrong("volume", "write a number of searches, or -1 for unknown")
	}
	if e.Difficulty != nil && (*e.Difficulty < -1 || *e.Difficulty > 100) {
		wrong("difficulty", "write a number from 0 to 100, or -1 for unknown")
	}
	if e.Intent != nil && *e.Intent != "" && !slices.Contains(Intents(), *e.Intent) {
		wrong("intent", "write one of "+strings.Join(Intents(), ", ")+", or nothing for unknown")
	}
	if e.Country != nil {
		if _, ok := readCountry(*e.Country); !ok {
			wrong("country", "write a code of two letters such as US, or nothing for unknown")
		}
	}
	if _, err := cleanTags(append(slices.Clone(e.AddTags), e.RemoveTags...)); err != nil {
		wrong("tags", errs.Of(err).Fields["tags"][0])
	}
	return errs.Fields(f)
}

// fields are the columns of a row that change; none when the row is as asked already.
func (e Edit) fields(r rowset.Row, now time.Time) (rowset.Fields, error) {
	f := rowset.Fields{}
	text := func(column, v string) {
		f[column] = nil
		if v != "" {
			f[column] = v
		}
	}
	words := r.Text(rowset.ColKeyword)
	if e.Keyword != nil {
		words, _, _ = readKeyword(*e.Keyword)
		f[rowset.ColKeyword], f[colFold] = words, Fold(words)
	}
	switch {
	case e.Volume != nil || e.Difficulty != nil || e.Intent != nil:
		setFigures(f, words, e.figures(figuresOf(r), now))
	case e.Keyword != nil:
		setIntent(f, words, shown(figuresOf(r)).Intent)
	}
	if e.Country != nil {
		code, _ := readCountry(*e.Country)
		text(colCountry, code)
	}
	if e.Disabled != nil {
		f[rowset.ColDisabled] = *e.Disabled
	}
	if e.Cluster != nil {
		text(rowset.ColClusterID, *e.Cluster)
		f[rowset.ColStatus] = rowset.StatusMapped
		if *e.Cluster == "" {
			f[rowset.ColStatus] = rowset.StatusNew
		}
		if *e.Cluster != r.Text(rowset.ColClusterID) { // a person's word stands against every clustering
			rowset.ByHand(f, *e.Cluster)
		}
	}
	if err := e.tags(r, f); err != nil {
		return nil, err
	}
	for column, v := range f {
		if v == r.Value(column) || v == false && r.Value(column) == nil {
			delete(f, column)
		}
	}
	if len(f) > 0 {
		f[rowset.ColUpdatedAt] = rowset.Millis(now)
	}
	return f, nil
}

// figures puts what the person says before what the tools said. A value taken back leaves
// the tools' own.
func (e Edit) figures(have []Figure, now time.Time) []Figure {
	own := Figure{Source: byHand}
	var rest []Figure
	for _, f := range have {
		if f.Source == byHand {
			own = f
		} else {
			rest = append(rest, f)
		}
	}
	number := func(to **int64, v *int64) {
		switch {
		case v == nil:
		case *v < 0:
			*to = nil
		default:
			*to = v
		}
	}
	before := own
	number(&own.Volume, e.Volume)
	number(&own.Difficulty, e.Difficulty)
	if e.Intent != nil {
		own.Intent = *e.Intent
	}
	if own.empty() {
		return rest
	}
	if !own.sameValues(before) {
		own.Date = now.Format(time.DateOnly)
	}
	out := append([]Figure{own}, rest...)
	return out[:min(len(out), maxFigures)]
}

func (e Edit) tags(r rowset.Row, f rowset.Fields) error {
	if len(e.AddTags)+len(e.RemoveTags) == 0 {
		return nil
	}
	add, _ := splitTags(packTags(e.AddTags))
	remove, _ := splitTags(packTags(e.RemoveTags))
	have := slices.DeleteFunc(joinTags(slices.Clone(unpackTags(r.Text(colTags))), add), func(h string) bool {
		return slices.ContainsFunc(remove, func(t string) bool { return Fold(h) == Fold(t) })
	})
	if len(have) > MaxTags {
		return errs.Field("add_tags", fmt.Sprintf("%q would have more than %d tags: take some away first", r.Text(rowset.ColKeyword), MaxTags))
	}
	f[colTags] = nil
	if len(have) > 0 {
		f[colTags] = packTags(have)
	}
	return nil
}
