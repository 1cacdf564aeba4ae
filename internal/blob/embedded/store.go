// Package embedded is the blob driver of the all-in-one program: one file for each blob
// below a folder, and an http.Handler for the addresses that it signs.
//
// A file is a head of one block (JSON, padded) and the content, so that content type, hash
// and content change together. It is named after the hash of the blob's path: any two
// paths can stand beside each other on any file system, and none leads out of the folder.
package embedded

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
)

const (
	headSize = 4096
	minKey   = 32
	staleAge = time.Hour // no write takes as long
)

// Store is the driver. It is safe for concurrent use.
type Store struct {
	dir   string
	key   []byte
	clock clock.Clock

	mu   sync.RWMutex
	base string
}

var _ blob.Store = (*Store)(nil)

// head is what a file begins with.
type head struct {
	Format      int       `json:"format"`
	Path        string    `json:"path"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"`
	SHA256      string    `json:"sha256"`
	Modified    time.Time `json:"modified"`
}

// Open opens or creates the folder and clears away what writes cut short left there more
// than an hour ago, as Sweep does. Addresses begin with baseURL (see SetBaseURL) and are signed with key,
// at least 32 bytes that stay the same as long as addresses shall work. Invalid: a short key.
func Open(dir, baseURL string, key []byte, c clock.Clock) (*Store, error) {
	if len(key) < minKey {
		return nil, errs.Field("key", "must have at least 32 bytes")
	}
	s := &Store{dir: dir, key: bytes.Clone(key), clock: c}
	s.SetBaseURL(baseURL)
	if err := s.makeFolders(); err != nil {
		return nil, errs.New(errs.Internal, "blob_open", "the folder "+dir+" could not be made ready: check that it may be written").With(err)
	}
	if err := s.Sweep(); err != nil {
		return nil, err
	}
	return s, nil
}

// SetBaseURL sets what addresses begin with, such as http://127.0.0.1:8080/blobs: the
// server's port may be known only later. Handler serves the paths below the base's path.
func (s *Store) SetBaseURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimRight(base, "/")
}

func (s *Store) baseURL() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.base
}

func (s *Store) temps() string { return filepath.Join(s.dir, "tmp") }

func (s *Store) passing() string { return filepath.Join(s.dir, "passing") }

