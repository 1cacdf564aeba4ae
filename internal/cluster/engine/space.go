package engine

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Meaning gives vectors by what a text means. Package vectors has one; without any, texts
// are alike by their words alone.
type Meaning interface {
	// Dim is the length of the vectors.
	Dim() int
	// Vector adds a text's vector to sum and gives the share of its letters that have a
	// meaning, 0 to 1.
	Vector(text string, sum []float32) float64
	// Word tells whether a folded word has a meaning of its own.
	Word(word string) bool
}

// entry is one dimension of a sparse vector.
type entry struct {
	dim int32
	x   float32
}

// space is the vector space of one run. Each item has a dense vector by meaning, seen from
// the site's mean, and a sparse one of its stems and character n-grams, weighted by rarity;
// together they have length one. In a narrow niche every keyword shares a word: seen from
// the mean, and by rarity, that word counts for nothing.
type space struct {
	n, dim int
	dense  []float32 // n rows of dim
	sparse [][]entry // by item, sorted by dim
	weight []float32 // how many keywords an item stands for
	known  []float32 // share of an item's letters that have a meaning
	frame  frame
}

// frame is what a space is seen from: it is kept, so that later keywords are seen the same way.
type frame struct {
	total float64
	mean  []float32
	index map[string]int32
	df    []float64
}

// meaningShare is the weight of the vector by meaning of a keyword that is known whole.
const meaningShare = 0.75

// littleKnown is the share of a keyword below which its meaning is not asked for.
const littleKnown = 0.3

// loneWord is what a word without meaning that no other keyword has counts beside others.
const loneWord = 0.4

// smallSite is the number of keywords at which the mean counts half, and as many keywords
// without any of their words are thought beside them when rarity is told: what few have in
// common is what they are about, not what the site is.
const smallSite = 30

// makeSpace builds the space of texts; weight[i] counts how many keywords text i stands for.
func makeSpace(texts []string, weight []float32, m Meaning, stems bool) *space {
	s := &space{n: len(texts), sparse: make([][]entry, len(texts)), weight: weight, known: make([]float32, len(texts))}
	if m != nil {
		s.dim = m.Dim()
	}
	s.dense = make([]float32, s.n*s.dim)
	parallel(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			s.known[i] = meant(texts[i], m, s.row(i))
		}
	})
	raw := make([][]feature, s.n)
	parallel(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			raw[i] = features(texts[i], stems, m)
		}
	})
	s.frame = makeFrame(raw, weight)
	s.frame.mean = s.average()
	parallel(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			s.sparse[i] = s.frame.rare(raw[i], s.known[i])
			s.join(i)
		}
	})
	return s
}

// later builds the space of texts that came later, seen from where those of s are seen from.
// Features that s does not know are as rare as they are among the later ones.
func (s *space) later(texts []string, weight []float32, set Settings) *space {
	raw := make([][]feature, len(texts))
	out := &space{n: len(texts), dim: s.dim, dense: make([]float32, len(texts)*s.dim), sparse: make([][]entry, len(texts)), weight: weight, known: make([]float32, len(texts))}
	parallel(out.n, func(from, to int) {
		for i := from; i < to; i++ {
			out.known[i] = meant(texts[i], set.Meaning, out.row(i))
			raw[i] = features(texts[i], !set.NoStems, set.Meaning)
		}
	})
	out.frame = s.frame.with(makeFrame(raw, weight))
	parallel(out.n, func(from, to int) {
		for i := from; i < to; i++ {
			out.sparse[i] = out.frame.rare(raw[i], out.known[i])
			out.join(i)
		}
	})
	return out
}

// with is a frame that knows the features of another too.
func (f *frame) with(o frame) frame {
	out := frame{total: f.total, mean: f.mean, index: maps.Clone(f.index), df: slices.Clone(f.df)}
	names := make([]string, len(o.df)) // in the order in which they came
	for name, d := range o.index {
		names[d] = name
	}
	for d, name := range names {
		if _, ok := out.index[name]; !ok {
			out.index[name] = int32(len(out.df)) //nolint:gosec // features
			out.df = append(out.df, o.df[d])
		}
	}
	return out
}

// row is the dense vector of item i.
func (s *space) row(i int) []float32 { return s.dense[i*s.dim : (i+1)*s.dim : (i+1)*s.dim] }

// meant puts the unit vector of a text into row and gives the share of it that is known.
func meant(text string, m Meaning, row []float32) float32 {
	if m == nil {
		return 0
	}
	known := float32(m.Vector(text, row))
	unit(row)
	return known
}

func unit(row []float32) {
	length := float32(math.Sqrt(float64(dot(row, row))))
	if length == 0 {
		return
	}
	for i := range row {
		row[i] /= length
	}
}

