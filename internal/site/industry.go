package site

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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

// Industries is the list of templates.
type Industries struct{ all []Industry }

// LoadIndustries reads the list that comes with the program. An industry's id is its slug,
// a sector's "industry/sector".
func LoadIndustries() (*Industries, error) {
	var all []Industry
	if err := json.Unmarshal(industryData, &all); err != nil {
		return nil, fmt.Errorf("industries.json: %w", err)
	}
	for i := range all {
		all[i].ID = all[i].Slug
		for j := range all[i].Sectors {
			s := &all[i].Sectors[j]
			s.ID = all[i].Slug + "/" + s.Slug
		}
	}
	return &Industries{all: all}, nil
}

// All is the whole list, in order of name.
func (l *Industries) All() []Industry { return l.all }

// Find gives an industry by id, slug or name.
func (l *Industries) Find(ref string) (Industry, bool) {
	i := slices.IndexFunc(l.all, func(x Industry) bool {
		return x.ID == ref || x.Slug == ref || strings.EqualFold(x.Name, ref)
	})
	if i < 0 {
		return Industry{}, false
	}
	return l.all[i], true
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
