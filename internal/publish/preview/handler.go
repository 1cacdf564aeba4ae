package preview

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
)

//go:embed page.html style.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page.html"))

// Sites tells whose a site is. Whoever knows a site's id may read its preview: the id
// cannot be guessed, and the preview is served on the machine's own loopback address.
type Sites interface {
	// Preview gives a Scope that sees the site, and its name; NotFound for an unknown one.
	Preview(ctx context.Context, site string) (s account.Scope, name string, err error)
}

// perPage is the number of posts on a page of the index.
const perPage = 24

// Handler serves the preview sites: /<site>/ is the index, /<site>/<post>/ an article,
// /<site>/pictures/<hash> a picture. It wants an origin of its own: what it shows was
// written by others. It answers GET and HEAD, sets no cookie and runs no script.
func Handler(st Store, sites Sites) http.Handler {
	h := &handler{store: st, sites: sites}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		http.ServeFileFS(w, r, files, "style.css")
	})
	mux.HandleFunc("GET /{site}/{$}", h.index)
	mux.HandleFunc("GET /{site}/{post}/{$}", h.post)
	mux.HandleFunc("GET /{site}/pictures/{sha}", h.picture)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { h.fail(w, notFound()) })
	return fence(mux)
}

// fence keeps what is shown from acting: no scripts, no forms, no frames, no other origin.
func fence(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "+
			"default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

type handler struct {
	store Store
	sites Sites
}

func (h *handler) open(r *http.Request) (*destination, string, error) {
	site := r.PathValue("site")
	scope, name, err := h.sites.Preview(r.Context(), site)
	if err != nil {
		return nil, "", err
	}
	return h.store.Site(scope, site).(*destination), name, nil
}

// page is what page.html draws: an index when Post is nil.
type page struct {
	Site, Title, Description string
	Home                     string
	Posts                    []*post
	Post                     *post
	Doc                      *document
	HTML                     template.HTML
	Total, Page, Pages       int
	Fault                    string
}

// Newer and Older are the neighbours of an index page; 0 for none.
func (p page) Newer() int { return p.Page - 1 }

// Older is the page after this one; 0 for none.
func (p page) Older() int {
	if p.Page >= p.Pages {
		return 0
	}
	return p.Page + 1
}

func (h *handler) index(w http.ResponseWriter, r *http.Request) {
	d, name, err := h.open(r)
	if err != nil {
		h.fail(w, err)
		return
	}
	all, err := d.items.list(r.Context(), d.scope, d.site)
	if err != nil {
		h.fail(w, err)
		return
	}
	slices.SortFunc(all, func(a, b *post) int {
		if c := b.Date.Compare(a.Date); c != 0 {
			return c
		}
		return bytes.Compare([]byte(a.ID), []byte(b.ID))
	})
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		n = 1
	}
	total := max(1, (len(all)+perPage-1)/perPage)
	n = min(n, total)
	first := (n - 1) * perPage
	h.draw(w, http.StatusOK, page{Site: name, Title: name, Home: "./", Posts: all[first:min(first+perPage, len(all))], Total: len(all), Page: n, Pages: total})
}

func (h *handler) post(w http.ResponseWriter, r *http.Request) {
	d, name, err := h.open(r)
	if err != nil {
		h.fail(w, err)
		return
	}
	p, err := d.items.get(r.Context(), d.scope, d.site, r.PathValue("post"))
	if err == nil && p.Status == "trash" {
		err = notFound()
	}
	if err != nil {
		h.fail(w, err)
		return
	}
	doc, err := d.document(r.Context(), p)
	if err != nil {
		h.fail(w, err)
		return
	}
	title := doc.MetaTitle
	if title == "" {
		title = p.Title
	}
	// The document was cleaned before it was stored (publish.Article.Body).
	h.draw(w, http.StatusOK, page{Site: name, Title: title, Description: doc.MetaDescription, Home: "../", Post: p, Doc: doc, HTML: template.HTML(doc.HTML)})
}

var sha = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (h *handler) picture(w http.ResponseWriter, r *http.Request) {
	d, _, err := h.open(r)
	if err != nil {
		h.fail(w, err)
		return
	}
	if !sha.MatchString(r.PathValue("sha")) {
		h.fail(w, notFound())
		return
	}
	file, info, err := blob.Read(r.Context(), h.store.Blobs, blob.Of(d.scope, picturePath(d.site, r.PathValue("sha"))...), maxPicture)
	if err != nil {
		h.fail(w, err)
		return
	}
	if !allowed[info.ContentType] {
		h.fail(w, notFound())
		return
	}
	w.Header().Set("Content-Type", info.ContentType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
}

func (h *handler) draw(w http.ResponseWriter, status int, p page) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "page.html", p); err != nil {
		http.Error(w, "this page could not be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader that has gone is nobody's fault
}

func (h *handler) fail(w http.ResponseWriter, err error) {
	switch errs.KindOf(err) {
	case errs.NotFound:
		h.draw(w, http.StatusNotFound, page{Site: "Preview", Title: "Not found", Fault: "There is nothing at this address."})
	case errs.Unavailable, errs.Exhausted:
		h.draw(w, http.StatusServiceUnavailable, page{Site: "Preview", Title: "Not available", Fault: "This can't be shown just now. Try again in a moment."})
	default:
		h.draw(w, http.StatusInternalServerError, page{Site: "Preview", Title: "Fault", Fault: "Something went wrong on our side."})
	}
}