// makeFrame counts in how many keywords each feature stands.
func makeFrame(raw [][]feature, weight []float32) frame {
	f := frame{index: map[string]int32{}}
	for i, fs := range raw {
		f.total += float64(weight[i])
		for k, x := range fs {
			if slices.ContainsFunc(fs[:k], func(o feature) bool { return o.name == x.name }) {
				continue
			}
			d, ok := f.index[x.name]
			if !ok {
				d = int32(len(f.df)) //nolint:gosec // features of at most some hundred thousand keywords
				f.index[x.name] = d
				f.df = append(f.df, 0)
			}
			f.df[d] += float64(weight[i])
		}
	}
	return f
}

// average is the mean of the dense vectors, less of it for a small site.
func (s *space) average() []float32 {
	sum := make([]float64, s.dim)
	total := 0.0
	for i := range s.n {
		w := float64(s.weight[i])
		total += w
		for d, x := range s.row(i) {
			sum[d] += float64(w * float64(x))
		}
	}
	mean := make([]float32, s.dim)
	for d, x := range sum {
		mean[d] = float32(x / (total + smallSite))
	}
	return mean
}

// rare is the sparse vector of features, of length one: what no other keyword has counts
// most, what all have counts nothing. Features that the frame does not know are left out.
// Without a meaning, a word that no other keyword has only hides what two have in common: it
// counts less.
func (f *frame) rare(raw []feature, known float32) []entry {
	var v []entry
	for _, x := range raw {
		if d, ok := f.index[x.name]; ok {
			v = append(v, entry{d, float32(x.weight)})
		}
	}
	slices.SortFunc(v, func(a, b entry) int { return cmp.Compare(a.dim, b.dim) })
	out := v[:0]
	for _, e := range v {
		if len(out) > 0 && out[len(out)-1].dim == e.dim {
			out[len(out)-1].x = max(out[len(out)-1].x, e.x) // said twice is said
			continue
		}
		out = append(out, e)
	}
	length := float32(0)
	for i := range out {
		idf := float32(logarithm((f.total + smallSite) / (f.df[out[i].dim] + 1)))
		if known < littleKnown && f.df[out[i].dim] <= 1 {
			idf *= loneWord
		}
		out[i].x *= idf
		length += float32(out[i].x * out[i].x)
	}
	if length == 0 {
		return nil
	}
	length = float32(math.Sqrt(float64(length)))
	for i := range out {
		out[i].x /= length
	}
	return out
}

// join sees an item from the mean and weighs its two vectors against each other: the less of
// it has a meaning, the more its words and n-grams count.
func (s *space) join(i int) {
	byMeaning := meaningShare * s.known[i]
	if s.known[i] < littleKnown { // the vector is that of the few words that happen to be known
		byMeaning = 0
	}
	row := s.row(i)
	for d := range row {
		row[d] -= s.frame.mean[d]
	}
	unit(row)
	scaleRow(row, float32(math.Sqrt(float64(byMeaning))))
	w := float32(math.Sqrt(float64(1 - byMeaning)))
	for k := range s.sparse[i] {
		s.sparse[i][k].x *= w
	}
}

func scaleRow(row []float32, by float32) {
	for i := range row {
		row[i] *= by
	}
}

// like is the cosine of two items.
func (s *space) like(i, j int) float32 {
	return dot(s.row(i), s.row(j)) + sparseDot(s.sparse[i], s.sparse[j])
}

// dot is the same on every machine: each product is rounded before it is added, so that
// none is fused, and the four sums are added in one order.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float32(a[i] * b[i])
		s1 += float32(a[i+1] * b[i+1])
		s2 += float32(a[i+2] * b[i+2])
		s3 += float32(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// manyTimes is from where looking up a short vector's entries in a long one beats walking both.
const manyTimes = 16

func sparseDot(a, b []entry) float32 {
	sum := float32(0)
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) > manyTimes*len(a) {
		for _, e := range a {
			k, ok := slices.BinarySearchFunc(b, e.dim, func(x entry, d int32) int { return int(x.dim) - int(d) })
			if ok {
				sum += float32(e.x * b[k].x)
			}
		}
		return sum
	}
	j := 0
	for _, e := range a {
		for j < len(b) && b[j].dim < e.dim {
			j++
		}
		if j < len(b) && b[j].dim == e.dim {
			sum += float32(e.x * b[j].x)
		}
	}
	return sum
}

// logarithm is the natural one, the same to the last bit on every machine: the standard
// library's is not.
func logarithm(x float64) float64 {
	m, e := math.Frexp(x)
	z := (m - math.Sqrt2/2) / (m + math.Sqrt2/2)
	zz := float64(z * z)
	sum, power := 0.0, z
	for k := 1.0; k < 26; k += 2 {
		sum += float64(power / k)
		power = float64(power * zz)
	}
	return float64(2*sum) + float64((float64(e)-0.5)*math.Ln2)
}
