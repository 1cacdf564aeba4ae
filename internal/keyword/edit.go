package keyword

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
)

// Edit is what to change of keywords; nil fields stay. A figure below zero, or an empty
// text, makes a value unknown.
type Edit struct {
	Keyword    *string  `json:"keyword,omitempty" doc:"the text; of one keyword only"`
	Volume     *int64   `json:"volume,omitempty" doc:"searches a month; -1: unknown"`
	Difficulty *int64   `json:"difficulty,omitempty" doc:"0 to 100; -1: unknown"`
	Intent     *string  `json:"intent,omitempty" doc:"informational, navigational, commercial, transactional; empty: unknown"`
	Country    *string  `json:"country,omitempty" doc:"a code of two letters; empty: unknown"`
	Cluster    *string  `json:"cluster_id,omitempty" doc:"the cluster to move to; empty: none, and the status is new"`
	Disabled   *bool    `json:"disabled,omitempty" doc:"true: no automation works on it"`
	AddTags    []string `json:"add_tags,omitempty"`
	RemoveTags []string `json:"remove_tags,omitempty"`
}

// byHand is the source of a figure that a person wrote.
const byHand = "manual"

// Bounds of tags.
const (
	maxTag  = 50 // characters
	maxTags = 20 // of a keyword
)

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
	for _, t := range append(slices.Clone(e.AddTags), e.RemoveTags...) {
		if s := strings.TrimSpace(t); s == "" || utf8.RuneCountInString(s) > maxTag || strings.ContainsAny(s, "\n\r") {
			wrong("tags", fmt.Sprintf("%q is no tag: write 1 to %d characters on one line", t, maxTag))
		}
	}
	if len(f) == 0 {
		return nil
	}
	return invalid(f)
}

func invalid(f map[string][]string) error {
	var parts []string
	for field, why := range f {
		parts = append(parts, field+": "+strings.Join(why, ", "))
	}
	slices.Sort(parts)
	return &errs.Error{Kind: errs.Invalid, Code: "invalid", Message: strings.Join(parts, "; "), Fields: f}
}

// fields are the columns of a row that change; none when the row is as asked already.
func (e Edit) fields(r rowset.Row, now time.Time) (rowset.Fields, error) {
	f := rowset.Fields{}
	figure := func(column string, v *int64) {
		switch {
		case v == nil:
		case *v < 0:
			f[column] = nil
		default:
			f[column] = *v
		}
	}
	text := func(column string, v *string) {
		switch {
		case v == nil:
		case *v == "":
			f[column] = nil
		default:
			f[column] = *v
		}
	}
	figure(rowset.ColVolume, e.Volume)
	figure(colDifficulty, e.Difficulty)
	text(colIntent, e.Intent)
	if e.Country != nil {
		code, _ := readCountry(*e.Country)
		text(colCountry, &code)
	}
	if e.Volume != nil { // one figure, not a range
		f[colVolumeLow], f[colVolumeHigh] = nil, nil
	}
	if e.Volume != nil || e.Difficulty != nil {
		f[colSource] = byHand
	}
	if e.Disabled != nil {
		f[rowset.ColDisabled] = *e.Disabled
	}
	if e.Cluster != nil {
		text(rowset.ColClusterID, e.Cluster)
		f[rowset.ColStatus] = rowset.StatusMapped
		if *e.Cluster == "" {
			f[rowset.ColStatus] = rowset.StatusNew
		}
	}
	if e.Keyword != nil {
		f[rowset.ColKeyword], _, _ = readKeyword(*e.Keyword)
		f[colFold] = Fold(*e.Keyword)
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

func (e Edit) tags(r rowset.Row, f rowset.Fields) error {
	if len(e.AddTags)+len(e.RemoveTags) == 0 {
		return nil
	}
	have := tagsOf(r)
	for _, t := range e.AddTags {
		if t = strings.TrimSpace(t); !slices.ContainsFunc(have, func(h string) bool { return Fold(h) == Fold(t) }) {
			have = append(have, t)
		}
	}
	have = slices.DeleteFunc(have, func(h string) bool {
		return slices.ContainsFunc(e.RemoveTags, func(t string) bool { return Fold(h) == Fold(t) })
	})
	if len(have) > maxTags {
		return errs.Field("add_tags", fmt.Sprintf("%q would have more than %d tags: take some away first", r.Text(rowset.ColKeyword), maxTags))
	}
	f[colTags] = nil
	if len(have) > 0 {
		f[colTags] = strings.Join(have, "\n")
	}
	return nil
}
