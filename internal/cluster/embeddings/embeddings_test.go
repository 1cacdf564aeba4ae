package embeddings_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster/embeddings"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

var kind = embeddings.Kind{Model: "m", Size: 4}

// counted counts the requests to a blob store and lets puts of a name fail; before is done
// once, before the next of them.
type counted struct {
	blob.Store
	opens, puts int
	fail        string
	before      func()
}

func (c *counted) Open(ctx context.Context, n blob.Name) (io.ReadCloser, blob.Info, error) {
	c.opens++
	return c.Store.Open(ctx, n)
}

func (c *counted) Put(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	c.puts++
	if run := c.before; run != nil {
		c.before = nil
		run()
	}
	if path, _ := n.Path(); c.fail != "" && strings.HasSuffix(path, c.fail) {
		return errs.New(errs.Unavailable, "crash", "crash")
	}
	return c.Store.Put(ctx, n, contentType, content)
}

type world struct {
	t     *testing.T
	clock *clock.Fake
	blobs *counted
	table table.Table
	store *embeddings.Store
}

func setUp(t *testing.T) *world {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tb := disk.Open(t, c)
	bs := blobtest.Open(t, c)
	w := &world{t: t, clock: c, blobs: &counted{Store: bs}, table: tb}
	w.store = embeddings.New(tb, w.blobs, c)
	return w
}

func scope(acct string) account.Scope {
	return account.Mint(account.Grant{Account: acct, Actor: "bot", Role: account.SystemBot})
}

func (w *world) known(acct string) *embeddings.Known {
	w.t.Helper()
	k, err := w.store.Known(w.t.Context(), scope(acct), kind)
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}

