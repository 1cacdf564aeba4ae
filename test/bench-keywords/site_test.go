package benchkeywords

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

const listed = 200_000 // rows of the site

// sample is an account with a site of many keywords.
type sample struct {
	ports   parts.Ports
	scope   account.Scope
	site    site.Site
	store   *rowset.Store // a writer of its own
	token   string
	keys    string // what the API verifies tokens with
	rng     *rand.Rand
	sectors []string
}

// build makes the account, its site and its keywords, some of them edited since.
func build(t *testing.T, tb table.Table) *sample {
	t.Helper()
	c := clock.Real{}
	ids := id.NewSource(c, nil)
	s := &sample{ports: parts.Ports{Table: tb, Clock: c, IDs: ids, Log: slog.New(slog.DiscardHandler)}, rng: rand.New(rand.NewPCG(3, 1)),
		store: rowset.New(tb, c, ids)}
	private := ed25519.NewKeyFromSeed([]byte("a key of this bench, 32 bytes 00"))
	s.keys = base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
	key := identity.NewSigningKey(private)
	people := identity.New(identity.Options{Table: tb, Clock: c, IDs: ids, Key: key.Source(), Public: key.Public(), Passwords: identity.NewPasswords(identity.DefaultParams())})
	in, err := people.Register(t.Context(), identity.Registration{Email: "ann@example.com", Password: "correct horse battery", PasswordConfirm: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	s.token = in.Tokens.Access
	s.scope = account.Mint(account.Grant{Account: in.User.Account.ID, Actor: in.User.ID, Role: account.Owner})
	if s.site, err = parts.Find(s.ports).Sites.Create(t.Context(), s.scope, site.Draft{Name: "Bench", Industry: "digital-marketing"}, idem.Key{}); err != nil {
		t.Fatal(err)
	}
	for _, x := range s.site.Sectors {
		s.sectors = append(s.sectors, x.ID)
	}
	s.change(t, func(d *rowset.Draft) {
		for i := range listed {
			d.Add(rowset.Keywords, row(s.rng, i, s.sectors, c.Now()))
		}
	})
	for range 40 {
		s.edit(t)
	}
	return s
}

func (s *sample) change(t *testing.T, change func(d *rowset.Draft)) {
	t.Helper()
	if _, err := s.store.Apply(t.Context(), s.scope, s.site.ID, func(d *rowset.Draft) error { change(d); return nil }, rowset.Options{}); err != nil {
		t.Fatal(err)
	}
}

// edit is what a person does to one keyword.
func (s *sample) edit(t *testing.T) {
	t.Helper()
	s.change(t, func(d *rowset.Draft) {
		d.Update(rowset.Keywords, 1+s.rng.Int64N(listed), rowset.Fields{rowset.ColDisabled: s.rng.IntN(2) == 0, rowset.ColUpdatedAt: rowset.Millis(time.Now())})
	})
}

// query is any filter with any order, search and page.
func (s *sample) query() url.Values {
	r, q := s.rng, url.Values{"site_id": {s.site.ID}}
	maybe := func(share float64, name, value string) {
		if r.Float64() < share {
			q.Set(name, value)
		}
	}
	maybe(.5, "search", []string{things[r.IntN(len(things))], qualities[r.IntN(len(qualities))][:3], things[r.IntN(len(things))] + " near", "café", "a", fmt.Sprintf("%x", r.IntN(listed))}[r.IntN(6)])
	maybe(.3, "volume_min", fmt.Sprint(r.IntN(200)))
	maybe(.2, "volume_max", fmt.Sprint(100+r.IntN(2000)))
	maybe(.2, "difficulty_min", fmt.Sprint(r.IntN(60)))
	maybe(.2, "difficulty_max", fmt.Sprint(30+r.IntN(70)))
	maybe(.2, "intent", intents[r.IntN(4)])
	maybe(.2, "country", countries[r.IntN(5)])
	maybe(.2, "status", []string{"new", "mapped"}[r.IntN(2)])
	maybe(.1, "cluster_id", fmt.Sprintf("clu_%026d", r.IntN(20_000)))
	maybe(.2, "tag", labels[r.IntN(5)])
	maybe(.2, "source", tools[r.IntN(len(tools))])
	maybe(.2, "disabled", []string{"true", "false"}[r.IntN(2)])
	maybe(.2, "sector_id", s.sectors[r.IntN(len(s.sectors))])
	maybe(.1, "created_from", time.Now().Add(-time.Duration(r.IntN(100))*time.Hour).UTC().Format(time.RFC3339))
	maybe(.1, "updated_to", time.Now().UTC().Format(time.DateOnly))
	maybe(.9, "ordering", []string{"", "-"}[r.IntN(2)]+[]string{"keyword", "keyword", "volume", "difficulty", "created_at", "updated_at", "intent", "country", "status", "cluster_id", "tags", "source", "sector_id", "id"}[r.IntN(14)])
	q.Set("page_size", []string{"10", "50", "100"}[r.IntN(3)])
	maybe(.4, "page", fmt.Sprint(1+r.IntN([]int{3, 30, 2000}[r.IntN(3)])))
	return q
}

// event is a request as the gateway gives it to the function.
func (s *sample) event(path string, q url.Values) []byte {
	e := events.APIGatewayProxyRequest{
		Resource: "/v1/planner/{proxy+}", Path: path, HTTPMethod: "GET", MultiValueQueryStringParameters: q,
		MultiValueHeaders: map[string][]string{"Authorization": {"Bearer " + s.token}, "Accept": {"application/json"}},
	}
	e.RequestContext.Identity.SourceIP = "192.0.2.1"
	raw, _ := json.Marshal(e) // plain texts
	return raw
}

// answer is what came back; anything but a list is a fault.
func answer(raw []byte) (count int, err error) {
	var res events.APIGatewayProxyResponse
	if err := json.Unmarshal(raw, &res); err != nil {
		return 0, err
	}
	var body struct {
		Count   *int `json:"count"`
		Results []struct {
			Keyword string `json:"keyword"`
		} `json:"results"`
	}
	if err := json.NewDecoder(strings.NewReader(res.Body)).Decode(&body); err != nil || res.StatusCode != 200 || body.Count == nil {
		return 0, fmt.Errorf("status %d: %.300s", res.StatusCode, res.Body)
	}
	return *body.Count, nil
}
