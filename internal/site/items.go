package site

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// A site is one item in the account's partition, SITE#<id>, beside UNIQ#site-slug#<slug>.

func siteKey(s account.Scope, id string) (table.Key, error) {
	if id == "" || !s.Sees(id) {
		return table.Key{}, notFound()
	}
	return table.Key{Partition: table.Of(s), Sort: "SITE#" + id}, nil
}

func slugKey(s account.Scope, slug string) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "UNIQ#site-slug#" + slug}
}

func notFound() *errs.Error { return errs.New(errs.NotFound, "not_found", "not found") }

func decode(it table.Item) (Site, error) {
	var st Site
	err := table.Decode(it.Attrs, &st)
	if st.Settings.CompareBy == "" { // made before there was a choice
		st.Settings.CompareBy = CompareByBuiltIn
	}
	st.CreatedAt, st.UpdatedAt, st.Version = it.Created, it.Updated, it.Version
	return st, err
}

func get(ctx context.Context, t table.Table, s account.Scope, id string) (Site, error) {
	key, err := siteKey(s, id)
	if err != nil {
		return Site{}, err
	}
	it, err := t.Get(ctx, key, table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return Site{}, notFound()
	}
	if err != nil {
		return Site{}, err
	}
	st, err := decode(it)
	if err == nil && st.Deleted {
		return Site{}, notFound()
	}
	return st, err
}

// commonKey stands behind all sites in the order of keys, so that a list of sites finds it.
func commonKey(s account.Scope) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "SITES#COMMON"}
}

// both reads a site and what the account chose for all, in one request, and beside them
// what else a caller wants to read in it.
func both(ctx context.Context, t table.Table, s account.Scope, id string, more ...table.Key) (Site, Common, []table.Item, error) {
	key, err := siteKey(s, id)
	if err != nil {
		return Site{}, Common{}, nil, err
	}
	items, err := table.LoadAll(ctx, t, append([]table.Key{key, commonKey(s)}, more...), table.Consistent)
	if err != nil {
		return Site{}, Common{}, nil, err
	}
	st, c := Site{}, Common{}
	var beside []table.Item
	for _, it := range items {
		switch it.Key.Sort {
		case key.Sort:
			st, err = decode(it)
		case commonKey(s).Sort:
			c, err = decodeCommon(it)
		default:
			beside = append(beside, it)
		}
		if err != nil {
			return Site{}, Common{}, nil, err
		}
	}
	if st.ID == "" || st.Deleted {
		return Site{}, Common{}, nil, notFound()
	}
	return st, c, beside, nil
}

func decodeCommon(it table.Item) (Common, error) {
	var c Common
	err := table.Decode(it.Attrs, &c)
	c.Version = it.Version
	return c, err
}

// list reads all sites that the Scope sees, oldest first, with the account's choice.
func list(ctx context.Context, t table.Table, s account.Scope) ([]Site, error) {
	var out []Site
	for it, err := range table.All(ctx, t, table.Query{Partition: table.Of(s), Prefix: "SITE", Consistency: table.Consistent}) {
		if err != nil {
			return nil, err
		}
		if it.Key.Sort == commonKey(s).Sort {
			c, err := decodeCommon(it)
			if err != nil {
				return nil, err
			}
			for i := range out {
				out[i].Settings.follow(c)
			}
			continue
		}
		st, err := decode(it)
		if err != nil {
			return nil, err
		}
		if s.Sees(st.ID) && !st.Deleted {
			out = append(out, st)
		}
	}
	return out, nil
}

func encode(s account.Scope, st Site) (table.Item, error) {
	key, err := siteKey(s, st.ID)
	if err != nil {
		return table.Item{}, err
	}
	attrs, err := table.Encode(st)
	if err != nil {
		return table.Item{}, err
	}
	delete(attrs, "created_at") // the item's own
	delete(attrs, "updated_at")
	delete(attrs, "version")
	return table.Item{Key: key, Type: "site", Version: st.Version, Created: st.CreatedAt, Attrs: attrs}, nil
}

// homeKey tells which account a site belongs to, for those who know the site alone.
func homeKey(id string) table.Key {
	return table.Key{Partition: table.OfSystem(system.As("site"), "SITE", id), Sort: "SITE"}
}

// Public gives a Scope that sees just this site, as a viewer, and the site's name: for what
// is shown to anybody who knows the id, such as the preview. NotFound for an unknown id.
func (v *Service) Public(ctx context.Context, id string) (account.Scope, string, error) {
	it, err := v.table.Get(ctx, homeKey(id), table.Eventual)
	if err != nil {
		return account.Scope{}, "", errs.Wrap("site.Public", err)
	}
	owner, _ := it.Attrs["account"].(string)
	s := account.Mint(account.Grant{Account: owner, Actor: "public", Role: account.Viewer, Sites: []string{id}})
	st, err := v.Get(ctx, s, id)
	return s, st.Name, err
}