// makeFolders makes all folders at once, so that no write has to make one durable.
func (s *Store) makeFolders() error {
	objects := filepath.Join(s.dir, "objects")
	for _, d := range []string{s.temps(), s.passing(), objects} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	for i := range 256 {
		if err := os.Mkdir(filepath.Join(objects, fmt.Sprintf("%02x", i)), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return errors.Join(syncDir(objects), syncDir(s.dir), syncDir(filepath.Dir(s.dir)))
}

// Sweep removes temporary files that no write can be using any more, and passing blobs that
// are older than blob.PassingDays.
func (s *Store) Sweep() error {
	return errors.Join(s.sweep(s.temps(), staleAge), s.sweep(s.passing(), blob.PassingDays*24*time.Hour))
}

func (s *Store) sweep(folder string, age time.Duration) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fault("sweep", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || s.clock.Now().Sub(info.ModTime()) < age {
			continue // gone meanwhile, or perhaps in use
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault("sweep", err)
		}
	}
	return nil
}

func (s *Store) file(path string) string {
	sum := sha256.Sum256([]byte(path))
	name := hex.EncodeToString(sum[:])
	if blob.Passes(path) {
		return filepath.Join(s.passing(), name)
	}
	return filepath.Join(s.dir, "objects", name[:2], name[2:])
}

// Put implements blob.Store.
func (s *Store) Put(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	path, err := check(ctx, n, contentType)
	if err != nil {
		return err
	}
	return s.write(ctx, path, contentType, bytes.NewReader(content), replace)
}

// PutNew implements blob.Store.
func (s *Store) PutNew(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	path, err := check(ctx, n, contentType)
	if err != nil {
		return err
	}
	return s.write(ctx, path, contentType, bytes.NewReader(content), create)
}

func check(ctx context.Context, n blob.Name, contentType string) (string, error) {
	path, err := n.Path()
	if err != nil {
		return "", err
	}
	if err := blob.CheckType(contentType); err != nil {
		return "", err
	}
	return path, ended(ctx)
}

// replace puts the finished file in the place of a former one.
func replace(temp, final string) error { return os.Rename(temp, final) }

// create puts the finished file where there is none: a link fails on an existing name.
func create(temp, final string) error {
	if err := os.Link(temp, final); err != nil {
		return err
	}
	return os.Remove(temp)
}

// write stores content under a temporary name, makes it durable and then shows it.
func (s *Store) write(ctx context.Context, path, contentType string, content io.Reader, show func(temp, final string) error) (err error) {
	f, err := os.CreateTemp(s.temps(), "w-")
	if err != nil {
		return fault("write", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := s.fill(f, path, contentType, content); err != nil {
		return err
	}
	if err := ended(ctx); err != nil {
		return err
	}
	final := s.file(path)
	switch err := show(f.Name(), final); {
	case errors.Is(err, fs.ErrExist):
		return errs.New(errs.Conflict, "exists", "there is a file of that name already")
	case err != nil:
		return fault("write", err)
	}
	return fault("write", syncDir(filepath.Dir(final)))
}

// fill writes content and then the head, which has to know its size and hash.
func (s *Store) fill(f *os.File, path, contentType string, content io.Reader) error {
	if _, err := f.Seek(headSize, io.SeekStart); err != nil {
		return fault("write", err)
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), content)
	if err != nil {
		return fault("write", err)
	}
	text, err := json.Marshal(head{
		Format: 1, Path: path, ContentType: contentType, Size: size,
		SHA256: hex.EncodeToString(sum.Sum(nil)), Modified: s.clock.Now(),
	})
	if err != nil || len(text) >= headSize {
		return fault("write", fmt.Errorf("head of %d bytes: %w", len(text), err))
	}
	block := slices.Concat(text, bytes.Repeat([]byte(" "), headSize-len(text)))
	block[headSize-1] = '\n'
	if _, err := f.WriteAt(block, 0); err != nil {
		return fault("write", err)
	}
	return fault("write", errors.Join(f.Sync(), f.Close()))
}

// Open implements blob.Store. The reader checks the content against its hash: when the
// last byte has been read and they differ, it gives an Internal error with code damaged.
func (s *Store) Open(ctx context.Context, n blob.Name) (io.ReadCloser, blob.Info, error) {
	path, err := n.Path()
	if err != nil {
		return nil, blob.Info{}, err
	}
	if err := ended(ctx); err != nil {
		return nil, blob.Info{}, err
	}
	f, h, err := s.open(path)
	if err != nil {
		return nil, blob.Info{}, err
	}
	info := blob.Info{Size: h.Size, ContentType: h.ContentType, SHA256: h.SHA256, Modified: h.Modified}
	return &reader{file: f, sum: sha256.New(), want: h.SHA256}, info, nil
}

// open gives the file, at the start of its content.
func (s *Store) open(path string) (*os.File, head, error) {
	f, err := os.Open(s.file(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, head{}, errs.New(errs.NotFound, "not_found", "not found")
	}
	if err != nil {
		return nil, head{}, fault("open", err)
	}
	h, err := readHead(f)
	if err == nil && h.Path != path {
		err = fmt.Errorf("the file is %q", h.Path)
	}
	if err != nil {
		_ = f.Close()
		return nil, head{}, damaged(err)
	}
	return f, h, nil
}

func readHead(f *os.File) (h head, err error) {
	block := make([]byte, headSize)
	if _, err := io.ReadFull(f, block); err != nil {
		return h, err
	}
	if err := json.Unmarshal(block, &h); err != nil {
		return h, err
	}
	stat, err := f.Stat()
	if err != nil {
		return h, err
	}
	if h.Format != 1 || stat.Size() != headSize+h.Size {
		return h, fmt.Errorf("format %d, %d bytes on disk, head says %d", h.Format, stat.Size()-headSize, h.Size)
	}
	return h, nil
}

// Delete implements blob.Store.
func (s *Store) Delete(ctx context.Context, n blob.Name) error {
	path, err := n.Path()
	if err != nil {
		return err
	}
	if err := ended(ctx); err != nil {
		return err
	}
	final := s.file(path)
	if err := os.Remove(final); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault("delete", err)
	}
	return fault("delete", syncDir(filepath.Dir(final)))
}

// reader reads a content and compares its hash at the end.
type reader struct {
	file *os.File
	sum  hash.Hash
	want string
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.file.Read(p)
	r.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(r.sum.Sum(nil)) != r.want {
		return n, damaged(errors.New("content does not match its hash"))
	}
	return n, err
}

func (r *reader) Close() error { return r.file.Close() }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return errs.New(errs.Unavailable, "cancelled", "the call was cancelled").With(err)
	}
	return nil
}

func damaged(err error) error {
	return errs.New(errs.Internal, "damaged", "a stored file is damaged: restore it from a backup").With(err)
}

// fault keeps an error that has a kind already; any other is the disk's.
func fault(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *errs.Error
	if errors.As(err, &known) {
		return err
	}
	e := errs.New(errs.Unavailable, "blob_store", "a file could not be read or written: check the disk's free space and rights").With(err)
	e.Op = "blob " + op
	return e
}
