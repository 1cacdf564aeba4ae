package wordpress

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Statuses are all that a post can have, named one by one: WordPress's "any" leaves out
// the trash.
var Statuses = []string{"publish", "future", "draft", "pending", "private", "trash"}

// Text is a text field: as stored, and as the site shows it.
type Text struct {
	Raw      string `json:"raw"`
	Rendered string `json:"rendered"`
}

// Post is a post in the edit context.
type Post struct {
	ID         int64   `json:"id"`
	Link       string  `json:"link"`
	Status     string  `json:"status"`
	Slug       string  `json:"slug"`
	Author     int64   `json:"author"`
	Title      Text    `json:"title"`
	Content    Text    `json:"content"`
	Excerpt    Text    `json:"excerpt"`
	Featured   int64   `json:"featured_media"`
	Categories []int64 `json:"categories"`
	Tags       []int64 `json:"tags"`
	Meta       Meta    `json:"meta"`
	Date       Stamp   `json:"date_gmt"`
	Modified   Stamp   `json:"modified_gmt"`
	Links      struct {
		History []struct {
			Count int `json:"count"`
		} `json:"version-history"`
	} `json:"_links"`
}

// Revisions is the number of times that the post was changed and WordPress kept the former
// text; 0 too on a site that keeps none.
func (p *Post) Revisions() int {
	n := 0
	for _, h := range p.Links.History {
		n += h.Count
	}
	return n
}

// Meta are the meta values that the site has registered for REST; no others are taken.
type Meta map[string]any

// UnmarshalJSON takes [] for an empty map, as PHP writes it.
func (m *Meta) UnmarshalJSON(b []byte) error {
	if strings.HasPrefix(strings.TrimSpace(string(b)), "[") {
		*m = nil
		return nil
	}
	return json.Unmarshal(b, (*map[string]any)(m))
}

// Stamp is a time in WordPress's form, UTC without a zone.
type Stamp struct{ time.Time }

// UnmarshalJSON reads the form, and null as the zero time.
func (s *Stamp) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "" {
		return nil
	}
	t, err := time.Parse("2006-01-02T15:04:05", text)
	s.Time = t
	return err
}

// PostInput are the fields to set; those left nil or empty stay as they are.
type PostInput struct {
	Title      *string        `json:"title,omitempty"`
	Content    *string        `json:"content,omitempty"`
	Excerpt    *string        `json:"excerpt,omitempty"`
	Status     string         `json:"status,omitempty"`
	Slug       string         `json:"slug,omitempty"`
	Featured   *int64         `json:"featured_media,omitempty"`
	Categories []int64        `json:"categories,omitempty"`
	Tags       []int64        `json:"tags,omitempty"`
	Meta       map[string]any `json:"meta,omitempty"`
}

var edit = url.Values{"context": {"edit"}}

// Search gives the posts of any status whose stored text holds text, oldest first. It is
// WordPress's own search: look into Content.Raw before you trust a hit.
func (c *Client) Search(ctx context.Context, text string) ([]Post, error) {
	var all []Post
	for page := 1; page <= 10; page++ {
		var some []Post
		err := c.do(ctx, call{method: http.MethodGet, route: "/wp/v2/posts", into: &some, query: url.Values{
			"search": {text}, "status": {strings.Join(Statuses, ",")}, "context": {"edit"}, "orderby": {"id"}, "order": {"asc"},
			"per_page": {"100"}, "page": {strconv.Itoa(page)}}})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < 100 {
			break
		}
	}
	return all, nil
}

// Post reads one post; NotFound when it was deleted for good.
func (c *Client) Post(ctx context.Context, id int64) (*Post, error) {
	var p Post
	return &p, c.do(ctx, call{method: http.MethodGet, route: fmt.Sprintf("/wp/v2/posts/%d", id), query: edit, into: &p})
}

// CreatePost makes a post. It is NOT safe to repeat: WordPress has no unique key.
func (c *Client) CreatePost(ctx context.Context, in PostInput) (*Post, error) {
	var p Post
	return &p, c.do(ctx, call{method: http.MethodPost, route: "/wp/v2/posts", query: edit, body: in, into: &p})
}

// UpdatePost sets fields of a post; safe to repeat.
func (c *Client) UpdatePost(ctx context.Context, id int64, in PostInput) (*Post, error) {
	var p Post
	return &p, c.do(ctx, call{method: http.MethodPut, route: fmt.Sprintf("/wp/v2/posts/%d", id), query: edit, body: in, into: &p})
}

// TrashPost moves a post into the trash, from where a person can take it back. It never
// deletes: Conflict on a site without a trash. A post that is in the trash already stays.
func (c *Client) TrashPost(ctx context.Context, id int64) error {
	err := c.do(ctx, call{method: http.MethodDelete, route: fmt.Sprintf("/wp/v2/posts/%d", id)})
	if r := refusalOf(err); r != nil && r.Code == "rest_already_trashed" {
		return nil
	}
	return err
}
