// Package vectors turns a text into a vector by what it means: the sum of small static token
// vectors that ship inside the program. They were fitted to all-MiniLM-L6-v2 (Apache-2.0) by
// scripts/vectors. English above all; how much of a text they know comes with each vector.
package vectors

import (
	_ "embed"
	"encoding/binary"
	"math"
	"strings"
	"sync"
	"unicode"
)

//go:embed tokens.bin
var file string

// magic is what the file begins with.
const magic = "IG8V"

// Table holds the token vectors. It is safe for concurrent use.
type Table struct {
	dim   int
	ids   map[string]int32
	scale []float32
	rows  string // int8, dim of them a token
}

// Load reads the vectors at its first call; later calls give the same Table.
var Load = sync.OnceValue(func() *Table { return parse(file) })

// parse reads what scripts/vectors wrote: the magic, rows, dimensions and the length of the
// token list as little-endian uint32, the tokens, a scale for each, the rows.
func parse(data string) *Table {
	if !strings.HasPrefix(data, magic) {
		panic("vectors: tokens.bin is not a file of token vectors: make it again with scripts/vectors")
	}
	word := func(at int) int { return int(binary.LittleEndian.Uint32([]byte(data[at : at+4]))) }
	n, dim, names := word(4), word(8), word(12)
	t := &Table{dim: dim, ids: make(map[string]int32, n), scale: make([]float32, n)}
	at := 16
	for i, name := range strings.Split(data[at:at+names], "\n") {
		t.ids[name] = int32(i) //nolint:gosec // as many as the file has, far fewer than 2³¹
	}
	at += names
	for i := range t.scale {
		t.scale[i] = math.Float32frombits(uint32(word(at + 4*i))) //nolint:gosec // a word is 32 bits
	}
	t.rows = data[at+4*n:]
	return t
}

// Dim is the length of the vectors.
func (t *Table) Dim() int { return t.dim }

// Word tells whether a lower-case word is a token, and so has a meaning of its own.
func (t *Table) Word(word string) bool {
	_, ok := t.ids[word]
	return ok
}

// Vector adds the vectors of the text's tokens to sum, which has Dim numbers, and gives the
// share of the text's letters and digits that are of words with a meaning. 0: the vector says
// nothing.
func (t *Table) Vector(text string, sum []float32) float64 {
	known, all := 0, 0
	for _, w := range split(text) {
		k, n := t.word(w, sum)
		known, all = known+k, all+n
	}
	if all == 0 {
		return 0
	}
	return float64(known) / float64(all)
}

// longWord is the number of bytes beyond which a word is no word: it has no meaning to look up.
const longWord = 100

// word adds a word's vector, and tells how many of its letters are known.
func (t *Table) word(w string, sum []float32) (known, letters int) {
	for _, r := range w {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters++
		}
	}
	if len(w) > longWord {
		return 0, letters
	}
	var pieces [longWord]int32
	n := 0
	for at := 0; at < len(w); {
		row, end := t.longest(w, at)
		if end == at {
			return 0, letters // as BERT does: a word with an unknown piece is unknown
		}
		if at == 0 && end == len(w) {
			known = letters
		}
		pieces[n], n, at = row, n+1, end
	}
	for _, row := range pieces[:n] {
		t.add(row, sum)
	}
	return known, letters
}

// longest finds the longest token that stands in w at a place, and where it ends.
func (t *Table) longest(w string, at int) (row int32, end int) {
	for end = len(w); end > at; end-- {
		piece := w[at:end]
		if at > 0 {
			piece = "##" + piece
		}
		if row, ok := t.ids[piece]; ok {
			return row, end
		}
	}
	return 0, at
}

func (t *Table) add(row int32, sum []float32) {
	s := t.scale[row]
	for i, x := range []byte(t.rows[int(row)*t.dim : (int(row)+1)*t.dim]) {
		sum[i] += float32(s * float32(int8(x))) //nolint:gosec // the file holds int8
	}
}
