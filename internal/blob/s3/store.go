// Package s3 is the blob driver on Amazon S3: one object for each blob, under its path.
//
// The role that calls needs s3:GetObject, PutObject and DeleteObject on the objects and
// s3:ListBucket on the bucket itself: without that one S3 answers a read of an absent object
// with 403 and not 404, so that Open gives Internal where NotFound is meant, and a download
// address of an absent blob answers 403.
//
// An address is no longer good than the credentials that signed it: those of a function's
// role end after some hours, whatever the ttl.
package s3

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/igny8/igny8/internal/blob"
)

// API is what the driver needs of an S3 client; *s3.Client has it.
type API interface {
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

// Presigner signs addresses, without a call; *s3.PresignClient has it.
type Presigner interface {
	PresignPutObject(context.Context, *s3.PutObjectInput, ...func(*s3.PresignOptions)) (*v4.PresignedHTTPRequest, error)
	PresignGetObject(context.Context, *s3.GetObjectInput, ...func(*s3.PresignOptions)) (*v4.PresignedHTTPRequest, error)
}

// Store is the driver. It is safe for concurrent use.
type Store struct {
	api     API
	presign Presigner
	bucket  string
}

var _ blob.Store = (*Store)(nil)

// New makes a Store in the bucket of that name. The client's own retries are used for all
// but PutNew; path style and endpoint are the client's as well.
func New(client API, presigner Presigner, bucket string) *Store {
	return &Store{api: client, presign: presigner, bucket: bucket}
}

// Open is New with clients made from the configuration; nothing is called. Path style puts
// the bucket's name into the path, as emulators want it.
func Open(c aws.Config, bucket string, pathStyle bool) *Store {
	client := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = pathStyle })
	return New(client, s3.NewPresignClient(client), bucket)
}

// Put implements blob.Store.
func (s *Store) Put(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	in, err := s.put(n, contentType, content)
	if err != nil {
		return err
	}
	_, err = s.api.PutObject(ctx, in)
	return fault("put", err)
}

// mark is the metadata by which a PutNew knows its own write again.
const mark = "igny8-write"

// PutNew implements blob.Store. It is repeated here and not by the client: when an answer
// was lost and the repeat finds the blob there, its mark tells whose write that was. After
// an Unavailable the blob may be there.
func (s *Store) PutNew(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	in, err := s.put(n, contentType, content)
	if err != nil {
		return err
	}
	in.IfNoneMatch, in.Metadata = aws.String("*"), map[string]string{mark: rand.Text()}
	unsure, err := repeat(ctx, func() error {
		in.Body = bytes.NewReader(content)
		_, err := s.api.PutObject(ctx, in, once)
		return err
	})
	if unsure && codeOf(err) == exists {
		return s.ours(ctx, in)
	}
	return fault("put new", err)
}

// ours tells whether the blob that is there is the one of this write; Conflict otherwise.
func (s *Store) ours(ctx context.Context, in *s3.PutObjectInput) error {
	out, err := s.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: in.Bucket, Key: in.Key})
	switch {
	case err != nil:
		return lost("put new", err) // deleted meanwhile, too: a repeat can tell
	case out.Metadata[mark] != in.Metadata[mark]:
		return taken()
	}
	return nil
}

// put is a write whose content S3 itself holds against the checksum.
func (s *Store) put(n blob.Name, contentType string, content []byte) (*s3.PutObjectInput, error) {
	path, err := check(n, contentType)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	return &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &path, ContentType: &contentType, Body: bytes.NewReader(content),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
	}, nil
}

func check(n blob.Name, contentType string) (string, error) {
	path, err := n.Path()
	if err != nil {
		return "", err
	}
	return path, blob.CheckType(contentType)
}

// Open implements blob.Store. The content comes as it is read; the client holds it against
// the checksum that S3 keeps, and the last Read fails when they differ.
func (s *Store) Open(ctx context.Context, n blob.Name) (io.ReadCloser, blob.Info, error) {
	path, err := n.Path()
	if err != nil {
		return nil, blob.Info{}, err
	}
	out, err := s.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &path, ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		return nil, blob.Info{}, fault("open", err)
	}
	return reader{out.Body}, blob.Info{
		Size: aws.ToInt64(out.ContentLength), ContentType: aws.ToString(out.ContentType),
		SHA256: sumOf(out.ChecksumSHA256), Modified: aws.ToTime(out.LastModified),
	}, nil
}

// sumOf is a checksum in hex; empty when S3 keeps another one, as after an upload by address.
func sumOf(stored *string) string {
	sum, err := base64.StdEncoding.DecodeString(aws.ToString(stored))
	if err != nil || len(sum) != sha256.Size {
		return ""
	}
	return hex.EncodeToString(sum)
}

// reader gives a connection that broke its kind.
type reader struct{ io.ReadCloser }

func (r reader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a reader's end is this very value
		err = lost("read", err)
	}
	return n, err
}

// Delete implements blob.Store.
func (s *Store) Delete(ctx context.Context, n blob.Name) error {
	path, err := n.Path()
	if err != nil {
		return err
	}
	_, err = s.api.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &path})
	return fault("delete", err)
}

// UploadURL implements blob.Store. Type and size are signed headers, so S3 refuses any
// other, fewer bytes too. No checksum is asked for, since only the uploader knows it.
func (s *Store) UploadURL(ctx context.Context, n blob.Name, contentType string, size int64, ttl time.Duration) (string, error) {
	path, err := check(n, contentType)
	if err != nil {
		return "", err
	}
	if err := blob.CheckAddress(size, ttl); err != nil {
		return "", err
	}
	in := &s3.PutObjectInput{Bucket: &s.bucket, Key: &path, ContentType: &contentType, ContentLength: &size}
	return address(s.presign.PresignPutObject(ctx, in, s3.WithPresignExpires(ttl), bare))
}

// DownloadURL implements blob.Store.
func (s *Store) DownloadURL(ctx context.Context, n blob.Name, ttl time.Duration) (string, error) {
	path, err := n.Path()
	if err != nil {
		return "", err
	}
	if err := blob.CheckAddress(1, ttl); err != nil {
		return "", err
	}
	return address(s.presign.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &path}, s3.WithPresignExpires(ttl)))
}

func address(signed *v4.PresignedHTTPRequest, err error) (string, error) {
	if err != nil {
		return "", fault("sign", err)
	}
	return signed.URL, nil
}

// bare keeps the client from signing a checksum of content that it does not have.
func bare(o *s3.PresignOptions) {
	o.ClientOptions = append(o.ClientOptions, func(c *s3.Options) {
		c.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	})
}
