package keyword

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/igny8/igny8/internal/errs"
)

// Limits of an import.
const (
	MaxBytes = 50 << 20
	MaxRows  = 500_000
)

// readFile reads a whole file of at most limit bytes. Invalid: empty, too large, or of a kind that
// holds no keywords.
func readFile(r io.Reader, limit int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, errs.New(errs.Unavailable, "file_read", "the file could not be read to its end").With(err)
	}
	if int64(len(raw)) > limit {
		return nil, errs.New(errs.Invalid, "file_too_large", fmt.Sprintf("the file has more than %d MB: split it and import the parts", limit>>20))
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, errs.New(errs.Invalid, "file_empty", "the file is empty: export it again, or put one keyword on each line")
	}
	if what := binaryKind(raw); what != "" {
		return nil, errs.New(errs.Invalid, "file_not_text", "this is "+what+", neither text nor a workbook of keywords: save or export it as CSV or XLSX and import that")
	}
	return raw, nil
}

// isArchive tells whether a file is a ZIP archive, as workbooks are.
func isArchive(raw []byte) bool { return bytes.HasPrefix(raw, []byte("PK\x03\x04")) }

// signatures of files that people take for a keyword list.
var signatures = []struct{ head, what string }{
	{"\xD0\xCF\x11\xE0", "an Excel workbook of the old kind (.xls), or one with a password"}, {"PK\x05\x06", "an empty ZIP archive"},
	{"\x89PNG", "a picture"}, {"\xFF\xD8\xFF", "a picture"}, {"GIF8", "a picture"}, {"%PDF", "a PDF"},
	{"\x1F\x8B", "a packed file"}, {"SQLite format 3", "a database"}, {"\x7FELF", "a program"},
}

func binaryKind(raw []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(raw, []byte(s.head)) {
			return s.what
		}
	}
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(raw[:min(len(raw), 512)], []byte("\xEF\xBB\xBF"))))
	switch {
	case bytes.HasPrefix(start, []byte("<!doctype")), bytes.HasPrefix(start, []byte("<html")), bytes.HasPrefix(start, []byte("<?xml")):
		return "a web page or XML"
	case (bytes.HasPrefix(start, []byte("{")) || bytes.HasPrefix(start, []byte("["))) && json.Valid(raw):
		return "JSON"
	case bytes.HasPrefix(start, []byte("{\\rtf")):
		return "a text document"
	}
	return ""
}

// decoded gives a text as a stream of UTF-8 with the name of its encoding. Invalid: no text.

func decoded(raw []byte) (io.Reader, string, error) {
	wide := func(e unicode.Endianness, b []byte) io.Reader {
		return transform.NewReader(bytes.NewReader(b), unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder())
	}
	switch {
	case bytes.HasPrefix(raw, []byte("\xEF\xBB\xBF")):
		return bytes.NewReader(raw[3:]), "utf-8+bom", nil
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		return wide(unicode.LittleEndian, raw[2:]), "utf-16-le+bom", nil
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		return wide(unicode.BigEndian, raw[2:]), "utf-16-be+bom", nil
	}
	if even, odd := zeros(raw[:min(len(raw), 4096)]); even+odd > 0 {
		half := min(len(raw), 4096) / 2
		switch {
		case odd > half*6/10 && even < half/20+1:
			return wide(unicode.LittleEndian, raw), "utf-16-le", nil
		case even > half*6/10 && odd < half/20+1:
			return wide(unicode.BigEndian, raw), "utf-16-be", nil
		case even+odd > half/50+1:
			return nil, "", errs.New(errs.Invalid, "file_not_text", "this is not a text file: save or export it as CSV and import that")
		}
	}
	if good, bad := multibyte(raw); bad > good {
		return transform.NewReader(bytes.NewReader(raw), charmap.Windows1252.NewDecoder()), "windows-1252", nil
	}
	return bytes.NewReader(raw), "utf-8", nil
}

// zeros counts the zero bytes at even and odd places.
func zeros(raw []byte) (even, odd int) {
	for i, b := range raw {
		switch {
		case b != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// multibyte counts the characters beyond ASCII that are sound UTF-8, and the bytes that
// belong to none.
func multibyte(raw []byte) (good, bad int) {
	for len(raw) > 0 {
		if raw[0] < utf8.RuneSelf {
			raw = raw[1:]
			continue
		}
		r, n := utf8.DecodeRune(raw)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		raw = raw[n:]
	}
	return good, bad
}
