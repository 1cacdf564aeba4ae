package site_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

// leaving stands for runs and connections.
type leaving struct {
	busy bool
	ops  []table.Op
}

func (l *leaving) Leave(context.Context, account.Scope, string) ([]table.Op, error) {
	if l.busy {
		return nil, errs.New(errs.Conflict, "site_busy", "a run of this site is active")
	}
	return l.ops, nil
}

const (
	boss, admin, plain, eve = apitest.As("owner@acc_1"), apitest.As("admin@acc_1"), apitest.As("editor@acc_1"), apitest.As("owner@acc_2")
	sitesAt                 = "/v1/auth/sites/"
)

func changed(t *testing.T) (*apitest.Kit, *leaving, apitest.Caller) {
	t.Helper()
	k, l := apitest.NewKit(t), &leaving{}
	v := site.New(site.Options{Table: k.Table, Clock: k.Clock, IDs: k.IDs})
	return k, l, apitest.Caller{T: t, H: k.Handler(t, v.Routes(l))}
}

func TestDeleteSite(t *testing.T) {
	t.Parallel()
	k, l, c := changed(t)
	body := `{"name":"Coffee","industry":"` + site.New(site.Options{}).Industries()[0].Slug + `"}`
	one := c.Call(boss, http.MethodPost, sitesAt, body, 201, []string{`"slug":"coffee"`, `"version":1`})
	mine := sitesAt + one["id"].(string) + "/"
	c.Call(plain, http.MethodDelete, mine, "", 403, nil)
	c.Call(eve, http.MethodDelete, mine, "", 404, nil)
	c.Call(admin, http.MethodDelete, mine, "", 412, []string{"changed_meanwhile"}, "If-Match", `"7"`)
	l.busy = true
	c.Call(admin, http.MethodDelete, mine, "", 409, []string{"site_busy"})
	l.busy = false
	run := table.Key{Partition: table.OfSite(boss.Scope(), one["id"].(string)), Sort: "RUNS"}
	if err := k.Table.Write(t.Context(), table.Put(table.Item{Key: run, Type: "mark"})); err != nil {
		t.Fatal(err)
	}
	l.ops = []table.Op{table.Check(run, table.Absent())} // a run began between the look and the write
	c.Call(admin, http.MethodDelete, mine, "", 412, nil)
	c.Call(admin, http.MethodGet, mine, "", 200, nil)
	l.ops = nil
	c.Call(admin, http.MethodDelete, mine, "", 200, []string{"posts that were published"})
	c.Call(admin, http.MethodGet, mine, "", 404, nil)
	c.Call(admin, http.MethodPatch, mine, `{"name":"x"}`, 404, nil)
	c.Call(admin, http.MethodDelete, mine, "", 404, nil)
	c.Call(admin, http.MethodGet, sitesAt, "", 200, []string{`"count":0`})
	c.Call(boss, http.MethodPost, sitesAt, body, 201, []string{`"slug":"coffee"`})
}

func TestSectors(t *testing.T) {
	t.Parallel()
	_, _, c := changed(t)
	list := site.New(site.Options{}).Industries()
	first, other := list[0], list[1]
	one := c.Call(boss, http.MethodPost, sitesAt, `{"name":"Coffee","industry":"`+first.Slug+`"}`, 201, nil)
	mine := sitesAt + one["id"].(string) + "/"
	sector := func(d map[string]any, slug string) (id string, active bool) {
		for _, x := range d["sectors"].([]any) {
			if s := x.(map[string]any); s["slug"] == slug {
				return s["id"].(string), s["is_active"].(bool)
			}
		}
		return "", false
	}
	before, _ := sector(one, first.Sectors[0].Slug)
	c.Call(plain, http.MethodPut, mine+"sectors/", `{"sectors":["x"]}`, 403, nil)
	c.Call(eve, http.MethodPut, mine+"sectors/", `{"sectors":["`+first.Sectors[1].Slug+`"]}`, 404, nil)
	c.Call(admin, http.MethodPut, mine+"sectors/", `{"sectors":["nonsense"]}`, 400, []string{"sectors: "})
	c.Call(admin, http.MethodPut, mine+"sectors/", `{"sectors":[]}`, 400, []string{"sectors"})
	c.Call(admin, http.MethodPut, mine+"sectors/", `{"industry":"nonsense","sectors":["x"]}`, 400, []string{"industry: "})
	c.Call(admin, http.MethodPut, mine+"sectors/", `{"sectors":["a","b","c","d","e","f"]}`, 400, []string{"sectors"})
	put := c.Call(admin, http.MethodPut, mine+"sectors/", `{"sectors":["`+first.Sectors[1].Slug+`"]}`, 200, nil)
	if id, active := sector(put, first.Sectors[0].Slug); id != before || active {
		t.Errorf("the sector left out is gone, or active: %v", put["sectors"])
	}
	back := c.Call(admin, http.MethodPut, mine+"sectors/", `{"sectors":["`+first.Sectors[0].Slug+`"]}`, 200, nil)
	if id, active := sector(back, first.Sectors[0].Slug); id != before || !active {
		t.Errorf("the sector came back as another: %v", back["sectors"])
	}
	moved := c.Call(admin, http.MethodPut, mine+"sectors/", `{"industry":"`+other.Slug+`","sectors":["`+other.Sectors[0].Slug+`"]}`, 200, []string{`"industry":"` + other.Slug + `"`})
	if _, active := sector(moved, first.Sectors[0].Slug); active {
		t.Errorf("a sector of the former industry is active: %v", moved["sectors"])
	}
	c.Call(admin, http.MethodPost, mine+"set_active/", `{"is_active":false}`, 200, []string{`"is_active":false`})
	c.Call(admin, http.MethodPost, mine+"set_active/", `{}`, 200, []string{`"is_active":true`})
	tag := c.Call(admin, http.MethodGet, mine, "", 200, nil)["ETag"].(string)
	c.Call(admin, http.MethodPatch, mine, `{"name":"New"}`, 200, nil, "If-Match", tag)
	c.Call(admin, http.MethodPatch, mine, `{"name":"Newer"}`, 412, []string{"changed_meanwhile"}, "If-Match", tag)
}
