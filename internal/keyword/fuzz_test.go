package keyword

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

var fuzzDay = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// sound holds that whatever came out of a file can be kept.
func sound(t *testing.T, raw []byte) {
	t.Helper()
	im, err := (&Service{clock: fixed{}}).parseAll(context.Background(), []Source{{Name: "x", Reader: bytes.NewReader(raw)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	im.compare(nothing, told)
	r := im.reports()[0]
	if r.Error == nil && r.Rows == 0 && len(r.Faults) == 0 {
		t.Error("nothing read and nothing told")
	}
	if r.Error != nil && errs.Of(im.files[0].err).Kind != errs.Invalid {
		t.Errorf("%v", im.files[0].err)
	}
	if r.Rows != r.New || len(im.batch.rows) != r.Rows {
		t.Errorf("%d rows, report %+v", len(im.batch.rows), r)
	}
	seen := map[string]bool{}
	for _, row := range im.batch.rows {
		if row.fold == "" || seen[row.fold] || !utf8.ValidString(row.text) || utf8.RuneCountInString(row.text) > MaxLength {
			t.Errorf("row %+v", row)
		}
		seen[row.fold] = true
		for _, f := range row.figures {
			for _, n := range []*int64{f.Volume, f.VolumeLow, f.VolumeHigh, f.Difficulty} {
				if n != nil && *n < 0 {
					t.Errorf("figures %+v", f)
				}
			}
			if f.Difficulty != nil && *f.Difficulty > 100 || (f.VolumeLow == nil) != (f.VolumeHigh == nil) || f.Date == "" {
				t.Errorf("figures %+v", f)
			}
		}
	}
	for _, x := range r.Faults {
		if x.Line < 1 || x.Column < 1 || !utf8.ValidString(x.Reason) {
			if x.Line != 0 { // the one that counts those beyond MaxFaults
				t.Errorf("fault %+v", x)
			}
		}
	}
	again(t, im)
}

type fixed struct{}

func (fixed) Now() time.Time { return fuzzDay }

// Whatever the bytes: no crash, and every row that comes out is sound and goes through an
// export and back.
func FuzzImport(f *testing.F) {
	for _, s := range []string{
		"", "garden hose", "Keyword,Volume\ngarden hose,10\n", "Keyword;KD\n\"open;5\nx;6\n", "\xff\xfeK\x00e\x00y\x00", "\xef\xbb\xbfKeyword\nx\n",
		"Keyword\tAvg. monthly searches\tSearches: Jan 2025\nx\t1K \u2013 10K\t\n", "caf\xe9\n", "PK\x03\x04", "Keyword,Volume\n\"a\"b,1e9\n\"a\n\nb\",-5\n", "a|b\nc|d\n",
		"Keyword\r\x00\n", "Volume,Keyword\n999999999999999999999,x\nInf,y\nNaN,z\n", "Suchbegriff;Suchvolumen\nschlauch;1.234\n",
		"Keyword,Tags,Source,Date,All figures\n'=x,\"a, b\",Moz,2026-01-01,\"2026-01-02 Moz: volume 1 – 2, difficulty 3, intent commercial\n2026-01-01 A: volume 4\"\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { sound(t, raw) })
}

// The same for workbooks: as they are, and with a sound archive around a sheet.
func FuzzImportWorkbook(f *testing.F) {
	f.Add([]byte("PK\x03\x04"), `<row r="1"><c t="inlineStr"><is><t>Keyword</t></is></c><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c><c><v>1.2E+3</v></c></row>`, "<si><t>Volume</t></si><si><t>garden hose</t></si>")
	f.Add([]byte{}, `<row r="7"><c r="C7" t="s"><v>0</v></c></row>`, "<si><t>x</t></si>")
	f.Add(packed(f, "<row/>", ""), `<row><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c></row>`, "<si/>")
	f.Fuzz(func(t *testing.T, raw []byte, sheet, shared string) {
		sound(t, append([]byte("PK\x03\x04"), raw...))
		sound(t, packed(t, sheet, shared))
	})
}

func packed(t testing.TB, sheet, shared string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range [][2]string{
		{"xl/workbook.xml", `<workbook><sheets><sheet name="s" id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", "<sst>" + shared + "</sst>"},
		{"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>"},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p[0], Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, p[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
