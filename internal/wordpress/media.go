package wordpress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/igny8/igny8/internal/errs"
)

// Media is a file of the media library in the edit context.
type Media struct {
	ID      int64  `json:"id"`
	Slug    string `json:"slug"`
	Source  string `json:"source_url"`
	Alt     string `json:"alt_text"`
	Caption Text   `json:"caption"`
	Title   Text   `json:"title"`
}

// Upload is a file for the media library.
type Upload struct {
	Slug        string // names the file and the entry; look it up before uploading
	ContentType string // image/webp, image/png, image/jpeg, …
	Content     []byte
	Title       string
	Alt         string
	Caption     string
	Post        int64 // the post that it belongs to; 0 for none
}

var extensions = map[string]string{"image/webp": ".webp", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/avif": ".avif"}

// FindMedia gives the file of a slug; NotFound when there is none.
func (c *Client) FindMedia(ctx context.Context, slug string) (*Media, error) {
	var found []Media
	err := c.do(ctx, call{method: http.MethodGet, route: "/wp/v2/media", into: &found, query: url.Values{
		"slug": {slug}, "status": {"inherit"}, "context": {"edit"}, "orderby": {"id"}, "order": {"asc"}}})
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].Slug == slug {
			return &found[i], nil
		}
	}
	return nil, fault(errs.NotFound, "wordpress_not_found", "the media library does not have it")
}

// UploadMedia adds a file with its texts in one request. It is NOT safe to repeat.
func (c *Client) UploadMedia(ctx context.Context, up Upload) (*Media, error) {
	ext, ok := extensions[up.ContentType]
	if !ok {
		return nil, fault(errs.Invalid, "wordpress_file_type", "WordPress does not take pictures of type %q", up.ContentType)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fields := [][2]string{{"slug", up.Slug}, {"title", up.Title}, {"alt_text", up.Alt}, {"caption", up.Caption}}
	if up.Post != 0 {
		fields = append(fields, [2]string{"post", strconv.FormatInt(up.Post, 10)})
	}
	var failed error
	for _, f := range fields {
		failed = errors.Join(failed, form.WriteField(f[0], f[1]))
	}
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s%s"`, up.Slug, ext)}, "Content-Type": {up.ContentType}})
	if err = errors.Join(failed, err); err != nil {
		return nil, errs.New(errs.Internal, "internal", "").With(err)
	}
	_, err = part.Write(up.Content)
	if err = errors.Join(err, form.Close()); err != nil {
		return nil, errs.New(errs.Internal, "internal", "").With(err)
	}
	var m Media
	return &m, c.do(ctx, call{method: http.MethodPost, route: "/wp/v2/media", query: edit, raw: &body, kind: form.FormDataContentType(), into: &m})
}

// DescribeMedia sets the texts of a file; safe to repeat.
func (c *Client) DescribeMedia(ctx context.Context, id int64, title, alt, caption string) (*Media, error) {
	var m Media
	return &m, c.do(ctx, call{method: http.MethodPut, route: fmt.Sprintf("/wp/v2/media/%d", id), query: edit, into: &m,
		body: map[string]string{"title": title, "alt_text": alt, "caption": caption}})
}

// The taxonomies of posts.
const (
	Categories = "categories"
	Tags       = "tags"
)

// Term is a category or a tag.
type Term struct {
	ID   int64  `json:"id"`
	Name string `json:"name"` // with entities, as WordPress stores it
}

// Term gives the category or tag of a name, whatever its case, and makes it when it is
// missing; safe to repeat. Forbidden when it is missing and the role may not make it.
func (c *Client) Term(ctx context.Context, taxonomy, name string) (*Term, error) {
	name = strings.Join(strings.Fields(name), " ")
	found, err := c.searchTerms(ctx, taxonomy, word(name))
	if err != nil {
		return nil, err
	}
	for i := range found {
		if strings.EqualFold(html.UnescapeString(found[i].Name), name) {
			return &found[i], nil
		}
	}
	var made Term
	err = c.do(ctx, call{method: http.MethodPost, route: "/wp/v2/" + taxonomy, query: edit, body: map[string]string{"name": name}, into: &made})
	// Another publisher was faster, or the search missed it: the answer names the term.
	if r := refusalOf(err); r != nil && r.Code == "term_exists" && r.Data.TermID != 0 {
		return &Term{ID: r.Data.TermID, Name: name}, nil
	}
	if err != nil {
		return nil, err
	}
	return &made, nil
}

func (c *Client) searchTerms(ctx context.Context, taxonomy, text string) ([]Term, error) {
	var all []Term
	for page := 1; page <= 10; page++ {
		var some []Term
		err := c.do(ctx, call{method: http.MethodGet, route: "/wp/v2/" + taxonomy, into: &some,
			query: url.Values{"search": {text}, "per_page": {"100"}, "page": {strconv.Itoa(page)}, "context": {"view"}}})
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); len(some) < 100 {
			break
		}
	}
	return all, nil
}

// word is the longest run of letters and digits in a name. WordPress searches in the
// stored form, where "&" is "&amp;", so a whole name may not be found.
func word(name string) string {
	longest := ""
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	if longest == "" {
		return name
	}
	return longest
}

func refusalOf(err error) *refusal {
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}
