package workbook

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// element is the beginning or the end of an XML element, its name in small letters and
// without a prefix.
type element struct {
	name  string
	opens bool
	attrs []xml.Attr
}

// attr is an attribute's value, whatever its prefix.
func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

// tokens reads a part element by element. One token may take maxToken bytes of the part, so
// that a text or a tag without an end can't fill the memory.
type tokens struct {
	in      io.ReadCloser
	x       *xml.Decoder
	budget  int   // bytes that the present token may still read
	left    int64 // bytes that may still be unpacked
	depth   int
	any     bool
	pending []byte // text since the last element
}

func (b *Book) open(part string) (*tokens, error) {
	f := b.parts[part]
	if f == nil {
		return nil, damaged(errors.New("no part " + part))
	}
	if f.UncompressedSize64 > uint64(b.room.part) { //nolint:gosec // a bound above 0
		return nil, tooLarge("unpacked it takes too much")
	}
	in, err := f.Open()
	if err != nil {
		return nil, damaged(err)
	}
	t := &tokens{in: in, left: b.room.part}
	t.x = xml.NewDecoder(t)
	t.x.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "utf-8") || strings.EqualFold(label, "us-ascii") {
			return in, nil
		}
		return nil, errors.New("a part is not in UTF-8")
	}
	return t, nil
}

func (t *tokens) close() { t.in.Close() }

var errToken = errors.New("a token without an end")

// Read is the decoder's source.
func (t *tokens) Read(p []byte) (int, error) {
	if t.budget <= 0 {
		return 0, errToken
	}
	n, err := t.in.Read(p[:min(len(p), t.budget)])
	t.budget -= n
	if t.left -= int64(n); t.left < 0 {
		return n, errToken
	}
	return n, err
}

// next gives the next element; io.EOF, bare, at the part's end. Texts before it are kept in
// pending.
func (t *tokens) next() (element, error) {
	t.pending = t.pending[:0]
	for {
		t.budget = maxToken
		tok, err := t.x.RawToken()
		if errors.Is(err, errToken) {
			return element{}, tooLarge("a cell or a tag takes more than 1 MB")
		}
		if err != nil && tok == nil {
			if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return element{}, io.EOF
			}
			return element{}, damaged(err)
		}
		switch k := tok.(type) {
		case xml.StartElement:
			t.depth, t.any = t.depth+1, true
			return element{name: strings.ToLower(k.Name.Local), opens: true, attrs: k.Attr}, nil
		case xml.EndElement:
			t.depth--
			return element{name: strings.ToLower(k.Name.Local)}, nil
		case xml.CharData:
			if len(t.pending)+len(k) > maxCell {
				return element{}, tooLarge("a cell takes more than 1 MB")
			}
			t.pending = append(t.pending, k...)
		}
	}
}

// whole tells whether all that was opened was closed: a part that ends before is cut off.
func (t *tokens) whole() error {
	if t.depth != 0 || !t.any {
		return damaged(errors.New("a part ends within an element"))
	}
	return nil
}

// text gives the texts (t) of what is open until end closes: plain, or pieces of several
// formats. Readings beside the text (rPh: how Japanese is spoken) are left out.
func (t *tokens) text(end string) (string, error) {
	var b strings.Builder
	spoken := 0
	for {
		e, err := t.next()
		if err == io.EOF { //nolint:errorlint // next gives it bare
			return "", damaged(errors.New("a text without an end"))
		}
		if err != nil {
			return "", err
		}
		switch {
		case e.name == "rph" && e.opens:
			spoken++
		case e.name == "rph":
			spoken--
		case e.name == "t" && !e.opens && spoken <= 0:
			if b.Len()+len(t.pending) > maxCell {
				return "", tooLarge("a cell takes more than 1 MB")
			}
			b.Write(t.pending)
		case e.name == end && !e.opens:
			return unescaped(b.String()), nil
		}
	}
}

// escape is how workbooks write characters that XML can't hold: _x000D_ is a line's end.
var escape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[2:6], 16, 16)
		if err != nil {
			return e
		}
		return string(rune(n))
	})
}
