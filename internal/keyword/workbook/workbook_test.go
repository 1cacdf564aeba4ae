package workbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword/workbook"
)

const (
	book = `<workbook xmlns:r="x"><sheets><sheet name="Overview" sheetId="1" r:id="rId1"/><sheet name="Data" sheetId="2" r:id="rId2"/></sheets></workbook>`
	rels = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>`
)

// archive packs parts, xl/workbook.xml and its relations beside those that are given.
func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rels, "xl/worksheets/sheet1.xml": "<worksheet/>", "xl/worksheets/sheet2.xml": "<worksheet/>"}
	for name, text := range parts {
		all[name] = text
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		if text == "" {
			continue
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
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

// part is the most that a part may take in these tests: bombs are slow to make.
const part = 16 << 20

// rows reads a sheet as "number: cells".
func rows(raw []byte, sheet int) ([]string, error) {
	b, err := workbook.OpenWithin(bytes.NewReader(raw), int64(len(raw)), part, 1<<20)
	if err != nil {
		return nil, err
	}
	r, err := b.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []string
	for {
		cells, n, ok, err := r.Next()
		if err != nil || !ok {
			return out, err
		}
		out = append(out, fmt.Sprintf("%d: %s", n, strings.Join(cells, "|")))
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	raw := archive(t, map[string]string{
		"xl/sharedStrings.xml": `<sst count="99999999999999"><si><t>Keyword</t></si><si><r><t xml:space="preserve">garden </t></r><r><t>hose</t></r><rPh><t>niwa</t></rPh></si></sst>`,
		"xl/styles.xml":        `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="0.0%"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet2.xml": `<x:worksheet xmlns:x="y"><x:sheetData>` +
			`<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1" t="inlineStr"><x:is><x:t>a &amp; b_x0041_</x:t></x:is></x:c></x:row>` +
			`<x:row r="4"><x:c t="s"><x:v>1</x:v></x:c><x:c s="1"><x:v>0.45</x:v></x:c><x:c s="2"><x:v>0.29999999999999999</x:v></x:c><x:c s="0"><x:v>1.2E+6</x:v></x:c><x:c><x:v>1.234</x:v></x:c>` +
			`<x:c t="str"><x:f>A1</x:f><x:v>text</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c></x:row><x:row/></x:sheetData></x:worksheet>`,
	})
	got, err := rows(raw, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1: Keyword||a & bA", "4: garden hose|45%|30%|1200000|1.2340|text||true", "5: "}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	n := int64(1200)
	var b bytes.Buffer
	w := workbook.NewWriter(&b, "Key & words")
	for _, cells := range [][]workbook.Cell{
		{{Text: "Keyword"}, {Text: "Volume"}},
		{{Text: " =1+1 <ü> 漢字 \"x\" _x005F_x0041_ "}, {Number: &n}, {}, {Text: "4"}},
	} {
		if err := w.Row(cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := rows(b.Bytes(), 0)
	if d := cmp.Diff([]string{"1: Keyword|Volume", "2:  =1+1 <ü> 漢字 \"x\" _x005F_x0041_ |1200||4"}, got); d != "" || err != nil {
		t.Error(d, err)
	}
}

// Whatever a file holds, it is refused with a clear error and not with a full memory.
func TestRefused(t *testing.T) {
	t.Parallel()
	good := archive(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + strings.Repeat("<row><c><v>1</v></c></row>", 500) + "</sheetData></worksheet>"})
	cell := func(s string) []byte {
		return archive(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><row><c t=\"s\">" + s + "</c></row></worksheet>"})
	}
	for name, c := range map[string]struct {
		raw  []byte
		code string
	}{
		"cut":                     {good[:len(good)-200], "file_damaged"},
		"cut in the midst":        {good[:len(good)/2], "file_damaged"},
		"no archive":              {[]byte("PK\x03\x04 and nothing else"), "file_damaged"},
		"another archive":         {archive(t, map[string]string{"xl/workbook.xml": ""}), "file_not_workbook"},
		"no relations":            {archive(t, map[string]string{"xl/_rels/workbook.xml.rels": ""}), "file_damaged"},
		"no sheet part":           {archive(t, map[string]string{"xl/worksheets/sheet1.xml": ""}), "file_damaged"},
		"no sheets":               {archive(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), "file_empty"},
		"a sheet that ends early": {archive(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><row><c><v>1</v></c></row>"}), "file_damaged"},
		"an absent text":          {cell("<v>7</v>"), "file_damaged"},
		"a text before 0":         {cell("<v>-1</v>"), "file_damaged"},
		"no XML":                  {cell("<<<"), "file_damaged"},
		"an endless cell":         {cell("<v>" + strings.Repeat("1", 4<<20) + "</v>"), "file_too_large"},
		"an endless tag":          {cell("<v " + strings.Repeat("a='b' ", 2<<20) + ">"), "file_too_large"},
		"a cell in pieces":        {cell("<v>" + strings.Repeat("1234567<!-- -->", 1<<18) + "</v>"), "file_too_large"},
		"endless texts":           {archive(t, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("x", 1000)+"</t></si>", 1_100) + "</sst>"}), "file_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rows(c.raw, 0)
			if e := errs.Of(err); err == nil || e.Kind != errs.Invalid || e.Code != c.code || e.Message == "" {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

// What unpacks to more than there is room for, and rows that name far cells, take little
// memory: less than the room for a part.
func TestMemoryIsBounded(t *testing.T) {
	row := `<row r="%d"><c r="XFD%[1]d"><v>1</v></c></row>`
	var far strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&far, row, i+1)
	}
	bombs := map[string][]byte{
		"far cells":  archive(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet>" + far.String() + "</worksheet>"}),
		"too much":   archive(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet>" + strings.Repeat("<row></row>", 20<<20/11) + "</worksheet>"}),
		"wide texts": archive(t, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("x", 1<<19)+"</t></si>", 30) + "</sst>"}),
	}
	runtime.GC()
	for name, raw := range bombs {
		if len(raw) > 1<<20 {
			t.Errorf("%s: %d bytes are no bomb", name, len(raw))
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := rows(raw, 0)
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > part {
			t.Errorf("%s: the heap grew by %d MB", name, grown>>20)
		}
		if (err == nil) != (name == "far cells") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the bytes: no crash, and rows come in their order.
func FuzzWorkbook(f *testing.F) {
	f.Add(archive(f, nil), "<row><c r=\"B2\" t=\"s\"><v>0</v></c></row>", "<si><t>x</t></si>")
	f.Add([]byte("PK\x03\x04"), "<row r=\"3\"><c><is><t>", "<si/>")
	f.Add([]byte{}, "<row r=\"99999999999\"><c r=\"AAAA1\" s=\"-1\"><v>1e400</v></c></row>", "")
	f.Fuzz(func(t *testing.T, raw []byte, sheet, shared string) {
		read := func(raw []byte) {
			b, err := workbook.Open(bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				if errs.Of(err).Kind != errs.Invalid {
					t.Errorf("%v", err)
				}
				return
			}
			for i := range b.Sheets() {
				r, err := b.Rows(i)
				if err != nil {
					continue
				}
				last := 0
				for {
					_, n, ok, err := r.Next()
					if err != nil && errs.Of(err).Kind != errs.Invalid {
						t.Errorf("%v", err)
					}
					if err != nil || !ok {
						break
					}
					if n <= last {
						t.Errorf("row %d after %d", n, last)
					}
					last = n
				}
				r.Close()
			}
		}
		read(raw)
		read(archive(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet>" + sheet + "</worksheet>", "xl/sharedStrings.xml": "<sst>" + shared + "</sst>"}))
	})
}
