package keyword

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/rowset"
)

func nothing(func(rowset.Row) bool) {}

// kept is what a row of an import leaves in the list.
func kept(r parsedRow) Keyword {
	all, _ := r.allFigures(nil)
	s := shown(all)
	k := Keyword{Keyword: r.text, Volume: s.Volume, VolumeLow: s.VolumeLow, VolumeHigh: s.VolumeHigh, Difficulty: s.Difficulty, Intent: s.Intent,
		Country: r.country, Source: s.Source, SourceDate: s.Date, Tags: r.tags, Figures: all}
	if len(all) == 0 {
		k.Source = r.source
	}
	return k
}

func keptAll(im *importing) []Keyword {
	var out []Keyword
	for _, r := range im.batch.rows {
		out = append(out, kept(r))
	}
	return out
}

// again holds that what was imported goes through an export of either kind and back.
func again(t *testing.T, im *importing) {
	t.Helper()
	if len(im.batch.rows) > 0 {
		backAgain(t, keptAll(im))
	}
}

func backAgain(t *testing.T, want []Keyword) {
	t.Helper()
	for _, format := range []Format{CSV, XLSX} {
		var b bytes.Buffer
		if err := writeKeywords(context.Background(), &b, format, slices.Values(want)); err != nil {
			t.Fatal(err)
		}
		im, err := (&Service{clock: fixed{}}).parseAll(context.Background(), []Source{{Name: "again." + string(format), Reader: &b}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		im.compare(nothing, told)
		if r := im.reports()[0]; r.Error != nil || len(r.Faults) > 0 || r.Duplicates > 0 || r.Tool != toolOwn {
			t.Errorf("%s: report %+v %+v", format, r, r.Error)
		}
		if d := cmp.Diff(want, keptAll(im)); d != "" {
			t.Errorf("%s: %s", format, d)
		}
	}
}
