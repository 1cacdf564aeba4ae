package keyword

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expected is what testdata/expected.json says of a file.
type expected struct {
	Tool       string `json:"tool"`
	Encoding   string `json:"encoding"`
	Rows       int    `json:"rows"`
	Duplicates int    `json:"duplicates"`
	VolumeSum  int64  `json:"volume_sum"`
	Date       string `json:"date"`
	First      struct {
		Keyword string `json:"keyword"`
		Figure
	} `json:"first"`
	Near   int      `json:"near"`
	Faults [][2]int `json:"faults"`
	Tags   []string `json:"tags"`
}

func readOneFile(t *testing.T, name string, raw []byte, o Options) (*importing, Report) {
	t.Helper()
	im, err := (&Service{clock: fixed{}}).parseAll(context.Background(), []Source{{Name: name, Reader: bytes.NewReader(raw)}}, o)
	if err != nil {
		t.Fatal(err)
	}
	im.compare(nothing, told)
	return im, im.reports()[0]
}

// TestExportsOfTools reads the exports in testdata, of the shapes in which the tools write
// them, each alone.
func TestExportsOfTools(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]expected
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/exports/*")
	if err != nil || len(files) != len(all) {
		t.Fatalf("%d files, %d expectations, %v", len(files), len(all), err)
	}
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(filepath.Join("testdata/exports", name))
			if err != nil {
				t.Fatal(err)
			}
			im, r := readOneFile(t, name, raw, Options{})
			got := expected{Tool: r.Tool, Encoding: r.Encoding, Rows: r.Rows, Duplicates: r.Duplicates, VolumeSum: r.VolumeSum, Date: r.Date, Near: r.NearCount}
			for _, f := range r.Faults {
				got.Faults = append(got.Faults, [2]int{f.Line, f.Column})
			}
			first := im.batch.rows[0]
			got.First.Keyword, got.Tags = first.text, first.tags
			if len(first.figures) > 0 {
				got.First.Figure = first.figures[0].Figure
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if r.New != r.Rows || r.Error != nil {
				t.Errorf("report %+v", r)
			}
			again(t, im)
		})
	}
}

// Files whose names say another kind than they are, and cut ones, are read by what they
// hold or refused with a clear error; whatever is cut off, nothing crashes.
func TestMutatedFiles(t *testing.T) {
	t.Parallel()
	book, err := os.ReadFile("testdata/exports/workbook.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if _, r := readOneFile(t, "list.csv", book, Options{}); r.Error != nil || r.Rows != 2 {
		t.Errorf("a workbook that is called CSV: %+v", r)
	}
	if _, r := readOneFile(t, "list.xlsx", []byte("Keyword,Volume\nwool socks,10\n"), Options{}); r.Error != nil || r.VolumeSum != 10 {
		t.Errorf("CSV that is called a workbook: %+v", r)
	}
	for n := 4; n < len(book); n += 17 {
		_, r := readOneFile(t, "cut.xlsx", book[:n], Options{})
		if r.Error == nil || r.Error.Code != "file_damaged" || r.Rows != 0 {
			t.Errorf("cut at %d: %+v", n, r.Error)
		}
	}
	for n := 0; n < len(book); n += 3 { // single bytes turned
		turned := bytes.Clone(book)
		turned[n] ^= 0xff
		if _, r := readOneFile(t, "turned.xlsx", turned, Options{}); r.Error != nil && r.Error.Message == "" {
			t.Errorf("byte %d: no word of what is wrong", n)
		}
	}
	text, err := os.ReadFile("testdata/exports/planner-exact.csv")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(text); n += 11 {
		readOneFile(t, "cut.csv", text[:n], Options{})
	}
}
