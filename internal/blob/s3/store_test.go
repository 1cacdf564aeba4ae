package s3_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/errs"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func name(part string) blob.Name { return blob.Of(account.Mint(account.Grant{Account: "acc_1"}), part) }

// answer is one of S3's on the wire; the zero one is a connection that broke.
type answer struct {
	status int
	code   string // of an error
	body   io.Reader
	header http.Header
	echo   bool // gives the mark of the first request back
}

// wire answers a real client's requests in turn, the last answer for ever.
type wire struct {
	answers []answer
	asked   []*http.Request
}

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	w.asked = append(w.asked, r)
	a := w.answers[min(len(w.asked), len(w.answers))-1]
	if a.status == 0 {
		return nil, errors.New("connection reset")
	}
	if a.code != "" {
		a.body = strings.NewReader("<Error><Code>" + a.code + "</Code><Message>m</Message></Error>")
	}
	if a.body == nil {
		a.body = strings.NewReader("")
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	if a.echo {
		a.header.Set("X-Amz-Meta-Igny8-Write", w.asked[0].Header.Get("X-Amz-Meta-Igny8-Write"))
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(a.body), Request: r}, nil
}

func open(w *wire, change ...func(*sdk.Options)) *s3.Store {
	client := sdk.New(sdk.Options{
		Region: "eu-west-1", HTTPClient: w, RetryMaxAttempts: 3,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}, change...)
	return s3.New(client, sdk.NewPresignClient(client), "bucket")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const done = errs.Kind(255)
	put := func(ctx context.Context, s *s3.Store) error {
		return s.Put(ctx, name("a"), "text/plain", []byte("x"))
	}
	create := func(ctx context.Context, s *s3.Store) error {
		return s.PutNew(ctx, name("a"), "text/plain", []byte("x"))
	}
	read := func(ctx context.Context, s *s3.Store) error {
		_, _, err := s.Open(ctx, name("a"))
		return err
	}
	remove := func(ctx context.Context, s *s3.Store) error { return s.Delete(ctx, name("a")) }
	ok, broken, slow := answer{status: 200}, answer{}, answer{status: 503, code: "SlowDown"}
	there, met := answer{status: 412, code: "PreconditionFailed"}, answer{status: 409, code: "ConditionalRequestConflict"}
	cases := []struct {
		name    string
		call    func(context.Context, *s3.Store) error
		answers []answer
		calls   int
		want    errs.Kind
	}{
		{"absent", read, []answer{{status: 404, code: "NoSuchKey"}}, 1, errs.NotFound},
		{"no bucket", read, []answer{{status: 404, code: "NoSuchBucket"}}, 1, errs.Internal},
		{"no permission to read", read, []answer{{status: 403, code: "AccessDenied"}}, 1, errs.Internal},
		{"no permission to write", put, []answer{{status: 403, code: "AccessDenied"}}, 1, errs.Internal},
		{"another region", put, []answer{{status: 301, code: "PermanentRedirect"}}, 1, errs.Internal},
		{"put, busy once", put, []answer{slow, ok}, 2, done},
		{"put, busy", put, []answer{slow}, 3, errs.Unavailable},
		{"put, no answer", put, []answer{broken}, 3, errs.Unavailable},
		{"put, server fault", put, []answer{{status: 500, code: "InternalError"}}, 3, errs.Unavailable},
		{"put, a proxy's fault", put, []answer{{status: 502}}, 3, errs.Unavailable},
		{"put, damaged on the way", put, []answer{{status: 400, code: "BadDigest"}}, 1, errs.Unavailable},
		{"put, slow sender", put, []answer{{status: 400, code: "RequestTimeout"}}, 3, errs.Unavailable},
		{"delete, no answer", remove, []answer{broken, {status: 204}}, 2, done},
		{"new, there", create, []answer{there}, 1, errs.Conflict},
		{"new, met another write", create, []answer{met, slow, ok}, 3, done},
		{"new, met another write that won", create, []answer{met, there}, 2, errs.Conflict},
		{"new, meets others for ever", create, []answer{met}, 6, errs.Unavailable},
		{"new, no answer", create, []answer{broken}, 6, errs.Unavailable},
		{"new, server fault, not done", create, []answer{{status: 500, code: "InternalError"}, ok}, 2, done},
		{"new, no answer, was done", create, []answer{broken, there, {status: 200, echo: true}}, 3, done},
		{"new, no answer, another was faster", create, []answer{broken, there, ok}, 3, errs.Conflict},
		{"new, no answer, gone since", create, []answer{broken, there, {status: 404}}, 3, errs.Unavailable},
		{"new, another's after a refusal", create, []answer{slow, there}, 2, errs.Conflict},
		{"new, no permission", create, []answer{{status: 403, code: "AccessDenied"}}, 1, errs.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answers: c.answers}
				err := c.call(t.Context(), open(w))
				if (c.want == done) != (err == nil) || (err != nil && errs.KindOf(err) != c.want) {
					t.Errorf("got %v, want kind %v", err, c.want)
				}
				if len(w.asked) != c.calls {
					t.Errorf("%d calls, want %d", len(w.asked), c.calls)
				}
			})
		})
	}
}

func TestEndedContextEndsTheWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
		defer cancel()
		err := open(&wire{answers: []answer{{status: 503, code: "SlowDown"}}}).PutNew(ctx, name("a"), "text/plain", nil)
		if !errs.Is(err, errs.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want unavailable with the context's error", err)
		}
	})
}

// TestWriteNamesItsChecksum: S3 is given what it has to hold the content against.
func TestWriteNamesItsChecksum(t *testing.T) {
	t.Parallel()
	w := &wire{answers: []answer{{status: 200}}}
	must(t, open(w).Put(t.Context(), name("a"), "text/plain", []byte("content")))
	must(t, open(w).PutNew(t.Context(), name("a"), "text/plain", []byte("content")))
	sum := sha256.Sum256([]byte("content"))
	for i, r := range w.asked {
		if got := r.Header.Get("x-amz-checksum-sha256"); got != base64.StdEncoding.EncodeToString(sum[:]) {
			t.Errorf("checksum %q in %v", got, r.Header)
		}
		if got, want := r.Header.Get("If-None-Match"), []string{"", "*"}[i]; got != want || r.Header.Get("Content-Type") != "text/plain" || r.ContentLength != 7 {
			t.Errorf("headers %v, If-None-Match %q", r.Header, want)
		}
	}
}

// TestReadHoldsTheChecksum: damaged and broken content fails the read, and a blob whose
// checksum is of another kind, as after an upload by address, is read without one.
func TestReadHoldsTheChecksum(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("content"))
	header := func(kind, value string) http.Header {
		h := http.Header{}
		h.Set("X-Amz-Checksum-"+kind, value)
		return h
	}
	stored := base64.StdEncoding.EncodeToString(sum[:])
	for _, c := range []struct {
		name string
		body io.Reader
		head http.Header
		want string // SHA256
		kind errs.Kind
	}{
		{"whole", strings.NewReader("content"), header("Sha256", stored), hex.EncodeToString(sum[:]), 255},
		{"damaged", strings.NewReader("c0ntent"), header("Sha256", stored), hex.EncodeToString(sum[:]), errs.Unavailable},
		{"cut", io.MultiReader(strings.NewReader("con"), cut{}), header("Sha256", stored), hex.EncodeToString(sum[:]), errs.Unavailable},
		{"other checksum", strings.NewReader("content"), header("Crc32", crc("content")), "", 255},
		{"no checksum", strings.NewReader("content"), http.Header{}, "", 255},
	} {
		w := &wire{answers: []answer{{status: 200, body: c.body, header: c.head}}}
		r, info, err := open(w).Open(t.Context(), name("a"))
		must(t, err)
		_, err = io.ReadAll(r)
		must(t, r.Close())
		if (c.kind == 255) != (err == nil) || (err != nil && errs.KindOf(err) != c.kind) {
			t.Errorf("%s: %v", c.name, err)
		}
		if info.SHA256 != c.want {
			t.Errorf("%s: info says %q", c.name, info.SHA256)
		}
		if w.asked[0].Header.Get("x-amz-checksum-mode") != "ENABLED" {
			t.Errorf("%s: no checksum was asked for", c.name)
		}
	}
}

func crc(text string) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestAddressesAreBound: what S3 refuses, it refuses because it is signed.
func TestAddressesAreBound(t *testing.T) {
	t.Parallel()
	w := &wire{}
	s := open(w, func(o *sdk.Options) { o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported })
	up, err := s.UploadURL(t.Context(), name("a.csv"), "text/csv", 5, 90*time.Second)
	must(t, err)
	down, err := s.DownloadURL(t.Context(), name("a.csv"), blob.MaxTTL)
	must(t, err)
	for _, c := range []struct{ url, expires, signed string }{
		{up, "90", "content-length;content-type;host"},
		{down, "604800", "host"},
	} {
		u, err := url.Parse(c.url)
		must(t, err)
		q := u.Query()
		if u.Host != "bucket.s3.eu-west-1.amazonaws.com" || u.Path != "/A/acc_1/a.csv" {
			t.Errorf("address of %s%s", u.Host, u.Path)
		}
		if q.Get("X-Amz-Expires") != c.expires || q.Get("X-Amz-SignedHeaders") != c.signed || q.Get("X-Amz-Signature") == "" {
			t.Errorf("signed %v", q)
		}
		for name := range q {
			if strings.Contains(strings.ToLower(name), "checksum") {
				t.Errorf("the address asks for %s", name)
			}
		}
	}
	if len(w.asked) > 0 {
		t.Errorf("%d calls for addresses, want none", len(w.asked))
	}
}

// TestSigningFails: credentials that can't be had are no fault of the caller's.
func TestSigningFails(t *testing.T) {
	t.Parallel()
	s := open(&wire{}, func(o *sdk.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, errors.New("no credentials")
		})
	})
	_, up := s.UploadURL(t.Context(), name("a"), "text/csv", 5, time.Minute)
	_, down := s.DownloadURL(t.Context(), name("a"), time.Minute)
	for _, err := range []error{up, down} {
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("got %v, want unavailable", err)
		}
	}
}
