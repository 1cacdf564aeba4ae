package embedded

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
)

// grant is what an address allows.
type grant struct {
	method      string
	path        string
	contentType string // of an upload
	size        int64  // most bytes of an upload
	expires     int64  // seconds since 1970
}

// sign covers every part of the grant; the lengths keep one part from flowing into another.
func (s *Store) sign(g grant) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "igny8 blob 1\n%s\n%d:%s\n%d:%s\n%d\n%d", g.method, len(g.path), g.path, len(g.contentType), g.contentType, g.size, g.expires)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (s *Store) address(g grant) string {
	q := url.Values{"expires": {strconv.FormatInt(g.expires, 10)}, "signature": {s.sign(g)}}
	if g.method == http.MethodPut {
		q.Set("type", g.contentType)
		q.Set("size", strconv.FormatInt(g.size, 10))
	}
	return s.baseURL() + "/" + g.path + "?" + q.Encode()
}

// UploadURL implements blob.Store.
func (s *Store) UploadURL(ctx context.Context, n blob.Name, contentType string, size int64, ttl time.Duration) (string, error) {
	p, err := check(ctx, n, contentType)
	if err != nil {
		return "", err
	}
	if err := blob.CheckAddress(size, ttl); err != nil {
		return "", err
	}
	return s.address(grant{http.MethodPut, p, contentType, size, s.clock.Now().Add(ttl).Unix()}), nil
}

// DownloadURL implements blob.Store.
func (s *Store) DownloadURL(ctx context.Context, n blob.Name, ttl time.Duration) (string, error) {
	p, err := n.Path()
	if err != nil {
		return "", err
	}
	if err := blob.CheckAddress(1, ttl); err != nil {
		return "", err
	}
	if err := ended(ctx); err != nil {
		return "", err
	}
	return s.address(grant{method: http.MethodGet, path: p, expires: s.clock.Now().Add(ttl).Unix()}), nil
}

// Handler serves the addresses that the Store gives, at the paths below the base URL's
// path (mount it there without http.StripPrefix). 403: a signature that is wrong, altered,
// of another method or expired. Uploads: 413 beyond the size, 415 for another type.
func (s *Store) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harmless(w.Header())
		if r.Method != http.MethodGet && r.Method != http.MethodPut {
			w.Header().Set("Allow", "GET, PUT")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		g, ok := s.granted(r)
		if !ok {
			http.Error(w, "this address is wrong or has expired: ask for a new one", http.StatusForbidden)
			return
		}
		if r.Method == http.MethodGet {
			s.serveGet(w, r, g)
		} else {
			s.servePut(w, r, g)
		}
	})
}

// harmless sets the headers that keep a customer's file from acting as a page of ours, and
// its address, which is a key, from leaking.
func harmless(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
}

// granted reads the grant of a request's address and tells whether we signed it.
func (s *Store) granted(r *http.Request) (grant, bool) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return grant{}, false
	}
	g := grant{method: r.Method, path: strings.TrimPrefix(r.URL.Path, s.basePath()+"/")}
	if g.expires, err = strconv.ParseInt(q.Get("expires"), 10, 64); err != nil {
		return grant{}, false
	}
	if r.Method == http.MethodPut {
		g.contentType = q.Get("type")
		if g.size, err = strconv.ParseInt(q.Get("size"), 10, 64); err != nil {
			return grant{}, false
		}
	}
	same := hmac.Equal([]byte(s.sign(g)), []byte(q.Get("signature")))
	return g, same && s.clock.Now().Unix() < g.expires
}

func (s *Store) basePath() string {
	u, err := url.Parse(s.baseURL())
	if err != nil {
		return ""
	}
	return u.Path
}

// pictures may be shown in a page; everything else, SVG above all, is handed out as a file.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/webp": true, "image/gif": true, "image/avif": true}

func (s *Store) serveGet(w http.ResponseWriter, r *http.Request, g grant) {
	f, h, err := s.open(g.path)
	if err != nil {
		if errs.Is(err, errs.NotFound) {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	defer f.Close()
	disposition := "attachment"
	if kind, _, err := mime.ParseMediaType(h.ContentType); err == nil && pictures[kind] {
		disposition = "inline"
	}
	w.Header().Set("Content-Type", h.ContentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": path.Base(g.path)}))
	w.Header().Set("ETag", `"`+h.SHA256+`"`)
	http.ServeContent(w, r, "", h.Modified, io.NewSectionReader(f, headSize, h.Size))
}

func (s *Store) servePut(w http.ResponseWriter, r *http.Request, g grant) {
	switch {
	case r.Header.Get("Content-Type") != g.contentType:
		http.Error(w, "the Content-Type must be "+g.contentType, http.StatusUnsupportedMediaType)
		return
	case r.ContentLength > g.size:
		http.Error(w, "the file is too large", http.StatusRequestEntityTooLarge)
		return
	}
	body := http.MaxBytesReader(w, r.Body, g.size)
	err := s.write(r.Context(), g.path, g.contentType, body, replace)
	var large *http.MaxBytesError
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.As(err, &large):
		http.Error(w, "the file is too large", http.StatusRequestEntityTooLarge)
	case errors.Is(err, io.ErrUnexpectedEOF):
		http.Error(w, "the upload was cut short: send it again", http.StatusBadRequest)
	default:
		http.Error(w, "the file could not be stored", http.StatusInternalServerError)
	}
}
