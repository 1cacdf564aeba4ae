package keyword

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever the bytes: no crash, and every row that comes out is sound.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "garden hose", "Keyword,Volume\ngarden hose,10\n", "Keyword;KD\n\"open;5\nx;6\n", "\xff\xfeK\x00e\x00y\x00", "\xef\xbb\xbfKeyword\nx\n",
		"Keyword\tAvg. monthly searches\tSearches: Jan\nx\t1K \u2013 10K\t\n", "caf\xe9\n", "PK\x03\x04", "Keyword,Volume\n\"a\"b,1e9\n\"a\n\nb\",-5\n", "a|b\nc|d\n",
		"Keyword\r\x00\n", "Volume,Keyword\n999999999999999999999,x\nInf,y\nNaN,z\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := parse(strings.NewReader(string(raw)))
		r := p.report("x")
		if err == nil && r.Rows == 0 && len(r.Faults) == 0 {
			t.Error("nothing read and nothing told")
		}
		seen := map[string]bool{}
		for _, row := range p.rows {
			if row.fold == "" || seen[row.fold] || !utf8.ValidString(row.text) || utf8.RuneCountInString(row.text) > MaxLength {
				t.Errorf("row %+v", row)
			}
			seen[row.fold] = true
			if row.volume.n < 0 || row.difficulty.n < 0 || row.difficulty.n > 100 {
				t.Errorf("figures %+v", row)
			}
		}
		for _, x := range r.Faults {
			if x.Line < 1 || x.Column < 1 || !utf8.ValidString(x.Reason) {
				t.Errorf("fault %+v", x)
			}
		}
	})
}
