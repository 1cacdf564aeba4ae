package embeddings

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
)

// row is the length of a stored vector: the key of its text, a scale, and a byte a number.
func (k Kind) row() int { return len(key{}) + 4 + k.Size }

// pack appends a vector: the largest number is 127 scales.
func pack(to []byte, v []float32) []byte {
	largest := float32(0)
	for _, x := range v {
		largest = max(largest, x, -x)
	}
	scale := largest / 127
	to = binary.LittleEndian.AppendUint32(to, math.Float32bits(scale))
	for _, x := range v {
		q := 0.0
		if scale > 0 {
			q = math.Round(float64(x) / float64(scale))
		}
		to = append(to, byte(int8(min(max(q, -127), 127)))) //nolint:gosec // a sign and seven bits
	}
	return to
}

// Vectors are those of a set of texts: an engine.Meaning that knows each of them whole, and
// no other text.
type Vectors struct {
	kind Kind
	at   map[key]int // where its row begins
	rows []byte
	word func(string) bool
}

var _ engine.Meaning = (*Vectors)(nil)

// Words says which words have a meaning of their own, as engine.Meaning's Word does; without
// it all have.
func (v *Vectors) Words(word func(string) bool) { v.word = word }

// Vectors reads the vectors of texts, each file that has some of them once. A text that has
// no vector is left out (Has).
func (st *Store) Vectors(ctx context.Context, s account.Scope, k *Known, texts []string) (v *Vectors, err error) {
	for range readTries {
		if v, err = st.vectors(ctx, s, k, texts); !errs.Is(err, errs.NotFound) {
			break
		}
		if k, err = st.Known(ctx, s, k.kind); err != nil {
			break
		}
	}
	return v, errs.Wrap("embeddings.Vectors", err)
}

func (st *Store) vectors(ctx context.Context, s account.Scope, k *Known, texts []string) (*Vectors, error) {
	v := &Vectors{kind: k.kind, at: map[key]int{}}
	byFile := make([][]key, len(k.files))
	for _, t := range texts {
		x := keyOf(engine.Fold(t))
		at, ok := k.at[x]
		if _, have := v.at[x]; ok && !have {
			v.at[x] = int(at.row)
			byFile[at.file] = append(byFile[at.file], x)
		}
	}
	row := k.kind.row()
	for f, keys := range byFile {
		if len(keys) == 0 {
			continue
		}
		raw, err := st.read(ctx, file{f, k.files[f]}.name(s, k.kind, partVectors), row)
		if err != nil {
			return nil, err
		}
		for _, x := range keys {
			from := v.at[x] * row
			if from+row > len(raw) || key(raw[from:]) != x {
				return nil, broken()
			}
			v.at[x] = len(v.rows)
			v.rows = append(v.rows, raw[from:from+row]...)
		}
	}
	return v, nil
}

// Has tells whether there is a vector of the text.
func (v *Vectors) Has(text string) bool {
	_, ok := v.at[keyOf(engine.Fold(text))]
	return ok
}

// Dim is the length of the vectors.
func (v *Vectors) Dim() int { return v.kind.Size }

// Word tells whether a word has a meaning of its own; its letters count beside it otherwise.
func (v *Vectors) Word(word string) bool { return v.word == nil || v.word(word) }

// Vector adds the text's vector to sum: all of the text is known, or nothing.
func (v *Vectors) Vector(text string, sum []float32) float64 {
	from, ok := v.at[keyOf(engine.Fold(text))]
	if !ok {
		return 0
	}
	from += len(key{})
	scale := math.Float32frombits(binary.LittleEndian.Uint32(v.rows[from:]))
	for i, x := range v.rows[from+4 : from+4+v.kind.Size] {
		sum[i] += float32(scale * float32(int8(x))) //nolint:gosec // the rows hold int8
	}
	return 1
}
