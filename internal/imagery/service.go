package imagery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	records record.Store[Image]
	blobs   blob.Store
}

// NewService makes a Service on a table and a blob store.
func NewService(t table.Table, b blob.Store, c clock.Clock) *Service {
	return &Service{records: record.NewStore(kind, t, c), blobs: b}
}

// Filter narrows a list; its zero value takes all.
type Filter struct {
	Status    Status
	ImageType Type
	Content   string
}

func (f Filter) takes(i Image) bool {
	return !i.Deleted && (f.Status == "" || i.Status == f.Status) && (f.ImageType == "" || i.ImageType == f.ImageType) &&
		(f.Content == "" || i.Content == f.Content)
}

// List reads a site's pictures: oldest first, those of one content together, the featured
// one before the others, these by position. NotFound when the Scope does not see the site.
func (v *Service) List(ctx context.Context, s account.Scope, site string, f Filter) ([]Image, error) {
	return v.records.List(ctx, s, site, f.takes, Compare)
}

// Each gives every picture of a site but the deleted ones, in no particular order, and holds
// few of them: for whoever looks for some among many. After an error there is nothing more.
func (v *Service) Each(ctx context.Context, s account.Scope, site string) iter.Seq2[Image, error] {
	return v.records.Each(ctx, s, site)
}

// Some reads the pictures with those ids that are there, in no particular order.
func (v *Service) Some(ctx context.Context, s account.Scope, site string, ids []string) ([]Image, error) {
	list, err := v.some(ctx, s, site, ids)
	return list, errs.Wrap("some images", err)
}

// some reads the pictures with those ids that are there.
func (v *Service) some(ctx context.Context, s account.Scope, site string, ids []string) ([]Image, error) {
	have, err := v.records.Some(ctx, s, site, ids)
	out := make([]Image, 0, len(have))
	for _, i := range have {
		if !i.Deleted {
			out = append(out, i)
		}
	}
	return out, err
}

// Compare is the order of List: the oldest first, those of a content in their places.
func Compare(a, b Image) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.Content, b.Content),
		strings.Compare(string(a.ImageType), string(b.ImageType)), cmp.Compare(a.Position, b.Position))
}

// Get reads one picture; NotFound when absent.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Image, error) {
	return v.records.Get(ctx, s, site, id)
}

// OfContent reads the pictures of one content by their keys: the featured one and the
// in-article ones of the positions below expected-1, in that order, those that are there.
func (v *Service) OfContent(ctx context.Context, s account.Scope, site, content string, expected int) ([]Image, error) {
	if expected <= 0 {
		return nil, nil
	}
	ids := []string{ID(content, Featured, 0)}
	for n := range expected - 1 {
		ids = append(ids, ID(content, InArticle, n))
	}
	list, err := v.some(ctx, s, site, ids)
	slices.SortFunc(list, func(a, b Image) int {
		return cmp.Or(strings.Compare(string(a.ImageType), string(b.ImageType)), cmp.Compare(a.Position, b.Position))
	})
	return list, errs.Wrap("images of content", err)
}

// StoreFile writes what job drew to the blob store, under the job's id. The item itself is
// not written: GeneratedOp goes into a transaction after. Safe to repeat.
func (v *Service) StoreFile(ctx context.Context, s account.Scope, site, job, contentType string, width, height int, content []byte) (File, error) {
	ext := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}[contentType]
	if ext == "" {
		return File{}, errs.New(errs.Invalid, "wrong_type", "a picture has to be PNG, JPEG or WebP").Because(errs.Provider)
	}
	sum := sha256.Sum256(content)
	f := File{Name: job + ext, ContentType: contentType, Width: width, Height: height, SHA256: hex.EncodeToString(sum[:])}
	return f, errs.Wrap("store image file", v.blobs.Put(ctx, fileName(s, site, f.Name), contentType, content))
}

// Open reads a generated picture's file; NotFound when it was not generated. The caller
// closes it.
func (v *Service) Open(ctx context.Context, s account.Scope, site string, i Image) (io.ReadCloser, blob.Info, error) {
	if i.Status != Generated || i.File == "" {
		return nil, blob.Info{}, errs.New(errs.NotFound, "not_found", "this picture is not drawn yet")
	}
	r, info, err := v.blobs.Open(ctx, fileName(s, site, i.File))
	return r, info, errs.Wrap("open image file", err)
}
