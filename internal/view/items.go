package view

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

const prefix = "VIEW#"

func key(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: prefix + id}
}

func decode(it table.Item) (View, error) {
	var v View
	err := table.Decode(it.Attrs, &v)
	v.CreatedAt, v.UpdatedAt, v.version = it.Created, it.Updated, it.Version
	return v, err
}

func putOp(s account.Scope, v View, cond table.Cond) (table.Op, error) {
	attrs, err := table.Encode(v)
	if err != nil {
		return table.Op{}, err
	}
	delete(attrs, "created_at") // the item's own
	delete(attrs, "updated_at")
	return table.Put(table.Item{Key: key(s, v.SiteID, v.ID), Type: "view", Version: v.version, Created: v.CreatedAt, Attrs: attrs}, cond), nil
}

func get(ctx context.Context, t table.Table, s account.Scope, site, id string) (View, error) {
	v, err := table.GetAs(ctx, t, key(s, site, id), decode)
	if errs.Is(err, errs.NotFound) {
		return View{}, errs.New(errs.NotFound, "not_found", "there is no such view")
	}
	return v, err
}

func list(ctx context.Context, t table.Table, s account.Scope, site string) ([]View, error) {
	return table.CollectAs(ctx, t, table.Query{Partition: table.OfSite(s, site), Prefix: prefix, Consistency: table.Consistent}, decode)
}
