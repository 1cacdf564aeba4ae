package upload

import (
	"context"
	"io"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Service hands out addresses and opens what was sent there. Safe for concurrent use.
type Service struct {
	blob  blob.Store
	table table.Table
	clock clock.Clock
	ids   *id.Source
	most  int64
}

// Options are what a Service is made of; all but MaxSize (DefaultMaxSize when 0) are
// required.
type Options struct {
	Blob    blob.Store
	Table   table.Table
	Clock   clock.Clock
	IDs     *id.Source
	MaxSize int64
}

// New makes a Service.
func New(o Options) *Service {
	if o.MaxSize == 0 {
		o.MaxSize = DefaultMaxSize
	}
	return &Service{blob: o.Blob, table: o.Table, clock: o.Clock, ids: o.IDs, most: o.MaxSize}
}

// An upload is one item in the account's partition, UPLOAD#<id>, and one blob, uploads/<id>.

func uploadKey(s account.Scope, id string) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "UPLOAD#" + id}
}

func uploadName(s account.Scope, id string) blob.Name { return blob.Of(s, "uploads", id) }

// Start gives an address for one file. Invalid by field. Each call makes a new upload.
func (v *Service) Start(ctx context.Context, s account.Scope, r Request) (Ticket, error) {
	return v.StartOnce(ctx, s, r, idem.Key{})
}

// StartOnce is Start with a client's key: a second request with it gives a new address of
// the same upload. Conflict when the key was used for another request.
func (v *Service) StartOnce(ctx context.Context, s account.Scope, r Request, key idem.Key) (Ticket, error) {
	r, err := r.clean(v.most)
	if err != nil {
		return Ticket{}, err
	}
	id, err := v.made(ctx, s, key)
	if err == nil && id == "" {
		id, err = v.insert(ctx, s, r, key)
	}
	if err != nil {
		return Ticket{}, errs.Wrap("upload.Start", err)
	}
	url, err := v.blob.UploadURL(ctx, uploadName(s, id), r.ContentType, r.Size, AddressLife)
	if err != nil {
		return Ticket{}, errs.Wrap("upload.Start", err)
	}
	return Ticket{
		ID: id, UploadURL: url, Method: http.MethodPut, Headers: map[string]string{"Content-Type": r.ContentType},
		ExpiresAt: v.clock.Now().Add(AddressLife),
	}, nil
}

// made is the upload that an earlier request with the key made; "" when there was none.
func (v *Service) made(ctx context.Context, s account.Scope, key idem.Key) (string, error) {
	ids, _, err := key.Find(ctx, v.table, s)
	return ids["upload_id"], err
}

func (v *Service) insert(ctx context.Context, s account.Scope, r Request, key idem.Key) (string, error) {
	f := File{ID: v.ids.New("upl"), Filename: r.Filename, ContentType: r.ContentType, Size: r.Size}
	attrs, err := table.Encode(f)
	if err != nil {
		return "", err
	}
	now := v.clock.Now()
	item := table.Item{Key: uploadKey(s, f.ID), Type: "upload", Expires: now.Add(FileLife), Attrs: attrs}
	ops := append(key.Ops(s, map[string]string{"upload_id": f.ID}, now), table.Put(item, table.Absent()))
	if err = v.table.Transact(ctx, ops...); table.FailedCondition(err) != nil {
		// A request with the same key was quicker.
		if id, ferr := v.made(ctx, s, key); id != "" || ferr != nil {
			return id, ferr
		}
	}
	return f.ID, err
}

// Open reads an upload of the Scope's account; the caller closes it. NotFound when there is
// none; Invalid (upload_empty) when its file was not sent yet.
func (v *Service) Open(ctx context.Context, s account.Scope, id string) (io.ReadCloser, File, error) {
	it, err := v.table.Get(ctx, uploadKey(s, id), table.Consistent)
	if err != nil {
		return nil, File{}, errs.Wrap("upload.Open", err)
	}
	var f File
	if err := table.Decode(it.Attrs, &f); err != nil {
		return nil, File{}, errs.Wrap("upload.Open", err)
	}
	r, info, err := v.blob.Open(ctx, uploadName(s, id))
	if errs.Is(err, errs.NotFound) {
		return nil, f, errs.New(errs.Invalid, "upload_empty", "the file was not sent yet: PUT it to the upload_url first")
	}
	if err != nil {
		return nil, f, errs.Wrap("upload.Open", err)
	}
	f.Size = info.Size
	return r, f, nil
}

// Discard deletes an upload and its file. Safe to repeat.
func (v *Service) Discard(ctx context.Context, s account.Scope, id string) error {
	if err := v.blob.Delete(ctx, uploadName(s, id)); err != nil {
		return errs.Wrap("upload.Discard", err)
	}
	return errs.Wrap("upload.Discard", v.table.Write(ctx, table.Delete(uploadKey(s, id))))
}
