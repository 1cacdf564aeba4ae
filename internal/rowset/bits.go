package rowset

import "math/bits"

// bitmap is a set of small whole numbers.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) set(i int) { b[i>>6] |= 1 << (i & 63) }

func (b bitmap) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

func (b bitmap) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// fill puts the first n numbers in.
func (b bitmap) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n&63 != 0 {
		b[len(b)-1] = 1<<(n&63) - 1
	}
}

// and keeps what is in both.
func (b bitmap) and(other bitmap) {
	for i, w := range other {
		b[i] &= w
	}
}

// each calls see for all, ascending.
func (b bitmap) each(see func(i int)) {
	for at, w := range b {
		for ; w != 0; w &= w - 1 {
			see(at<<6 + bits.TrailingZeros64(w))
		}
	}
}
