// Package embeddings keeps vectors that a provider was paid for: each text's once for an
// account, found by the hash of the folded text, never seen by another account. They lie in
// files of some thousand texts, so that those of 50,000 are few requests; which texts are
// there is told by the files' keys alone.
package embeddings

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Kind is a model and the length of its vectors: vectors of two kinds can't be compared.
type Kind struct {
	Model string
	Size  int
}

func (k Kind) name() string { return k.Model + "-" + strconv.Itoa(k.Size) }

// key is what a text is found by.
type key [16]byte

func keyOf(folded string) (k key) {
	sum := sha256.Sum256([]byte(folded))
	copy(k[:], sum[:])
	return k
}

// fileTexts is how many texts a file has at most; the last one is filled up before another
// is begun.
const fileTexts = 8192

// claimLife is how long a claim holds after its last use: longer than a call of a provider
// takes. Only a process that died leaves one.
const claimLife = 15 * time.Minute

// Store keeps the vectors of all accounts, each under its own. It is safe for concurrent use.
type Store struct {
	table table.Table
	blob  blob.Store
	clock clock.Clock
	texts int // of a file at most
}

// New makes a Store.
func New(t table.Table, b blob.Store, c clock.Clock) *Store {
	return &Store{table: t, blob: b, clock: c, texts: fileTexts}
}

// head says how many files there are, and who may add to them.
type head struct {
	Files  int       `json:"files"`
	Holder string    `json:"holder,omitempty"`
	Until  time.Time `json:"until,omitzero"`

	version int64
}

func headKey(s account.Scope, k Kind) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "EMBEDDINGS#" + k.name()}
}

func (st *Store) head(ctx context.Context, s account.Scope, k Kind) (head, error) {
	var h head
	it, err := st.table.Get(ctx, headKey(s, k), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return h, nil
	}
	if err != nil {
		return h, err
	}
	err = table.Decode(it.Attrs, &h)
	h.version = it.Version
	return h, err
}

func (st *Store) write(ctx context.Context, s account.Scope, k Kind, h *head) error {
	attrs, err := table.Encode(*h)
	if err != nil {
		return err
	}
	err = st.table.Write(ctx, table.Put(table.Item{Key: headKey(s, k), Type: "embeddings", Version: h.version, Attrs: attrs}, table.VersionIs(h.version)))
	if err == nil {
		h.version++
	}
	return err
}

func keysName(s account.Scope, k Kind, file int) blob.Name {
	return blob.Of(s, "embeddings", k.name(), fmt.Sprintf("%04d-keys", file))
}

func vectorsName(s account.Scope, k Kind, file int) blob.Name {
	return blob.Of(s, "embeddings", k.name(), fmt.Sprintf("%04d-vectors", file))
}

// place is where a vector lies.
type place struct{ file, row int32 }

// Known is which texts an account has vectors of.
type Known struct {
	kind  Kind
	at    map[key]place
	files int
}

// Known reads which texts there are vectors of.
func (st *Store) Known(ctx context.Context, s account.Scope, k Kind) (*Known, error) {
	h, err := st.head(ctx, s, k)
	if err != nil {
		return nil, errs.Wrap("embeddings.Known", err)
	}
	out := &Known{kind: k, at: map[key]place{}, files: h.Files}
	for f := range h.Files {
		keys, err := st.read(ctx, keysName(s, k, f), len(key{}))
		if err != nil {
			return nil, errs.Wrap("embeddings.Known", err)
		}
		for row := range len(keys) / len(key{}) {
			out.at[key(keys[row*len(key{}):])] = place{int32(f), int32(row)} //nolint:gosec // files of some thousand rows
		}
	}
	return out, nil
}

// read reads a file of rows; one that was begun and not written yet is empty.
func (st *Store) read(ctx context.Context, n blob.Name, row int) ([]byte, error) {
	raw, _, err := blob.Read(ctx, st.blob, n, int64(st.texts*row))
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(raw)%row != 0 {
		return nil, broken()
	}
	return raw, nil
}

func broken() error {
	return errs.New(errs.Internal, "embeddings_broken", "the stored vectors can't be read").Because(errs.Ours)
}

