package stability_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/stability"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/guard"
	lab "github.com/igny8/igny8/internal/lab/ai"
)

func picture(key, model string) ai.ImageRequest {
	return ai.ImageRequest{Key: key, Model: model, Prompt: "A coffee machine on a table", Size: "1024x1024", Quality: "low", Format: "png"}
}

// key is a key that is at hand.
func key(k string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return k, nil }
}

func painter(l *lab.Lab) ai.Image {
	rest, _ := strings.CutPrefix(l.StabilityURL, "http://")
	host, _, _ := strings.Cut(rest, "/")
	return stability.New(stability.Config{Key: key(l.StabilityKey), BaseURL: l.StabilityURL,
		HTTP: guard.New(guard.Options{AllowHosts: []string{host}, Timeout: time.Minute})}).Image()
}

// says answers every call with one body.
func says(t *testing.T, status int, body string) ai.Image {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; type=image/png")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return stability.New(stability.Config{Key: key("k"), BaseURL: s.URL, HTTP: s.Client()}).Image()
}

func want(t *testing.T, err error, kind errs.Kind, code string) *errs.Error {
	t.Helper()
	if err == nil || errs.KindOf(err) != kind || errs.Of(err).Code != code {
		t.Fatalf("got %v, want %s %s", err, kind, code)
	}
	return errs.Of(err)
}

// TestRequestsAreTheDocuments: path, head and form of each of the three services. Stability
// AI has no client of its own for Go that one could compare with.
func TestRequestsAreTheDocuments(t *testing.T) {
	t.Parallel()
	for model, c := range map[string]struct {
		path string
		form map[string][]string
	}{
		"stable-image-core":  {"/v2beta/stable-image/generate/core", nil},
		"stable-image-ultra": {"/v2beta/stable-image/generate/ultra", nil},
		"sd3.5-large-turbo":  {"/v2beta/stable-image/generate/sd3", map[string][]string{"model": {"sd3.5-large-turbo"}}},
	} {
		var got *http.Request
		var form map[string][]string
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r
			kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
			f, err2 := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
			if kind != "multipart/form-data" || err != nil || err2 != nil {
				t.Errorf("%s: %s %v %v", model, kind, err, err2)
				return
			}
			form = f.Value
			_, _ = io.WriteString(w, `{"image":"","finish_reason":"SUCCESS"}`)
		}))
		t.Cleanup(s.Close)
		r := picture("job_1.answer", model)
		r.Size, r.Format = "1216x832", "jpeg"
		if _, err := stability.New(stability.Config{Key: key("k"), BaseURL: s.URL, HTTP: s.Client()}).Image().Draw(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		h := got.Header
		if got.Method != "POST" || got.URL.Path != c.path || h.Get("Authorization") != "Bearer k" || h.Get("Accept") != "application/json" ||
			h.Get("Stability-Client-Id") != "igny8" || h.Get("Stability-Client-User-Id") != "job_1.answer" {
			t.Errorf("%s: %s %s %v", model, got.Method, got.URL.Path, h)
		}
		all := map[string][]string{"prompt": {r.Prompt}, "aspect_ratio": {"3:2"}, "output_format": {"jpeg"}}
		for k, v := range c.form {
			all[k] = v
		}
		if d := cmp.Diff(all, form); d != "" {
			t.Errorf("%s: (- documents, + ours)\n%s", model, d)
		}
	}
}

// TestCostIsTheLedgers: what a picture costs by the registry is what the provider books, for
// each model and size; and the picture has the size that the registry gives it.
func TestCostIsTheLedgers(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	p := painter(l)
	pictures := 0
	for _, m := range ai.Models(ai.KindImage) {
		if m.Provider != ai.ProviderStability {
			continue
		}
		for i, size := range m.Sizes {
			if i > 1 && m.ID != ai.StabilityModel {
				continue
			}
			r := picture(m.ID+size, m.ID)
			r.Size = size
			a, err := p.Draw(t.Context(), r)
			if err != nil {
				t.Fatalf("%s %s: %v", m.ID, size, err)
			}
			calls := l.Requests("", r.Key)
			if len(calls) != 1 || a.Usage.CostUSD == 0 || int64(math.Round(calls[0].USD*1e6)) != int64(a.Usage.CostUSD) || a.Usage.Images != int64(calls[0].Images) || a.Usage.Images != 1 {
				t.Errorf("%s: usage %+v, the ledger %+v", r.Key, a.Usage, calls)
			}
			if a.Usage.Provider != ai.ProviderStability || a.Usage.Model != m.ID || a.Usage.RequestID == "" || a.Usage.PriceDate != ai.PriceDate {
				t.Errorf("%s: %+v", r.Key, a.Usage)
			}
			pic, err := p.Read(r, a)
			if err != nil || size != sizeOf(pic) || pic.ContentType != "image/png" {
				t.Errorf("%s: %s %s %v", r.Key, pic.ContentType, sizeOf(pic), err)
			}
			pictures++
		}
	}
	if total := l.Ledger().Total; pictures != 19 || total.Images != pictures {
		t.Errorf("%d pictures, the ledger %+v", pictures, total)
	}
}

func sizeOf(p ai.Picture) string {
	return strings.Join([]string{decimal(p.Width), decimal(p.Height)}, "x")
}

