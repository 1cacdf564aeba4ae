package wordpress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

func fault(kind errs.Kind, code, format string, args ...any) *errs.Error {
	return errs.New(kind, code, fmt.Sprintf(format, args...)).Because(errs.WordPress)
}

// unreachable tells of a request without an answer. A refusal by the guard keeps its kind.
func (c *Client) unreachable(err error) error {
	var own *errs.Error
	if errors.As(err, &own) {
		return own.Because(errs.WordPress)
	}
	if errors.Is(err, context.Canceled) {
		return fault(errs.Unavailable, "wordpress_cancelled", "the call to %s was broken off", c.site.Host).With(err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fault(errs.Unavailable, "wordpress_timeout", "%s did not answer in time: try again, or ask the host why it is slow", c.site.Host).With(err)
	}
	return fault(errs.Unavailable, "wordpress_unreachable", "%s can't be reached: check the address, and that the site is up", c.site.Host).With(err)
}

// refusal is WordPress's own form of an error.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Data    struct {
		TermID int64 `json:"term_id"`
	} `json:"data"`
}

func (r *refusal) Error() string { return r.Code + ": " + r.Message }

// rights names the WordPress right behind a refusal by code.
var rights = map[string]string{
	"rest_cannot_publish":                  "publish_posts",
	"rest_cannot_create":                   "edit_posts",
	"rest_cannot_edit":                     "edit_posts",
	"rest_cannot_edit_others":              "edit_others_posts",
	"rest_cannot_delete":                   "delete_posts",
	"rest_forbidden_status":                "edit_posts",
	"rest_forbidden_context":               "edit_posts",
	"rest_cannot_assign_term":              "assign_categories",
	"rest_user_cannot_delete_post":         "delete_posts",
	"rest_cannot_assign_sticky":            "edit_others_posts",
	"rest_cannot_manage_private_templates": "edit_theme_options",
}

// fault turns an answer of 300 or more into an error.
func (a *answer) fault(c *Client) error {
	var r refusal
	text, isJSON := a.json()
	if isJSON {
		isJSON = json.Unmarshal(text, &r) == nil && r.Code != ""
	}
	wait := retryAfter(a.header)
	switch {
	case a.status < 400:
		return fault(errs.Invalid, "wordpress_redirect", "the site sends us on to %s: use that address for the integration", a.header.Get("Location"))
	case a.status == http.StatusTooManyRequests || (!isJSON && limited(a.body)):
		return fault(errs.Exhausted, "wordpress_rate_limited", "the site asks us to slow down").After(max(wait, 30*time.Second)).With(&r)
	case a.status == http.StatusRequestEntityTooLarge:
		return fault(errs.Exhausted, "wordpress_too_large", "the file is larger than the site accepts: raise upload_max_filesize and post_max_size there").With(&r)
	case !isJSON && a.status >= 500:
		return fault(errs.Unavailable, "wordpress_down", "the site answered with error %d: try again later, or look at its error log", a.status).After(wait)
	case !isJSON:
		return a.htmlFault(c)
	}
	return a.refused(c, &r)
}