// Missing gives those of the texts, folded, each once and in order, of which there is no vector.
// Texts without a letter or sign have none, and are never asked for.
func (k *Known) Missing(texts []string) []string {
	var out []string
	for _, t := range texts {
		if folded := engine.Fold(t); folded != "" {
			if _, ok := k.at[keyOf(folded)]; !ok {
				out = append(out, folded)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Claim is the right to buy vectors for an account and to add them. One job has it at a time,
// so that no text is bought by two.
type Claim struct {
	store  *Store
	scope  account.Scope
	kind   Kind
	holder string
	head   head
	last   []byte // rows of the last file
}

// Claim takes the right for a holder, who may have it already. Unavailable while another has
// it: to be tried again. What a process that died had added is found again.
func (st *Store) Claim(ctx context.Context, s account.Scope, k Kind, holder string) (*Claim, error) {
	c := &Claim{store: st, scope: s, kind: k, holder: holder}
	err := table.Again(func() error {
		h, err := st.head(ctx, s, k)
		if err != nil {
			return err
		}
		now := st.clock.Now()
		if h.Holder != "" && h.Holder != holder && now.Before(h.Until) {
			return errs.New(errs.Unavailable, "embeddings_busy", "vectors are being bought for another clustering of this account: it will be tried again").Because(errs.Ours).After(busyWait)
		}
		h.Holder, h.Until = holder, now.Add(claimLife)
		c.head = h
		return st.write(ctx, s, k, &c.head)
	})
	if err != nil {
		return nil, errs.Wrap("embeddings.Claim", err)
	}
	return c, errs.Wrap("embeddings.Claim", c.mend(ctx))
}

// busyWait is after how long a claim that another has is tried again: so long that a claim
// which a process left behind ends before a job has tried too often.
const busyWait = 30 * time.Second

// mend reads the last file, and writes its keys anew when they do not tell all of its rows.
func (c *Claim) mend(ctx context.Context) error {
	if c.head.Files == 0 {
		return nil
	}
	f := c.head.Files - 1
	var err error
	if c.last, err = c.store.read(ctx, vectorsName(c.scope, c.kind, f), c.kind.row()); err != nil {
		return err
	}
	keys, err := c.store.read(ctx, keysName(c.scope, c.kind, f), len(key{}))
	if err != nil || len(keys)/len(key{}) == len(c.last)/c.kind.row() {
		return err
	}
	return c.putKeys(ctx, f)
}

func (c *Claim) putKeys(ctx context.Context, file int) error {
	row := c.kind.row()
	keys := make([]byte, 0, len(c.last)/row*len(key{}))
	for at := 0; at < len(c.last); at += row {
		keys = append(keys, c.last[at:at+len(key{})]...)
	}
	return c.store.blob.Put(ctx, keysName(c.scope, c.kind, file), "application/octet-stream", keys)
}

// Add keeps the vectors of folded texts, as Missing gave them, and tells known of them. The
// head is written first: whoever lost the claim adds nothing; then the vectors, which say whose
// they are, then the keys. After an error the claim is of no use.
func (c *Claim) Add(ctx context.Context, known *Known, texts []string, vectors [][]float32) error {
	row := c.kind.row()
	for len(texts) > 0 {
		if c.head.Files == 0 || len(c.last)/row >= c.store.texts {
			c.head.Files++
			c.last = nil
		}
		c.head.Until = c.store.clock.Now().Add(claimLife)
		if err := c.store.write(ctx, c.scope, c.kind, &c.head); err != nil {
			return errs.Wrap("embeddings.Add", err)
		}
		n := min(len(texts), c.store.texts-len(c.last)/row)
		f := c.head.Files - 1
		places := make(map[key]place, n)
		for i := range n {
			k := keyOf(texts[i])
			places[k] = place{int32(f), int32(len(c.last) / row)} //nolint:gosec // files of some thousand rows
			c.last = pack(append(c.last, k[:]...), vectors[i])
		}
		if err := c.store.blob.Put(ctx, vectorsName(c.scope, c.kind, f), "application/octet-stream", c.last); err != nil {
			return errs.Wrap("embeddings.Add", err)
		}
		if err := c.putKeys(ctx, f); err != nil {
			return errs.Wrap("embeddings.Add", err)
		}
		maps.Copy(known.at, places)
		known.files = c.head.Files
		texts, vectors = texts[n:], vectors[n:]
	}
	return nil
}

// Free gives the right back. A claim that is not given back ends by itself.
func (c *Claim) Free(ctx context.Context) error {
	c.head.Holder, c.head.Until = "", time.Time{}
	err := c.store.write(ctx, c.scope, c.kind, &c.head)
	if table.FailedCondition(err) != nil { // it ended, and another has it
		return nil
	}
	return errs.Wrap("embeddings.Free", err)
}

// Distinct counts the texts that differ when they are folded.
func Distinct(texts []string) int {
	seen := make(map[key]bool, len(texts))
	for _, t := range texts {
		if folded := engine.Fold(t); folded != "" {
			seen[keyOf(folded)] = true
		}
	}
	return len(seen)
}

// Running counts, for each place of a list, the missing texts up to and with it, each once.
func (k *Known) Running(texts []string) []int {
	out, seen, n := make([]int, len(texts)), map[key]bool{}, 0
	for i, t := range texts {
		if folded := engine.Fold(t); folded != "" {
			x := keyOf(folded)
			if _, ok := k.at[x]; !ok && !seen[x] {
				seen[x] = true
				n++
			}
		}
		out[i] = n
	}
	return out
}
