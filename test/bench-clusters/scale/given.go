package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/vectors"
)

// given is a meaning made elsewhere: a vector for each keyword, and for no other text, as a
// provider's are.
type given struct {
	dim int
	at  map[string][]float32
	own *vectors.Table
}

// readGiven reads the vectors of words from a NumPy file of float32 rows.
func readGiven(path string, words []engine.Keyword) (*given, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	const magic = "\x93NUMPY\x01\x00"
	if len(raw) < 10 || string(raw[:8]) != magic {
		return nil, fmt.Errorf("%s: not a NumPy file of version 1", path)
	}
	body := 10 + int(binary.LittleEndian.Uint16(raw[8:]))
	if head := string(raw[10:body]); !strings.Contains(head, "'<f4'") || !strings.Contains(head, "'fortran_order': False") {
		return nil, fmt.Errorf("%s: rows of float32 are read, this is %s", path, head)
	}
	raw = raw[body:]
	g := &given{dim: len(raw) / 4 / len(words), at: map[string][]float32{}, own: vectors.Load()}
	if g.dim*4*len(words) != len(raw) {
		return nil, fmt.Errorf("%s: not a row for each of %d keywords", path, len(words))
	}
	for i, w := range words {
		v := make([]float32, g.dim)
		for d := range v {
			v[d] = math.Float32frombits(binary.LittleEndian.Uint32(raw[(i*g.dim+d)*4:]))
		}
		g.at[engine.Fold(w.Text)] = v
	}
	return g, nil
}

func (g *given) Dim() int              { return g.dim }
func (g *given) Word(word string) bool { return g.own.Word(word) }

func (g *given) Vector(text string, sum []float32) float64 {
	v, ok := g.at[engine.Fold(text)]
	if !ok {
		return 0
	}
	for d, x := range v {
		sum[d] += x
	}
	return 1
}
