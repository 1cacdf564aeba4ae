package keyword

import (
	"fmt"
	"strings"
)

// Report tells what an import found in a file and did with it.
type Report struct {
	Name       string            `json:"name"`
	Tool       string            `json:"tool"`
	Encoding   string            `json:"encoding"`
	Rows       int               `json:"rows"` // good rows, each keyword once: new, already there, and elsewhere
	New        int               `json:"new"`
	Already    int               `json:"already"`
	Updated    int               `json:"updated"`    // of those already there: got figures, tags or a country that they had not
	Duplicates int               `json:"duplicates"` // rows left out because the file has them before
	Elsewhere  int               `json:"elsewhere"`  // rows that an earlier file of the same import has
	VolumeSum  int64             `json:"volume_sum"` // of the rows whose volume is known exactly
	Date       string            `json:"date"`       // of the figures, as the file says; empty: it does not
	Columns    map[string]string `json:"columns"`    // our field: the file's header
	Headers    []string          `json:"headers"`    // all of the file's, for another mapping
	HeaderLine int               `json:"header_line"`
	Delimiter  string            `json:"delimiter"` // tab, or the sign itself; empty: a sheet or a plain list
	Sample     []Sample          `json:"sample"`    // the first rows, as they were understood
	Faults     []Fault           `json:"faults"`
	Near       []Near            `json:"near_duplicates"`       // at most MaxNear
	NearCount  int               `json:"near_duplicates_count"` // all
	Error      *Refusal          `json:"error,omitempty"`       // why nothing of the file can be used
}

// Sample is a row as it was understood.
type Sample struct {
	Line    int      `json:"line"`
	Keyword string   `json:"keyword"`
	Country string   `json:"country,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Figures []Figure `json:"figures,omitempty"`
}

// sampleRows is how many rows a report shows.
const sampleRows = 5

func (r *parsedRow) sample() Sample {
	s := Sample{Line: int(r.line), Keyword: r.text, Country: r.country, Tags: r.tags}
	for _, f := range r.figures {
		s.Figures = append(s.Figures, f.Figure)
	}
	return s
}

// Refusal is why a file can't be imported.
type Refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (p *parsed) report() Report {
	r := Report{Name: p.name, Tool: p.layout.tool, Encoding: p.encoding, Rows: p.rows, Elsewhere: p.elsewhere, Duplicates: p.duplicates, VolumeSum: p.volumeSum,
		Date: p.fileDate, Columns: map[string]string{}, HeaderLine: p.layout.header, Headers: []string{}, Sample: append([]Sample{}, p.sample...), Faults: []Fault{}, Near: []Near{}}
	r.Faults = append(r.Faults, p.faults...)
	if p.more > 0 {
		r.Faults = append(r.Faults, Fault{Reason: fmt.Sprintf("%d more faults are not listed", p.more), Mend: "mend these first and import the file again"})
	}
	if c := p.layout.comma; c == '\t' {
		r.Delimiter = "tab"
	} else if c != 0 {
		r.Delimiter = string(rune(c))
	}
	for i, h := range p.layout.heads {
		if i < maxHeaders && p.layout.header > 0 {
			r.Headers = append(r.Headers, shortHead(h))
		}
	}
	for field, at := range p.layout.columns {
		r.Columns[field] = fmt.Sprintf("#%d", at+1)
		if at < len(p.layout.heads) {
			r.Columns[field] = shortHead(p.layout.heads[at])
		}
	}
	return r
}

// maxHeaders is how many headers a report names.
const maxHeaders = 200

func shortHead(h string) string {
	h = strings.ToValidUTF8(strings.Trim(h, "\uFEFF \t\""), "?")
	if r := []rune(h); len(r) > 200 {
		return string(r[:200])
	}
	return h
}
