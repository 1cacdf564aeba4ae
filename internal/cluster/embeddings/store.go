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

// head says which files there are, and who may add to them. Files stand by the version of the
// head that brought them: one is never written again, another takes its place. So whoever lost
// the claim without knowing changes nothing that others read.
type head struct {
	Files  []int64   `json:"files"`
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

// file is one of a head's files.
type file struct {
	number  int
	version int64
}

func (f file) name(s account.Scope, k Kind, part string) blob.Name {
	return blob.Of(s, "embeddings", k.name(), fmt.Sprintf("%04d-%d-%s", f.number, f.version, part))
}

// The parts of a file: the keys of its rows, and the rows.
const (
	partKeys    = "keys"
	partVectors = "vectors"
)

// place is where a vector lies.
type place struct{ file, row int32 }

// Known is which texts an account has vectors of.
type Known struct {
	kind  Kind
	at    map[key]place
	files []int64
}

// readTries is how often files are looked for: what was in one that is gone is in another,
// which the head tells.
const readTries = 5

// Known reads which texts there are vectors of.
func (st *Store) Known(ctx context.Context, s account.Scope, k Kind) (known *Known, err error) {
	for range readTries {
		known, err = st.keys(ctx, s, k)
		if !errs.Is(err, errs.NotFound) {
			break
		}
	}
	return known, errs.Wrap("embeddings.Known", err)
}

func (st *Store) keys(ctx context.Context, s account.Scope, k Kind) (*Known, error) {
	h, err := st.head(ctx, s, k)
	if err != nil {
		return nil, err
	}
	out := &Known{kind: k, at: map[key]place{}, files: h.Files}
	for f, version := range h.Files {
		keys, err := st.read(ctx, file{f, version}.name(s, k, partKeys), len(key{}))
		if err != nil {
			return nil, err
		}
		for row := range len(keys) / len(key{}) {
			out.at[key(keys[row*len(key{}):])] = place{int32(f), int32(row)} //nolint:gosec // files of some thousand rows
		}
	}
	return out, nil
}

// read reads a file of rows; NotFound when another has taken its place.
func (st *Store) read(ctx context.Context, n blob.Name, row int) ([]byte, error) {
	raw, _, err := blob.Read(ctx, st.blob, n, int64(st.texts*row))
	if err == nil && len(raw)%row != 0 {
		err = broken()
	}
	return raw, err
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
			out = append(out, folded)
		}
	}
	slices.Sort(out)
	return k.Lacks(slices.Compact(out))
}

// Lacks gives those of folded texts, as Missing gave them, of which there is no vector. A text
// is not folded again: that may change it once more.
func (k *Known) Lacks(folded []string) (out []string) {
	for _, t := range folded {
		if _, ok := k.at[keyOf(t)]; !ok {
			out = append(out, t)
		}
	}
	return out
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
// it: to be tried again.
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
	if f, ok := c.head.last(); ok { // nobody but the holder takes it away
		c.last, err = st.read(ctx, f.name(s, k, partVectors), k.row())
	}
	return c, errs.Wrap("embeddings.Claim", err)
}

// busyWait is after how long a claim that another has is tried again: so long that a claim
// which a process left behind ends before a job has tried too often.
const busyWait = 30 * time.Second

// last is the file that is filled up.
func (h head) last() (file, bool) {
	n := len(h.Files) - 1
	if n < 0 {
		return file{}, false
	}
	return file{n, h.Files[n]}, true
}

// Add keeps the vectors of folded texts, as Missing gave them, and tells known of them. A
// file counts once the head names it: whoever lost the claim adds nothing, however late they
// come. After an error the claim is of no use, and what was not added yet is not
// there.
func (c *Claim) Add(ctx context.Context, known *Known, texts []string, vectors [][]float32) error {
	row := c.kind.row()
	for len(texts) > 0 {
		was, filling := c.head.last()
		f := file{was.number, c.head.version + 1} // that of the head that names it
		if filling && len(c.last)/row >= c.store.texts {
			filling = false
			f.number++
			c.last = nil
		}
		n := min(len(texts), c.store.texts-len(c.last)/row)
		places := make(map[key]place, n)
		for i := range n {
			k := keyOf(texts[i])
			places[k] = place{int32(f.number), int32(len(c.last) / row)} //nolint:gosec // files of some thousand rows
			c.last = pack(append(c.last, k[:]...), vectors[i])
		}
		if err := c.put(ctx, f); err != nil {
			return errs.Wrap("embeddings.Add", err)
		}
		if filling { // what reads the old one meanwhile finds the new one by the head
			for _, part := range []string{partKeys, partVectors} {
				_ = c.store.blob.Delete(ctx, was.name(c.scope, c.kind, part)) // else it stays, and nobody reads it
			}
		}
		maps.Copy(known.at, places)
		known.files = c.head.Files
		texts, vectors = texts[n:], vectors[n:]
	}
	return nil
}

// put writes the rows of a file, then the head that names it.
func (c *Claim) put(ctx context.Context, f file) error {
	row := c.kind.row()
	keys := make([]byte, 0, len(c.last)/row*len(key{}))
	for at := 0; at < len(c.last); at += row {
		keys = append(keys, c.last[at:at+len(key{})]...)
	}
	for part, content := range map[string][]byte{partKeys: keys, partVectors: c.last} {
		if err := c.store.blob.Put(ctx, f.name(c.scope, c.kind, part), "application/octet-stream", content); err != nil {
			return err
		}
	}
	c.head.Files = append(slices.Clone(c.head.Files[:f.number]), f.version)
	c.head.Until = c.store.clock.Now().Add(claimLife)
	return c.store.write(ctx, c.scope, c.kind, &c.head)
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
