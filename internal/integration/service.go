package integration

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/table"
)

// Tester tries a connection out. Its errors are errs kinds with a text for people.
type Tester interface {
	Test(ctx context.Context, c Connection) (Report, error)
}

// Report is what a test found out about the other side.
type Report struct {
	Site    string   `json:"site"`    // the site's title
	Version string   `json:"version"` // the platform's; empty when it hides it
	User    string   `json:"user"`
	Roles   []string `json:"roles"`
	Missing []string `json:"missing"` // rights that publishing needs and the user lacks
	Notes   []string `json:"notes"`   // what each missing right means
}

// Outcome is the answer of TestConnection.
type Outcome struct {
	Integration string  `json:"integration_id"`
	Success     bool    `json:"success"`
	Code        string  `json:"code,omitempty"` // stable, when it failed
	Message     string  `json:"message"`
	Report      *Report `json:"report,omitempty"`
}

// Service manages integrations. It is safe for concurrent use.
type Service struct {
	items  items
	sealer seal.Sealer
	tester Tester
	clock  clock.Clock
	ids    *id.Source
}

// New makes a Service.
func New(t table.Table, sealer seal.Sealer, tester Tester, c clock.Clock, ids *id.Source) *Service {
	return &Service{items: items{t}, sealer: sealer, tester: tester, clock: c, ids: ids}
}

func field(id string) string { return "integration/" + id + "/password" }

// Create connects a site. Invalid names each wrong field, NotFound a site that the Scope
// does not see, Conflict a site that has an active integration. Nothing is called.
func (s *Service) Create(ctx context.Context, scope account.Scope, in In) (Integration, error) {
	return s.CreateOnce(ctx, scope, in, idem.Key{})
}

// CreateOnce is Create with a client's key: a second request with it gives what the first
// one made. Conflict too when the key was used for another request.
func (s *Service) CreateOnce(ctx context.Context, scope account.Scope, in In, key idem.Key) (Integration, error) {
	in, err := in.clean()
	if err != nil {
		return Integration{}, err
	}
	out, err := idem.Once(ctx, s.items.table, scope, key, func(ids map[string]string) (Integration, error) {
		return s.Get(ctx, scope, ids["integration_id"])
	}, func() (Integration, error) { return s.insert(ctx, scope, in, key) })
	if table.FailedCondition(err) != nil {
		return Integration{}, errs.New(errs.Conflict, "integration_exists", "this site has an active WordPress integration already: deactivate it first")
	}
	return out, err
}

func (s *Service) insert(ctx context.Context, scope account.Scope, in In, key idem.Key) (Integration, error) {
	if !scope.Sees(in.Site) {
		return Integration{}, errs.New(errs.NotFound, "not_found", "there is no such site")
	}
	now := s.clock.Now()
	it := item{Integration: Integration{ID: s.ids.New("int"), Site: in.Site, Platform: in.Platform, Config: Config{SiteURL: in.SiteURL, Username: in.Username},
		IsActive: true, SyncEnabled: true, SyncStatus: SyncPending, CreatedAt: now, UpdatedAt: now}}
	var err error
	if it.Sealed, err = s.sealer.Seal(ctx, scope, field(it.ID), []byte(in.Password)); err != nil {
		return Integration{}, err
	}
	err = s.items.create(ctx, scope, it, key.Ops(scope, map[string]string{"integration_id": it.ID}, now)...)
	it.Version = 1
	return it.Integration, err
}

// Ensure is Create for whoever names the same connection again, as the command line does
// at each start: an active integration with the same address and user gets the new
// password and is given back. Conflict when the active one is another. Safe to repeat.
func (s *Service) Ensure(ctx context.Context, scope account.Scope, in In) (Integration, error) {
	in, err := in.clean()
	if err != nil {
		return Integration{}, err
	}
	it, err := s.items.active(ctx, scope, in.Site, in.Platform)
	if errs.Is(err, errs.NotFound) {
		return s.Create(ctx, scope, in)
	}
	if err != nil {
		return Integration{}, err
	}
	if it.Config.SiteURL != in.SiteURL || it.Config.Username != in.Username {
		return Integration{}, errs.New(errs.Conflict, "integration_exists",
			"this site is connected to "+it.Config.SiteURL+" as "+it.Config.Username+" already: deactivate that integration first")
	}
	old, err := s.sealer.Open(ctx, scope, field(it.ID), it.Sealed)
	if err == nil && string(old) == in.Password {
		return it.Integration, nil
	}
	if it.Sealed, err = s.sealer.Seal(ctx, scope, field(it.ID), []byte(in.Password)); err != nil {
		return Integration{}, err
	}
	it.UpdatedAt, it.SyncStatus, it.SyncError = s.clock.Now(), SyncPending, ""
	if err := s.items.replace(ctx, scope, it); err != nil {
		return Integration{}, err
	}
	it.Version++
	return it.Integration, nil
}