func decimal(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func TestPictures(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	p := painter(l)
	for _, format := range []string{"png", "jpeg", "webp"} {
		r := picture("k", ai.StabilityModel)
		r.Format, r.Size = format, "1216x832"
		for kind, code := range map[string]string{"": "", "image_wrong_type": "wrong_type", "image_wrong_size": "wrong_size", "image_corrupt": "corrupt", "image_empty": "empty"} {
			l.Reset()
			if kind != "" {
				l.Fault(lab.Fault{Kind: kind})
			}
			a, err := p.Draw(t.Context(), r)
			if err != nil {
				t.Fatalf("%s %s: %v", format, kind, err)
			}
			pic, err := p.Read(r, a)
			if code == "" && (err != nil || pic.ContentType != "image/"+format) || code != "" && (err == nil || errs.Of(err).Code != code || errs.Of(err).Cause != errs.Provider) {
				t.Errorf("%s %s: got %v, want %q", format, kind, err, code)
			}
		}
	}
	l.Reset()
	r := picture("k", "sd3.5-medium")
	r.Format = "webp"
	_, err := p.Draw(t.Context(), r)
	_ = want(t, err, errs.Invalid, "format_unknown")
	r = picture("k", ai.StabilityModel)
	r.Size = "1536x1024"
	_, err = p.Draw(t.Context(), r)
	_ = want(t, err, errs.Invalid, "size_unknown")
	_, err = p.Draw(t.Context(), picture("k", ai.DefaultImageModel))
	_ = want(t, err, errs.Invalid, "wrong_kind")
	if n := len(l.Requests("", "")); n != 0 {
		t.Fatalf("%d calls; what can't be drawn needs no call", n)
	}
}

// TestNoPicture: a filter, before and after, and an account without money.
func TestNoPicture(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	p := painter(l)
	r := picture("k", ai.StabilityModel)
	l.Fault(lab.Fault{Kind: "refusal"})
	_, err := p.Draw(t.Context(), r)
	if e := want(t, err, errs.Invalid, "blocked"); e.Cause != errs.Input {
		t.Errorf("cause %s", e.Cause)
	}
	l.Reset()
	l.Fault(lab.Fault{Kind: "content_filter"})
	a, err := p.Draw(t.Context(), r)
	if err != nil || a.Usage.CostUSD != 0 || l.Ledger().Total.USD != 0 {
		t.Fatalf("a spoiled picture is not paid for: %+v %v", a.Usage, err)
	}
	_, err = p.Read(r, a)
	if e := want(t, err, errs.Invalid, "blocked"); e.Cause != errs.Input {
		t.Errorf("cause %s", e.Cause)
	}
	l.Reset()
	l.Credits(2)
	_, err = p.Draw(t.Context(), r)
	_ = want(t, err, errs.Forbidden, "quota")
}

// TestShapes: a larger picture of the shape asked for is as good; another shape, or a small
// one, is not.
func TestShapes(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	for size, ok := range map[string]bool{"1216x832": true, "1344x768": false, "832x1216": false, "1024x1024": false} {
		r := picture("k", ai.StabilityModel)
		r.Size = size
		a, err := painter(l).Draw(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		r.Size = "" // the model's first: 1216x832
		if _, err := painter(l).Read(r, a); (err == nil) != ok {
			t.Errorf("%s: %v", size, err)
		}
	}
	for name, body := range map[string]string{
		"no base64":         `{"image":"?","finish_reason":"SUCCESS"}`,
		"no picture in it":  `{"image":"` + base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n")) + `","finish_reason":"SUCCESS"}`,
		"an unknown finish": `{"image":"AAAA","finish_reason":"ERROR"}`,
	} {
		p, r := says(t, 200, body), picture("k", ai.StabilityModel)
		a, err := p.Draw(t.Context(), r)
		if err != nil || string(a.Raw) != body {
			t.Fatalf("%s: %q %v", name, a.Raw, err)
		}
		if _, err := p.Read(r, a); err == nil || errs.Of(err).Code != "corrupt" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		kind   errs.Kind
		code   string
	}{
		"no key of theirs":         {401, `{"name":"unauthorized","errors":["no"]}`, errs.Unauthenticated, "key_refused"},
		"no money":                 {402, `{"name":"payment_required","errors":["no"]}`, errs.Forbidden, "quota"},
		"forbidden for its words":  {403, `{"name":"content_moderation","errors":["no"]}`, errs.Invalid, "blocked"},
		"forbidden for this key":   {403, `{"name":"forbidden","errors":["no"]}`, errs.Forbidden, "not_allowed"},
		"a wrong request":          {400, `{"name":"bad_request","errors":["prompt: is required"]}`, errs.Invalid, "request_refused"},
		"too large a request":      {413, `{"name":"payload_too_large","errors":["no"]}`, errs.Invalid, "request_too_large"},
		"too many requests":        {429, `{"name":"rate_limit_exceeded","errors":["no"]}`, errs.Exhausted, "rate_limited"},
		"their fault":              {500, `{"name":"internal_error","errors":["no"]}`, errs.Unavailable, "provider_down"},
		"an error page of a proxy": {502, `<html>`, errs.Unavailable, "provider_down"},
		"half an answer":           {200, `{"image":"AAA`, errs.Unavailable, "truncated"},
	} {
		_, err := says(t, tc.status, tc.body).Draw(t.Context(), picture("k", ai.StabilityModel))
		if e := errs.Of(err); err == nil || e.Kind != tc.kind || e.Code != tc.code || !strings.Contains(e.Message, "Stability AI") {
			t.Errorf("%s: %v, want %s %s", name, err, tc.kind, tc.code)
		}
	}
}
