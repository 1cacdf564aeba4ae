package vectors

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"reflect"
	"testing"
)

// made is the SHA-256 of tokens.bin as scripts/vectors made it.
const made = "4f27be8646c0972832d2728cf4a6802ff13dc1fed4f8fc53d32d77546b9ad66e"

func TestFileIsTheOneThatWasMade(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte(file))
	if got := hex.EncodeToString(sum[:]); got != made {
		t.Errorf("tokens.bin is %s", got)
	}
	if len(file) > 8<<20 {
		t.Errorf("tokens.bin has %d bytes, more than 8 MB", len(file))
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Crème Brûlée": {"creme", "brulee"}, "what's C++?": {"what", "'", "s", "c", "+", "+", "?"}, "自転車 lights": {"自", "転", "車", "lights"},
		" \t\n": nil, "a\x00b": {"a", "b"}, "é": {"e"},
	} {
		if got := split(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func like(a, b string) float64 {
	t := Load()
	x, y := make([]float32, t.Dim()), make([]float32, t.Dim())
	t.Vector(a, x)
	t.Vector(b, y)
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		xy += float64(x[i] * y[i])
		xx += float64(x[i] * x[i])
		yy += float64(y[i] * y[i])
	}
	return xy / math.Sqrt(xx*yy)
}

func TestMeaning(t *testing.T) {
	t.Parallel()
	for _, x := range [][3]string{ // the first is nearer to the second than to the third
		{"cheap sofa", "couch price", "phone price"}, {"fix a bicycle", "bike repair", "car wash"}, {"jogging shoes", "running trainers", "shoe rack"},
		{"doctor near me", "local physician", "local plumber"}, {"make bread", "baking loaves", "make money"},
	} {
		if near, far := like(x[0], x[1]), like(x[0], x[2]); near <= far {
			t.Errorf("%q: %q %.2f, %q %.2f", x[0], x[1], near, x[2], far)
		}
	}
}

func TestWhatIsKnown(t *testing.T) {
	t.Parallel()
	table := Load()
	sum := make([]float32, table.Dim())
	for text, want := range map[string]float64{"garden hose": 1, "": 0, "!!!": 0, "дом": 0, "garden xqzvkw": 0.5} {
		if got := table.Vector(text, sum); got != want {
			t.Errorf("%q: %v is known, want %v", text, got, want)
		}
	}
	if table.Word("xqzvkw") || !table.Word("garden") {
		t.Error("Word")
	}
}

func FuzzVector(f *testing.F) {
	for _, s := range []string{"garden hose", "", "\x00", "😀", "ｆｕｌｌ ｗｉｄｔｈ", "a\u0301\u0301\u0301"} {
		f.Add(s)
	}
	table := Load()
	f.Fuzz(func(t *testing.T, text string) {
		sum := make([]float32, table.Dim())
		known := table.Vector(text, sum)
		if known < 0 || known > 1 {
			t.Fatalf("%q: %v is known", text, known)
		}
		for _, x := range sum {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				t.Fatalf("%q: %v", text, sum)
			}
		}
	})
}
