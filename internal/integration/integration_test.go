package integration_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/table/embedded"
)

const secret = "abcd EFGH ijkl MNOP"

var (
	scope    = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: account.Owner})
	stranger = account.Mint(account.Grant{Account: "acc_2", Actor: "usr_2", Role: account.Owner})
	partial  = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_3", Role: account.Editor, Sites: []string{"sit_2"}})
)

// tester plays the other side.
type tester struct {
	report integration.Report
	err    error
	got    integration.Connection
}

func (t *tester) Test(_ context.Context, c integration.Connection) (integration.Report, error) {
	t.got = c
	return t.report, t.err
}

type world struct {
	*integration.Service
	tester *tester
	path   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	now := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	path := filepath.Join(t.TempDir(), "table.db")
	tab, err := embedded.Open(path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tab.Close() })
	tt := &tester{report: integration.Report{Site: "Blog", User: "admin", Version: "7.1.1"}}
	return &world{Service: integration.New(tab, newSealer(t), tt, now, id.NewSource(now, nil)), tester: tt, path: path}
}

func in() integration.In {
	return integration.In{Site: "sit_1", SiteURL: "https://Example.com/blog/", Username: "admin", Password: secret}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	made, err := w.Create(ctx, scope, in())
	if err != nil {
		t.Fatal(err)
	}
	if made.Config.SiteURL != "https://example.com/blog" || made.Platform != "wordpress" || !made.IsActive || made.SyncStatus != "pending" || !strings.HasPrefix(made.ID, "int_") {
		t.Errorf("%+v", made)
	}
	if _, err := w.Create(ctx, scope, in()); !errs.Is(err, errs.Conflict) || errs.Of(err).Code != "integration_exists" {
		t.Errorf("a second one: %v", err)
	}
	list, err := w.List(ctx, scope, "sit_1")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	for _, s := range []account.Scope{stranger, partial} {
		if _, err := w.Get(ctx, s, made.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another tenant or site: %v", err)
		}
		if _, err := w.Credentials(ctx, s, "sit_1"); !errs.Is(err, errs.NotFound) {
			t.Errorf("another tenant's password: %v", err)
		}
		if list, err := w.List(ctx, s, ""); err != nil || len(list) != 0 {
			t.Errorf("another tenant's list: %v %v", list, err)
		}
		if _, err := w.Create(ctx, s, in()); s.Account() == "acc_1" && !errs.Is(err, errs.NotFound) {
			t.Errorf("a site that it does not see: %v", err)
		}
	}
	if err := w.Deactivate(ctx, scope, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Credentials(ctx, scope, "sit_1"); !errs.Is(err, errs.NotFound) || errs.Of(err).Code != "no_integration" {
		t.Errorf("after the end: %v", err)
	}
	if _, err := w.Create(ctx, scope, in()); err != nil {
		t.Errorf("a new one after the end: %v", err)
	}
	if err := w.Deactivate(ctx, scope, made.ID); err != nil {
		t.Errorf("ended again: %v", err)
	}
	if _, err := w.Credentials(ctx, scope, "sit_1"); err != nil {
		t.Errorf("ending the old one again took the new one: %v", err)
	}
}

func TestPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	made, err := w.Create(ctx, scope, in())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(made)
	if err != nil || strings.Contains(string(text), "abcd") || strings.Contains(string(text), "credentials") {
		t.Errorf("%s %v", text, err)
	}
	c, err := w.Credentials(ctx, scope, "sit_1")
	if err != nil || c.Password != secret || c.User != "admin" || c.URL != "https://example.com/blog" || c.Integration != made.ID {
		t.Errorf("%v %v", c, err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", c, c, c, c); strings.Contains(text, "abcd") {
		t.Errorf("a log line shows the password: %s", text)
	}
	file, err := os.ReadFile(w.path)
	if err != nil || strings.Contains(string(file), secret) {
		t.Errorf("the file holds the password in clear (%v)", err)
	}
}

func TestOneActiveAtOnce(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	var wg sync.WaitGroup
	made := make([]error, 8)
	for i := range made {
		wg.Go(func() { _, made[i] = w.Create(ctx, scope, in()) })
	}
	wg.Wait()
	n := 0
	for _, err := range made {
		if err == nil {
			n++
		} else if !errs.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
	if list, _ := w.List(ctx, scope, "sit_1"); n != 1 || len(list) != 1 {
		t.Errorf("%d made, %d listed", n, len(list))
	}
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	first, err := w.Ensure(ctx, scope, in())
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Ensure(ctx, scope, in())
	if err != nil || again.ID != first.ID || again.Version != first.Version {
		t.Errorf("the same again: %+v %v", again, err)
	}
	other := in()
	other.Password = "a new one"
	if again, err = w.Ensure(ctx, scope, other); err != nil || again.ID != first.ID {
		t.Errorf("a new password: %+v %v", again, err)
	}
	if c, err := w.Credentials(ctx, scope, "sit_1"); err != nil || c.Password != "a new one" {
		t.Errorf("%v %v", c, err)
	}
	other.SiteURL = "https://other.example"
	if _, err = w.Ensure(ctx, scope, other); !errs.Is(err, errs.Conflict) {
		t.Errorf("another address: %v", err)
	}
}

func TestInput(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	for name, c := range map[string]struct {
		change func(*integration.In)
		field  string
	}{
		"no address":       {func(i *integration.In) { i.SiteURL = "" }, "site_url"},
		"no scheme":        {func(i *integration.In) { i.SiteURL = "example.com" }, "site_url"},
		"file":             {func(i *integration.In) { i.SiteURL = "file:///etc/passwd" }, "site_url"},
		"gopher":           {func(i *integration.In) { i.SiteURL = "gopher://example.com" }, "site_url"},
		"user in address":  {func(i *integration.In) { i.SiteURL = "https://a:b@example.com" }, "site_url"},
		"query":            {func(i *integration.In) { i.SiteURL = "https://example.com/?x" }, "site_url"},
		"no host":          {func(i *integration.In) { i.SiteURL = "https:///x" }, "site_url"},
		"no user":          {func(i *integration.In) { i.Username = " " }, "username"},
		"colon in user":    {func(i *integration.In) { i.Username = "a:b" }, "username"},
		"no password":      {func(i *integration.In) { i.Password = "" }, "app_password"},
		"no site":          {func(i *integration.In) { i.Site = "" }, "site"},
		"another platform": {func(i *integration.In) { i.Platform = "shopify" }, "platform"},
	} {
		t.Run(name, func(t *testing.T) {
			i := in()
			c.change(&i)
			_, err := w.Create(ctx, scope, i)
			if e := errs.Of(err); !errs.Is(err, errs.Invalid) || len(e.Fields) != 1 || len(e.Fields[c.field]) != 1 {
				t.Errorf("%v", err)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Error("the error shows the password")
			}
		})
	}
}

func TestConnectionTest(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	made, err := w.Create(ctx, scope, in())
	if err != nil {
		t.Fatal(err)
	}
	check := func(success bool, code, status string) {
		t.Helper()
		out, err := w.TestConnection(ctx, scope, made.ID)
		if err != nil || out.Success != success || out.Code != code || out.Message == "" || out.Integration != made.ID {
			t.Errorf("%+v %v", out, err)
		}
		got, err := w.Get(ctx, scope, made.ID)
		if err != nil || got.SyncStatus != status || (got.SyncError == "") != success || got.LastSyncAt.IsZero() {
			t.Errorf("%+v %v", got, err)
		}
		events, err := w.Events(ctx, scope, "sit_1", 1)
		if err != nil || len(events) != 1 || events[0].Type != "test" || events[0].Success != success || events[0].Integration != made.ID {
			t.Errorf("%+v %v", events, err)
		}
	}
	check(true, "", "success")
	if w.tester.got.Password != secret {
		t.Errorf("tested with %q", w.tester.got.Password)
	}
	w.tester.err = errs.New(errs.Unauthenticated, "wordpress_login", "wrong password").Because(errs.WordPress)
	check(false, "wordpress_login", "failed")
	w.tester.err = errors.New("pointer of ours")
	check(false, "internal", "failed")
	if got, _ := w.Get(ctx, scope, made.ID); strings.Contains(got.SyncError, "pointer") {
		t.Error("an inner text came out")
	}
	w.tester.err = nil
	check(true, "", "success")
	if events, err := w.Events(ctx, scope, "sit_1", 100); err != nil || len(events) != 4 {
		t.Errorf("%d events %v", len(events), err)
	}
	if _, err := w.TestConnection(ctx, stranger, made.ID); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