// refused tells of an error in WordPress's own form.
func (a *answer) refused(c *Client, r *refusal) error {
	lower := strings.ToLower(r.Code + " " + r.Message)
	switch {
	case a.status == http.StatusUnauthorized:
		return fault(errs.Unauthenticated, "wordpress_login", "WordPress does not accept user %q with this application password: check both; "+
			"if they are right, the web server may drop the Authorization header", c.conf.User).With(r)
	case a.status == http.StatusForbidden:
		return a.forbidden(c, r)
	case a.status == http.StatusNotFound && r.Code == "rest_no_route":
		return fault(errs.Invalid, "wordpress_no_route", "the site's REST API lacks a route that we need: a security plugin may have switched it off").With(r)
	case a.status == http.StatusNotFound || a.status == http.StatusGone:
		return fault(errs.NotFound, "wordpress_not_found", "WordPress does not know it (any more)").With(r)
	case r.Code == "rest_upload_file_too_big" || strings.Contains(r.Code, "limited_space"):
		return fault(errs.Exhausted, "wordpress_too_large", "the file is larger than the site accepts: %s", r.Message).With(r)
	case strings.Contains(lower, "no space left") || strings.Contains(lower, "disk") && strings.Contains(lower, "full") ||
		strings.Contains(lower, "could not be moved") || strings.Contains(lower, "could not write") || strings.Contains(lower, "unable to create directory"):
		return fault(errs.Unavailable, "wordpress_disk", "WordPress could not write the file: its disk may be full or the uploads folder not writable").With(r)
	case strings.Contains(lower, "not allowed to upload this file type"):
		return fault(errs.Invalid, "wordpress_file_type", "WordPress does not accept this kind of picture").With(r)
	case strings.HasPrefix(r.Code, "db_"):
		return fault(errs.Unavailable, "wordpress_database", "WordPress could not write to its database: its disk may be full").With(r)
	case a.status == http.StatusNotImplemented:
		return fault(errs.Conflict, "wordpress_no_trash", "this WordPress has its trash switched off, so nothing was deleted").With(r)
	case a.status >= 500:
		return fault(errs.Unavailable, "wordpress_down", "WordPress failed with %q: try again later, or look at its error log", r.Code).After(retryAfter(a.header)).With(r)
	}
	return fault(errs.Invalid, "wordpress_refused", "WordPress refused: %s", r.Message).With(r)
}

func (a *answer) forbidden(c *Client, r *refusal) error {
	right := rights[r.Code]
	switch {
	case r.Code == "rest_cannot_create" && strings.Contains(r.Message, "terms"):
		right = "manage_categories"
	case r.Code == "rest_cannot_create" && strings.Contains(a.from.String(), "/wp/v2/media"):
		right = "upload_files"
	}
	if right == "" {
		return fault(errs.Forbidden, "wordpress_forbidden", "WordPress refused it to user %q: %s", c.conf.User, r.Message).With(r)
	}
	return fault(errs.Forbidden, "wordpress_role", "user %q may not do this: the role lacks the right %q (an editor or author has it)", c.conf.User, right).With(r)
}

// htmlFault tells of a page where JSON was expected.
func (a *answer) htmlFault(*Client) error {
	switch {
	case limited(a.body):
		return fault(errs.Exhausted, "wordpress_rate_limited", "the site asks us to slow down").After(max(retryAfter(a.header), 30*time.Second))
	case a.status == http.StatusForbidden || a.status == http.StatusNotAcceptable || bytes.Contains(a.body, []byte("cf-challenge")):
		return fault(errs.Forbidden, "wordpress_blocked", "a firewall before the site answered with a page (status %d): let our requests to its REST API through", a.status)
	case a.status == http.StatusUnauthorized:
		return fault(errs.Unauthenticated, "wordpress_login", "the web server asks for a log-in of its own before WordPress: it has to be lifted for the REST API")
	case len(bytes.TrimSpace(a.body)) == 0:
		return fault(errs.Unavailable, "wordpress_empty", "the site answered with nothing: look at its error log")
	}
	return fault(errs.Invalid, "wordpress_html", "the site answered with a web page instead of data: check the address, and that no plugin or page cache has taken over the REST API")
}

// limited tells a page that asks to slow down, whatever its status.
func limited(body []byte) bool {
	lower := bytes.ToLower(body[:min(len(body), 64<<10)])
	for _, words := range []string{"too many requests", "rate limit", "temporarily limited", "error 1015"} {
		if bytes.Contains(lower, []byte(words)) && bytes.Contains(lower, []byte("<")) {
			return true
		}
	}
	return false
}

// retryAfter reads the header in both of its forms; 0 when it says nothing.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, 24*time.Hour)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil || at.Before(now) {
		return 0
	}
	return min(at.Sub(now), 24*time.Hour)
}
