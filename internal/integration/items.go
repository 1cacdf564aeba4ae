package integration

import (
	"context"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// eventLife is how long SyncEvents are kept.
const eventLife = 90 * 24 * time.Hour

// items are the access patterns:
//
//	A#<account>           INTEGRATION#<id>              Integration and its sealed password
//	A#<account>#S#<site>  UNIQ#integration#<platform>   id of the site's active integration
//	A#<account>#S#<site>  SYNCEVENT#<id>                Event, 90 days
type items struct{ table table.Table }

// item is an Integration as stored.
type item struct {
	Integration
	Sealed string `json:"credentials"` // sealed for the field integration/<id>/password
}

func key(s account.Scope, id string) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "INTEGRATION#" + id}
}

func activeKey(s account.Scope, site, platform string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "UNIQ#integration#" + platform}
}

func notFound() error {
	return errs.New(errs.NotFound, "not_found", "there is no such integration")
}

// create stores a new integration as the site's only active one; a failed condition when
// the site has one.
func (i items) create(ctx context.Context, s account.Scope, it item, more ...table.Op) error {
	put, err := putItem(s, it, table.Absent())
	if err != nil {
		return err
	}
	unique := table.Item{Key: activeKey(s, it.Site, it.Platform), Type: "uniq", Attrs: table.Attrs{"id": it.ID}}
	return i.table.Transact(ctx, append(more, put, table.Put(unique, table.Absent()))...)
}

func putItem(s account.Scope, it item, cond table.Cond) (table.Op, error) {
	attrs, err := table.Encode(it)
	delete(attrs, "version")
	return table.Put(table.Item{Key: key(s, it.ID), Type: "integration", Version: it.Version, Created: it.CreatedAt, Attrs: attrs}, cond), err
}

// get reads one; NotFound too when the Scope does not see its site.
func (i items) get(ctx context.Context, s account.Scope, id string) (item, error) {
	got, err := i.table.Get(ctx, key(s, id), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return item{}, notFound()
	}
	if err != nil {
		return item{}, err
	}
	it, err := decode(got)
	if err == nil && !s.Sees(it.Site) {
		return item{}, notFound()
	}
	return it, err
}

func decode(got table.Item) (item, error) {
	var it item
	if err := table.Decode(got.Attrs, &it); err != nil {
		return item{}, err
	}
	it.Version = got.Version
	return it, nil
}

// active gives the site's active integration of a platform.
func (i items) active(ctx context.Context, s account.Scope, site, platform string) (item, error) {
	got, err := i.table.Get(ctx, activeKey(s, site, platform), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return item{}, notFound()
	}
	if err != nil {
		return item{}, err
	}
	id, _ := got.Attrs["id"].(string)
	return i.get(ctx, s, id)
}

// list gives the account's integrations that the Scope sees; of one site when it is named.
func (i items) list(ctx context.Context, s account.Scope, site string) ([]item, error) {
	all, err := table.Collect(ctx, i.table, table.Query{Partition: table.Of(s), Prefix: "INTEGRATION#", Consistency: table.Consistent})
	if err != nil {
		return nil, err
	}
	var out []item
	for _, got := range all {
		it, err := decode(got)
		if err != nil {
			return nil, err
		}
		if s.Sees(it.Site) && (site == "" || it.Site == site) {
			out = append(out, it)
		}
	}
	return out, nil
}

// replace stores an altered integration on condition that nobody altered it meanwhile.
func (i items) replace(ctx context.Context, s account.Scope, it item, with ...table.Op) error {
	put, err := putItem(s, it, table.VersionIs(it.Version))
	if err != nil {
		return err
	}
	return i.table.Transact(ctx, append([]table.Op{put}, with...)...)
}

// deactivate frees the site for another integration.
func (i items) deactivate(ctx context.Context, s account.Scope, it item) error {
	it.IsActive = false
	return i.replace(ctx, s, it, table.Delete(activeKey(s, it.Site, it.Platform), table.Equals("id", it.ID)))
}

func (i items) log(ctx context.Context, s account.Scope, e Event) error {
	attrs, err := table.Encode(e)
	if err != nil {
		return err
	}
	return i.table.Write(ctx, table.Put(table.Item{Key: table.Key{Partition: table.OfSite(s, e.Site), Sort: "SYNCEVENT#" + e.ID},
		Type: "sync_event", Expires: e.CreatedAt.Add(eventLife), Attrs: attrs}))
}

// events gives a site's newest events, newest first.
func (i items) events(ctx context.Context, s account.Scope, site string, limit int) ([]Event, error) {
	var out []Event
	for got, err := range table.All(ctx, i.table, table.Query{Partition: table.OfSite(s, site), Prefix: "SYNCEVENT#", Reverse: true, Limit: limit}) {
		if err != nil {
			return nil, err
		}
		var e Event
		if err := table.Decode(got.Attrs, &e); err != nil {
			return nil, err
		}
		if out = append(out, e); len(out) == limit {
			break
		}
	}
	return slices.Clip(out), nil
}
