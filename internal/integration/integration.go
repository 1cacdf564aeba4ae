// Package integration holds a site's connection to the outside (facts 13.1): which
// WordPress, as whom, with a password that is stored sealed and never shown again, how
// its last test went, and the events of the traffic with it.
package integration

import (
	"net/url"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

// WordPress is the platform that a site can be connected to; others are not offered yet.
const WordPress = "wordpress"

// The states of sync_status.
const (
	SyncPending = "pending"
	Syncing     = "syncing"
	SyncSuccess = "success"
	SyncFailed  = "failed"
)

// Integration is a SiteIntegration. It never holds a secret.
type Integration struct {
	ID          string    `json:"id"`
	Site        string    `json:"site"`
	Platform    string    `json:"platform"`
	Config      Config    `json:"config_json"`
	IsActive    bool      `json:"is_active"`
	SyncEnabled bool      `json:"sync_enabled"`
	LastSyncAt  time.Time `json:"last_sync_at,omitzero"`
	SyncStatus  string    `json:"sync_status"`
	SyncError   string    `json:"sync_error,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Version     int64     `json:"version"` // raised by each change; name it in If-Match
}

// ETag is the integration's version as a header has it.
func (i Integration) ETag() string { return httpapi.VersionTag(i.Version) }

// Config is what is known of the other side.
type Config struct {
	SiteURL  string `json:"site_url"` // http or https, without a slash at its end
	Username string `json:"username"`
}

// In is what a person enters.
type In struct {
	Site     string
	Platform string // "wordpress"; empty is the same
	SiteURL  string
	Username string
	Password string // application password
}

// Connection is what a client of the platform needs. Never log or store it.
type Connection struct {
	Integration string
	URL         string
	User        string
	Password    string
}

// String keeps the password out of logs.
func (c Connection) String() string { return c.User + " at " + c.URL }

// GoString is String.
func (c Connection) GoString() string { return c.String() }

// clean checks the fields and gives them in their stored form; Invalid names each fault.
func (in In) clean() (In, error) {
	fields := map[string][]string{}
	fault := func(field, text string) { fields[field] = append(fields[field], text) }
	if in.Platform == "" {
		in.Platform = WordPress
	}
	if in.Platform != WordPress {
		fault("platform", `only "wordpress" is offered yet`)
	}
	if in.Site == "" {
		fault("site", "name the site")
	}
	address, problem := cleanURL(in.SiteURL)
	if in.SiteURL = address; problem != "" {
		fault("site_url", problem)
	}
	if in.Username = strings.TrimSpace(in.Username); in.Username == "" || len(in.Username) > 60 || strings.Contains(in.Username, ":") {
		fault("username", "give the WordPress log-in name (at most 60 characters, no colon)")
	}
	if in.Password = strings.TrimSpace(in.Password); in.Password == "" || len(in.Password) > 200 {
		fault("app_password", "give an application password (in WordPress: Users, Profile, Application Passwords)")
	}
	if len(fields) == 0 {
		return in, nil
	}
	e := errs.New(errs.Invalid, "invalid", "the integration can't be saved: see the fields")
	e.Fields = fields
	return in, e
}

// cleanURL checks an address that a customer names. Which hosts may be reached is decided
// by the guarded client at each call: a name can point elsewhere tomorrow.
func cleanURL(address string) (clean, problem string) {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	switch {
	case address == "":
		return "", "give the address of the WordPress site, such as https://example.com"
	case len(address) > 500 || err != nil || u.Hostname() == "":
		return address, "this is not an address: write it as https://example.com"
	case u.Scheme != "http" && u.Scheme != "https":
		return address, "the address has to begin with https:// or http://"
	case u.User != nil:
		return u.Redacted(), "leave user and password out of the address"
	case u.RawQuery != "" || u.Fragment != "":
		return address, "leave out what follows ? or #: the site's address is enough"
	}
	u.Host, u.Path, u.RawPath = strings.ToLower(u.Host), strings.TrimRight(u.Path, "/"), ""
	return u.String(), ""
}

// Event is a SyncEvent: one thing that happened between a site and the outside.
type Event struct {
	ID           string         `json:"id"`
	Integration  string         `json:"integration,omitempty"`
	Site         string         `json:"site"`
	Type         string         `json:"event_type"` // publish, sync, metadata_sync, error, webhook, test
	Action       string         `json:"action"`     // content_published, status_update, …
	Description  string         `json:"description"`
	Success      bool           `json:"success"`
	ContentID    string         `json:"content_id,omitempty"`
	ExternalID   string         `json:"external_id,omitempty"`
	Details      map[string]any `json:"details,omitempty"`
	ErrorMessage string         `json:"error_message,omitempty"`
	DurationMS   int64          `json:"duration_ms"`
	CreatedAt    time.Time      `json:"created_at"`
}
