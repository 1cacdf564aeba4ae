package site

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Industry is a global template: what a site is about (facts 6).
type Industry struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	Slug    string           `json:"slug"`
	Sectors []IndustrySector `json:"sectors"`
}

// IndustrySector is a part of an industry, from which a site's sectors are made.
type IndustrySector struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

//go:embed industries.json
var industryData []byte

// Industries is the list of templates that comes with the program. It is read on first use:
// most requests of a function do without it.
type Industries struct {
	once sync.Once
	all  []Industry
}

// All is the whole list, in order of name. An industry's id is its slug, a sector's
// "industry/sector". It panics when the program was built with a damaged list, which a test
// would have found.
func (l *Industries) All() []Industry {
	l.once.Do(func() {
		if err := json.Unmarshal(industryData, &l.all); err != nil {
			panic(fmt.Errorf("industries.json: %w", err))
		}
		for i := range l.all {
			l.all[i].ID = l.all[i].Slug
			for j := range l.all[i].Sectors {
				s := &l.all[i].Sectors[j]
				s.ID = l.all[i].Slug + "/" + s.Slug
			}
		}
	})
	return l.all
}

// Find gives an industry by id, slug or name.
func (l *Industries) Find(ref string) (Industry, bool) {
	i := slices.IndexFunc(l.All(), func(x Industry) bool {
		return x.ID == ref || x.Slug == ref || strings.EqualFold(x.Name, ref)
	})
	if i < 0 {
		return Industry{}, false
	}
	return l.All()[i], true
}

// Sector gives one of the industry's sectors by id, slug or name.
func (i Industry) Sector(ref string) (IndustrySector, bool) {
	n := slices.IndexFunc(i.Sectors, func(x IndustrySector) bool {
		return x.ID == ref || x.Slug == ref || strings.EqualFold(x.Name, ref)
	})
	if n < 0 {
		return IndustrySector{}, false
	}
	return i.Sectors[n], true
}
