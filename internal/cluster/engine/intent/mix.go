package intent

import (
	"cmp"
	"slices"
)

// Searched is a keyword of a cluster: its intent, empty when unknown, and its volume.
type Searched struct {
	Intent string
	Volume int64 // searches a month, 0 when unknown
}

// Mix is what a cluster's keywords are after.
type Mix struct {
	Parts    []Part // the known intents: most keywords first, then most searches, then as All has them
	Unknown  int    // keywords without an intent
	Dominant string // of the first part; empty when no intent is known
	Mixed    bool   // the dominant intent is that of less than two thirds of the keywords whose intent is known
}

// Part is the keywords of one intent.
type Part struct {
	Intent   string
	Keywords int
	Volume   int64
}

// MixOf tells what a cluster's keywords are after, whatever their order.
func MixOf(keywords []Searched) Mix {
	var m Mix
	by := map[string]*Part{}
	for _, k := range keywords {
		if k.Intent == "" {
			m.Unknown++
			continue
		}
		p := by[k.Intent]
		if p == nil {
			p = &Part{Intent: k.Intent}
			by[k.Intent] = p
		}
		p.Keywords++
		p.Volume += k.Volume
	}
	for _, p := range by {
		m.Parts = append(m.Parts, *p)
	}
	slices.SortFunc(m.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Keywords, a.Keywords), cmp.Compare(b.Volume, a.Volume),
			cmp.Compare(slices.Index(All(), a.Intent), slices.Index(All(), b.Intent)), cmp.Compare(a.Intent, b.Intent))
	})
	if len(m.Parts) > 0 {
		m.Dominant = m.Parts[0].Intent
		m.Mixed = 3*m.Parts[0].Keywords < 2*(len(keywords)-m.Unknown)
	}
	return m
}