func (w *world) claim(acct, holder string) *embeddings.Claim {
	w.t.Helper()
	c, err := w.store.Claim(w.t.Context(), scope(acct), kind, holder)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// of is the vector of the n-th text.
func of(n int) []float32 { return []float32{float32(n%7) - 3, 1, 0.5, float32(n%11) / 11} }

func (w *world) add(acct string, from, n int) {
	w.t.Helper()
	c := w.claim(acct, "job")
	var texts []string
	var vectors [][]float32
	for i := from; i < from+n; i++ {
		texts, vectors = append(texts, fmt.Sprintf("text %d", i)), append(vectors, of(i))
	}
	if err := c.Add(w.t.Context(), w.known(acct), texts, vectors); err != nil {
		w.t.Fatal(err)
	}
	if err := c.Free(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// TestFoundAgain: what was added is found by its folded text, near to what it was; texts that
// were not added have nothing.
func TestFoundAgain(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.add("acc_1", 0, 3)
	w.add("acc_1", 3, 2)
	known := w.known("acc_1")
	if got := known.Missing([]string{"TEXT  4", "zebra", "text 0", "Zebra", "", "ape"}); !slices.Equal(got, []string{"ape", "zebra"}) {
		t.Errorf("missing %q", got)
	}
	if got := known.Running([]string{"text 1", "ape", "Ape", "bee"}); !slices.Equal(got, []int{0, 1, 1, 2}) {
		t.Errorf("running %v", got)
	}
	v, err := w.store.Vectors(t.Context(), scope("acc_1"), known, []string{"text 4", "Text 1", "ape"})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range map[int]string{4: "text 4", 1: "TEXT 1"} {
		sum := make([]float32, 4)
		if share := v.Vector(text, sum); share != 1 || !v.Has(text) {
			t.Errorf("%s: share %v", text, share)
		}
		for d, x := range of(i) {
			if diff := sum[d] - x; diff > 0.02 || diff < -0.02 {
				t.Errorf("%s: %v, was %v", text, sum, of(i))
			}
		}
	}
	if v.Has("text 0") || v.Has("ape") || v.Vector("ape", make([]float32, 4)) != 0 || v.Dim() != 4 || !v.Word("ape") {
		t.Error("it knows what it was not asked for")
	}
	v.Words(func(string) bool { return false })
	if v.Word("ape") {
		t.Error("words are not asked for")
	}
}

// TestOfAnotherAccount: what one account paid for, another does not see.
func TestOfAnotherAccount(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.add("acc_1", 0, 3)
	if got := w.known("acc_2").Missing([]string{"text 1"}); len(got) != 1 {
		t.Errorf("missing %q", got)
	}
	w.add("acc_2", 7, 1)
	if got := w.known("acc_2").Missing([]string{"text 1", "text 7"}); !slices.Equal(got, []string{"text 1"}) {
		t.Errorf("with a file of its own, missing %q", got)
	}
	if got := w.known("acc_1").Missing([]string{"text 1", "text 7"}); !slices.Equal(got, []string{"text 7"}) {
		t.Errorf("the first account misses %q", got)
	}
	if v, err := w.store.Vectors(t.Context(), scope("acc_1"), w.known("acc_1"), []string{"text 1"}); err != nil || !v.Has("text 1") {
		t.Errorf("what the other account added is in its file: %v", err)
	}
	v, err := w.store.Vectors(t.Context(), scope("acc_2"), w.known("acc_1"), []string{"text 1"})
	if err == nil && v.Has("text 1") {
		t.Error("it is read with the other account's keys")
	}
}

// TestFewRequests: 50,000 texts are told by few files' keys, and read in as few requests.
func TestFewRequests(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.add("acc_1", 0, 50_000)
	w.blobs.opens = 0
	known := w.known("acc_1")
	if w.blobs.opens > 7 {
		t.Errorf("%d requests tell what is there", w.blobs.opens)
	}
	var texts []string
	for i := range 50_000 {
		texts = append(texts, fmt.Sprintf("text %d", i))
	}
	w.blobs.opens = 0
	v, err := w.store.Vectors(t.Context(), scope("acc_1"), known, texts)
	if err != nil || w.blobs.opens > 7 || !v.Has("text 49999") {
		t.Errorf("%d requests, %v", w.blobs.opens, err)
	}
}

// TestOneBuyer: while one has the right to buy, another has not; the same holder has it again
// after a crash, another when the first did not come back for long.
func TestOneBuyer(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	first := w.claim("acc_1", "job_1")
	_, err := w.store.Claim(t.Context(), scope("acc_1"), kind, "job_2")
	if e := errs.Of(err); e == nil || e.Kind != errs.Unavailable || e.Code != "embeddings_busy" || e.RetryAfter == 0 || e.Cause != errs.Ours {
		t.Fatalf("%v", err)
	}
	w.claim("acc_2", "job_2")
	w.claim("acc_1", "job_1")
	w.clock.Advance(20 * time.Minute)
	other := w.claim("acc_1", "job_2")
	if err := first.Add(t.Context(), w.known("acc_1"), []string{"a"}, [][]float32{of(1)}); err == nil {
		t.Error("who lost the right adds")
	}
	if err := first.Free(t.Context()); err != nil {
		t.Error(err)
	}
	if err := other.Add(t.Context(), w.known("acc_1"), []string{"a"}, [][]float32{of(1)}); err != nil {
		t.Error(err)
	}
}

// TestCrashBetweenFiles: what was not added whole is not there, and can be added again; what
// was there stays.
func TestCrashBetweenFiles(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.add("acc_1", 0, 2)
	for _, part := range []string{"-keys", "-vectors"} {
		w.blobs.fail = part
		if err := w.claim("acc_1", "job").Add(t.Context(), w.known("acc_1"), []string{"text 2"}, [][]float32{of(2)}); err == nil {
			t.Fatal("the crash is not told")
		}
		w.blobs.fail = ""
		if got := w.known("acc_1").Missing([]string{"text 0", "text 1", "text 2"}); !slices.Equal(got, []string{"text 2"}) {
			t.Fatalf("after the crash at %s missing %q", part, got)
		}
	}
	w.add("acc_1", 2, 2)
	w.has("acc_1", 4)
}

// has holds that the vectors of the first n texts are there, and can be read.
func (w *world) has(acct string, n int) {
	w.t.Helper()
	known := w.known(acct)
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprintf("text %d", i))
	}
	v, err := w.store.Vectors(w.t.Context(), scope(acct), known, texts)
	if missing := known.Missing(texts); err != nil || len(missing) > 0 {
		w.t.Fatalf("missing %q, %v", missing, err)
	}
	for i, text := range texts {
		sum := make([]float32, 4)
		v.Vector(text, sum)
		for d, x := range of(i) {
			if diff := sum[d] - x; diff > 0.02 || diff < -0.02 {
				w.t.Errorf("%s: %v, was %v", text, sum, of(i))
			}
		}
	}
}

// TestStalledBuyer: one who stands still until another has the right, and goes on in the middle
// of writing, takes nothing away of what the other added.
func TestStalledBuyer(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.add("acc_1", 0, 2)
	first, known := w.claim("acc_1", "job_1"), w.known("acc_1")
	w.blobs.before = func() {
		w.clock.Advance(20 * time.Minute)
		w.add("acc_1", 2, 2)
	}
	if err := first.Add(t.Context(), known, []string{"late"}, [][]float32{of(9)}); err == nil {
		t.Error("who lost the right adds")
	}
	w.has("acc_1", 4)
	if got := w.known("acc_1").Missing([]string{"late"}); len(got) != 1 {
		t.Error("what was added without the right is there")
	}
}

// TestReadWhileAdded: who knows the files as they were finds their texts in those that took
// their place.
func TestReadWhileAdded(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.add("acc_1", 0, 2)
	known := w.known("acc_1")
	w.add("acc_1", 2, 1)
	v, err := w.store.Vectors(t.Context(), scope("acc_1"), known, []string{"text 1"})
	if err != nil || !v.Has("text 1") {
		t.Errorf("%v", err)
	}
}

func TestDistinct(t *testing.T) {
	t.Parallel()
	if n := embeddings.Distinct([]string{"a", "A", " a ", "", "b"}); n != 2 {
		t.Errorf("%d", n)
	}
}