// List gives the integrations that the Scope sees, oldest first; of one site when named.
func (s *Service) List(ctx context.Context, scope account.Scope, site string) ([]Integration, error) {
	found, err := s.items.list(ctx, scope, site)
	out := make([]Integration, len(found))
	for i, it := range found {
		out[i] = it.Integration
	}
	return out, err
}

// Get gives one integration; NotFound too for one of a site that the Scope does not see.
func (s *Service) Get(ctx context.Context, scope account.Scope, id string) (Integration, error) {
	it, err := s.items.get(ctx, scope, id)
	return it.Integration, err
}

// Deactivate ends the use of an integration and frees its site for another. Safe to repeat.
func (s *Service) Deactivate(ctx context.Context, scope account.Scope, id string) error {
	it, err := s.items.get(ctx, scope, id)
	if err != nil || !it.IsActive {
		return err
	}
	it.UpdatedAt = s.clock.Now()
	return s.items.deactivate(ctx, scope, it)
}

// Credentials opens the connection of a site's active WordPress integration; NotFound when
// it has none, Invalid when the stored password can't be opened any more.
func (s *Service) Credentials(ctx context.Context, scope account.Scope, site string) (Connection, error) {
	it, err := s.items.active(ctx, scope, site, WordPress)
	if errs.Is(err, errs.NotFound) {
		return Connection{}, errs.New(errs.NotFound, "no_integration", "this site is not connected to WordPress: add an integration first")
	}
	if err != nil {
		return Connection{}, err
	}
	return s.open(ctx, scope, it)
}

func (s *Service) open(ctx context.Context, scope account.Scope, it item) (Connection, error) {
	plain, err := s.sealer.Open(ctx, scope, field(it.ID), it.Sealed)
	if err != nil {
		return Connection{}, err
	}
	return Connection{Integration: it.ID, URL: it.Config.SiteURL, User: it.Config.Username, Password: string(plain)}, nil
}

// TestConnection tries an integration out, keeps the outcome in sync_status and logs an
// event. A connection that does not work is an Outcome, not an error. Safe to repeat.
func (s *Service) TestConnection(ctx context.Context, scope account.Scope, id string) (Outcome, error) {
	it, err := s.items.get(ctx, scope, id)
	if err != nil {
		return Outcome{}, err
	}
	c, err := s.open(ctx, scope, it)
	if err != nil {
		return Outcome{}, err
	}
	started := s.clock.Now()
	report, fault := s.tester.Test(ctx, c)
	if ctx.Err() != nil {
		return Outcome{}, ctx.Err()
	}
	out := outcome(it.ID, report, fault)
	e := Event{Integration: it.ID, Type: "test", Action: "test_connection", Site: it.Site, Success: out.Success, Description: out.Message,
		DurationMS: s.clock.Now().Sub(started).Milliseconds()}
	it.SyncStatus, it.SyncError = SyncSuccess, ""
	if !out.Success {
		it.SyncStatus, it.SyncError, e.ErrorMessage = SyncFailed, out.Message, out.Message
	}
	it.UpdatedAt, it.LastSyncAt = s.clock.Now(), s.clock.Now()
	// An integration that was changed meanwhile keeps what it says: this test was of the old one.
	if err := s.items.replace(ctx, scope, it); err != nil && table.FailedCondition(err) == nil {
		return out, err
	}
	_, err = s.Log(ctx, scope, e)
	return out, err
}

func outcome(id string, r Report, fault error) Outcome {
	if fault != nil {
		e := errs.Of(fault)
		message := e.Message
		if message == "" || e.Kind == errs.Internal {
			message = "the connection could not be tested: a fault on our side"
		}
		code := e.Code
		if code == "" {
			code = e.Kind.String()
		}
		return Outcome{Integration: id, Code: code, Message: message}
	}
	out := Outcome{Integration: id, Success: true, Message: "connected to " + r.Site + " as " + r.User, Report: &r}
	if len(r.Missing) > 0 {
		out.Message += "; some rights are missing"
	}
	return out
}

// Log stores a SyncEvent, with an id and the time of now, and gives it.
func (s *Service) Log(ctx context.Context, scope account.Scope, e Event) (Event, error) {
	e.ID, e.CreatedAt = s.ids.New("evt"), s.clock.Now()
	return e, s.items.log(ctx, scope, e)
}

// Events gives a site's newest SyncEvents, newest first, at most limit.
func (s *Service) Events(ctx context.Context, scope account.Scope, site string, limit int) ([]Event, error) {
	return s.items.events(ctx, scope, site, max(1, min(limit, 500)))
}
