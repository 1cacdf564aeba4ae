package upload_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/upload"
)

const editor, other = apitest.As("editor@acc_1"), apitest.As("editor@acc_2")

func service(t *testing.T) (*apitest.Kit, *upload.Service, http.Handler, *blobs.Store) {
	t.Helper()
	k := apitest.NewKit(t)
	store, err := blobs.Open(t.TempDir(), "http://files.example/files", []byte("0123456789abcdef0123456789abcdef"), k.Clock)
	if err != nil {
		t.Fatal(err)
	}
	v := upload.New(upload.Options{Blob: store, Table: k.Table, Clock: k.Clock, IDs: k.IDs, MaxSize: 1000})
	return k, v, k.Handler(t, v.Routes()), store
}

func TestUpload(t *testing.T) {
	t.Parallel()
	_, v, h, store := service(t)
	body := apitest.Scenario{Name: "start", As: editor, Method: "POST", Path: "/v1/system/uploads/", Body: `{"filename":"C:\\lists\\socks.csv","content_type":"Text/CSV; charset=utf-8","size":8}`, Status: 201, Has: []string{`"method":"PUT"`, `"id":"upl_`, `"expires_at":"2026-05-04T10:15:00Z"`}}.Run(t, h)
	var got struct{ Data upload.Ticket }
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Open(t.Context(), editor.Scope(), got.Data.ID); errs.Of(err).Code != "upload_empty" {
		t.Errorf("before it was sent: %v", err)
	}
	u, err := url.Parse(got.Data.UploadURL)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(got.Data.Method, u.RequestURI(), strings.NewReader("keyword\n"))
	for name, value := range got.Data.Headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	store.Handler().ServeHTTP(w, r)
	if w.Code/100 != 2 {
		t.Fatalf("PUT: %d %s", w.Code, w.Body)
	}
	file, f, err := v.Open(t.Context(), editor.Scope(), got.Data.ID)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if err != nil || string(content) != "keyword\n" || f.Filename != "socks.csv" || f.Size != 8 || f.ContentType != "text/csv" {
		t.Errorf("%q %+v %v", content, f, err)
	}
	if _, _, err := v.Open(t.Context(), other.Scope(), got.Data.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another tenant opens it: %v", err)
	}
	if err := v.Discard(t.Context(), editor.Scope(), got.Data.ID); err != nil {
		t.Error(err)
	}
	if _, _, err := v.Open(t.Context(), editor.Scope(), got.Data.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("after it was discarded: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	_, v, h, _ := service(t)
	for body, has := range map[string]string{
		`{"filename":"a.csv","size":1001}`:                             `"size":["has to be between 1 and 1000 bytes`,
		`{"filename":"a.csv","size":0}`:                                `"size":["has to be between`,
		`{"filename":"/","size":1}`:                                    `"filename":["`,
		`{"filename":"a.exe","content_type":"text/html","size":1}`:     `"content_type":["has to be one of`,
		`{"filename":"a.csv"}`:                                         `"size":["is required"]`,
		`{"filename":"` + strings.Repeat("x", 300) + `.csv","size":1}`: `"filename":["`,
	} {
		apitest.Scenario{Name: body, As: editor, Method: "POST", Path: "/v1/system/uploads/", Body: body, Status: 400, Has: []string{has}}.Run(t, h)
	}
	for _, id := range []string{"", "..", "upl_x", "a/b", "#"} {
		if _, _, err := v.Open(t.Context(), editor.Scope(), id); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestPermissionsWalk(t *testing.T) {
	t.Parallel()
	k, v, _, _ := service(t)
	apitest.Walk(t, k, v.Routes())
}
