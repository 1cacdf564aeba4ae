package engine

import (
	"math"
	"sort"
)

// entry is one dimension of a sparse vector.
type entry struct {
	dim int32
	x   float64
}

// space is the vector space of one run: stems and n-grams weighted by rarity, every vector
// of length one, seen from the mean of all. In a narrow niche every keyword shares a word;
// seen from the mean that word counts for nothing, so that one cut fits broad and narrow
// sites alike.
//
// The mean is never subtracted in place (that would fill every vector): a sum of centred
// unit vectors is kept as a sparse sum and the number of means that it lacks.
type space struct {
	vecs  [][]entry // of each item, sorted by dim, length one
	mean  []float64 // by dim
	mm    float64   // mean · mean
	dot   []float64 // item · mean
	scale []float64 // 1 / |item - mean|; 0 for an item that is the mean
}

// smallSite is the number of keywords at which the mean counts half.
const smallSite = 100

// makeSpace builds the space of texts; equal[i] counts how many keywords text i stands for.
func makeSpace(texts []string, equal []int, stems bool) *space {
	index := map[string]int32{}
	var df []float64
	raw := make([][]entry, len(texts))
	total := 0.0
	for i, t := range texts {
		total += float64(equal[i])
		var v []entry
		for _, f := range features(t, stems) {
			d, ok := index[f.name]
			if !ok {
				d = int32(len(df))
				index[f.name] = d
				df = append(df, 0)
			}
			v = append(v, entry{d, f.weight})
		}
		raw[i] = merged(v)
		for _, e := range raw[i] {
			df[e.dim] += float64(equal[i])
		}
	}
	s := &space{vecs: raw, mean: make([]float64, len(df)), dot: make([]float64, len(raw)), scale: make([]float64, len(raw))}
	for i, v := range raw {
		length := 0.0
		for j := range v {
			v[j].x *= math.Log(1 + total/df[v[j].dim])
			length += float64(v[j].x * v[j].x)
		}
		length = math.Sqrt(length)
		for j := range v {
			v[j].x /= length
			s.mean[v[j].dim] += float64(v[j].x*float64(equal[i])) / total
		}
	}
	// The mean of few keywords says little about the site: its topics would be taken for
	// what all have in common.
	part := total / (total + smallSite)
	for d := range s.mean {
		s.mean[d] *= part
	}
	s.centre()
	return s
}

// centre finds how long each vector is when seen from the mean.
func (s *space) centre() {
	for _, m := range s.mean {
		s.mm += float64(m * m)
	}
	for i, v := range s.vecs {
		for _, e := range v {
			s.dot[i] += float64(e.x * s.mean[e.dim])
		}
		if len(v) == 0 {
			continue
		}
		if d := 1 - float64(2*s.dot[i]) + s.mm; d > 1e-9 {
			s.scale[i] = 1 / math.Sqrt(d)
		}
	}
}

// merged sorts a vector by dimension and adds up entries of the same one.
func merged(v []entry) []entry {
	sort.SliceStable(v, func(i, j int) bool { return v[i].dim < v[j].dim })
	out := v[:0]
	for _, e := range v {
		if n := len(out); n > 0 && out[n-1].dim == e.dim {
			out[n-1].x += e.x
			continue
		}
		out = append(out, e)
	}
	return out
}

// group is a set of items as a sum of their centred unit vectors.
type group struct {
	items []int
	size  float64 // keywords that the items stand for
	sum   []entry // sparse part
	means float64 // how many means the sparse part has too many
	dot   float64 // sparse part · mean
}

// one is the group of a single item that stands for n keywords.
func (s *space) one(item, n int) *group {
	w := s.scale[item] * float64(n)
	g := &group{items: []int{item}, size: float64(n), means: w, dot: float64(w * s.dot[item]), sum: make([]entry, len(s.vecs[item]))}
	for i, e := range s.vecs[item] {
		g.sum[i] = entry{e.dim, float64(e.x * w)}
	}
	return g
}

// join adds b to a copy of a.
func join(a, b *group) *group {
	g := &group{size: a.size + b.size, means: a.means + b.means, dot: a.dot + b.dot, sum: make([]entry, 0, len(a.sum)+len(b.sum))}
	g.items = append(append(make([]int, 0, len(a.items)+len(b.items)), a.items...), b.items...)
	i, j := 0, 0
	for i < len(a.sum) || j < len(b.sum) {
		switch {
		case j == len(b.sum) || i < len(a.sum) && a.sum[i].dim < b.sum[j].dim:
			g.sum = append(g.sum, a.sum[i])
			i++
		case i == len(a.sum) || b.sum[j].dim < a.sum[i].dim:
			g.sum = append(g.sum, b.sum[j])
			j++
		default:
			g.sum = append(g.sum, entry{a.sum[i].dim, a.sum[i].x + b.sum[j].x})
			i, j = i+1, j+1
		}
	}
	return g
}

// likeness is the mean cosine of all pairs between two groups, seen from the mean.
func (s *space) likeness(a, b *group) float64 {
	dot := sparseDot(a.sum, b.sum)
	dot += float64(float64(a.means*b.means)*s.mm) - float64(b.means*a.dot) - float64(a.means*b.dot)
	return dot / float64(a.size*b.size)
}

func sparseDot(a, b []entry) float64 {
	dot := 0.0
	// Looking up the short one in the long one beats walking both when sizes differ much.
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) > 16*len(a) {
		for _, e := range a {
			k := sort.Search(len(b), func(k int) bool { return b[k].dim >= e.dim })
			if k < len(b) && b[k].dim == e.dim {
				dot += float64(e.x * b[k].x)
			}
		}
		return dot
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i].dim < b[j].dim:
			i++
		case a[i].dim > b[j].dim:
			j++
		default:
			dot += float64(a[i].x * b[j].x)
			i, j = i+1, j+1
		}
	}
	return dot
}
