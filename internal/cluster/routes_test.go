package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

const (
	editor, viewer, eve = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	at                  = "/v1/planner/clusters/"
)

// around knows the one site of acc_1, what jobs work on, and which ideas were made.
type around struct {
	apitest.Site
	apitest.Busy
	made map[string]bool
}

func (a around) Sector(ctx context.Context, s account.Scope, site, sector string) (string, error) {
	if sector == "" {
		sector = "sec_1"
	}
	return sector, a.Check(ctx, s, site)
}

func (a around) Made(context.Context, account.Scope, string) (func(string) bool, error) {
	return func(c string) bool { return a.made[c] }, nil
}

func served(t *testing.T) (*rowset.Store, around, apitest.Caller) {
	t.Helper()
	k := apitest.NewKit(t)
	rows := rowset.New(k.Table, k.Clock, k.IDs)
	a := around{"sit_1", apitest.Busy{}, map[string]bool{}}
	v := cluster.New(k.Table, rows, k.Clock)
	return rows, a, apitest.Caller{T: t, H: k.Handler(t, v.Routes(cluster.Around{Sites: a, Work: a, Ideas: a, IDs: k.IDs}))}
}

// fill puts n mapped keywords into a cluster.
func fill(t *testing.T, rows *rowset.Store, id string, n int) {
	t.Helper()
	_, err := rows.Apply(t.Context(), editor.Scope(), "sit_1", func(d *rowset.Draft) error {
		for k := range n {
			d.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: fmt.Sprint(id, " ", k), rowset.ColFold: fmt.Sprint(id, " ", k), rowset.ColSector: "sec_1",
				rowset.ColStatus: rowset.StatusMapped, rowset.ColClusterID: id})
		}
		return nil
	}, rowset.Options{})
	if err != nil {
		t.Fatal(err)
	}
}

// free counts the keywords that are new and in no cluster.
func free(t *testing.T, rows *rowset.Store) (n int) {
	t.Helper()
	set, err := rows.Load(t.Context(), editor.Scope(), "sit_1", table.Consistent)
	if err != nil {
		t.Fatal(err)
	}
	for r := range set.Rows(rowset.Keywords) {
		if r.Text(rowset.ColClusterID) == "" && r.Text(rowset.ColStatus) == rowset.StatusNew {
			n++
		}
	}
	return n
}

func TestOneCluster(t *testing.T) {
	t.Parallel()
	rows, a, c := served(t)
	const one = `{"site_id":"sit_1","name":" Cold  brew ","description":"d"}`
	made := c.Call(editor, http.MethodPost, at, one, 201, []string{`"name":"Cold brew"`, `"status":"new"`, `"sector_id":"sec_1"`, `"version":1`}, "Idempotency-Key", "a")
	if again := c.Call(editor, http.MethodPost, at, one, 201, nil, "Idempotency-Key", "a"); again["id"] != made["id"] || made["ETag"] != `"1"` {
		t.Errorf("the key made two, or there is no tag: %v, %v", made, again)
	}
	c.Call(editor, http.MethodPost, at, strings.Replace(one, "Cold", "COLD", 1), 409, []string{"name_taken"})
	c.Call(editor, http.MethodPost, at, strings.Replace(one, `"sit_1"`, `"sit_1","sector_id":"sec_2"`, 1), 201, nil)
	c.Call(editor, http.MethodPost, at, `{"site_id":"sit_1"}`, 400, []string{"name: "})
	c.Call(editor, http.MethodPost, at, `{"site_id":"sit_1","name":" "}`, 400, []string{"name: "})
	c.Call(viewer, http.MethodPost, at, one, 403, nil)
	c.Call(eve, http.MethodPost, at, one, 404, nil)
	id := made["id"].(string)
	mine := at + id + "/"
	for _, path := range []string{mine, mine + "?site_id=sit_1"} {
		c.Call(eve, http.MethodGet, path, "", 404, nil)
		c.Call(eve, http.MethodPatch, path, `{"name":"x"}`, 404, nil)
		c.Call(eve, http.MethodDelete, path, "", 404, nil)
	}
	c.Call(viewer, http.MethodPatch, mine, `{"name":"x"}`, 403, nil)
	c.Call(viewer, http.MethodDelete, mine, "", 403, nil)
	c.Call(editor, http.MethodPatch, mine, `{"name":"Iced","disabled":true}`, 200, []string{`"name":"Iced"`, `"disabled":true`, `"version":2`, `"description":"d"`}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"name":"Hot"}`, 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	c.Call(editor, http.MethodDelete, mine, "", 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"description":"`+strings.Repeat("x", 2001)+`"}`, 400, []string{"description: "})
	c.Call(editor, http.MethodPatch, mine, `{"status":"gone"}`, 400, []string{"status"})
	c.Call(editor, http.MethodPatch, mine, `{"status":"mapped"}`, 200, []string{`"status":"mapped"`})
	a.made[id] = true
	c.Call(editor, http.MethodPatch, mine, `{"status":"new"}`, 409, []string{"has_ideas"})
	delete(a.made, id)
	c.Call(editor, http.MethodPatch, mine, `{"status":"new"}`, 200, []string{`"status":"new"`})
	fill(t, rows, id, 7)
	for _, busy := range []string{id, "sec_1"} { // ideas are made of it; its sector is clustered
		a.Busy[busy] = true
		c.Call(editor, http.MethodDelete, mine, "", 409, []string{"in_work"})
		delete(a.Busy, busy)
	}
	if free(t, rows) != 0 {
		t.Error("keywords were let go by a deletion that was refused")
	}
	gone := c.Call(editor, http.MethodDelete, mine, "", 200, []string{`"keywords":7`, `"undo_version":`, "the ideas"})
	if n := free(t, rows); n != 7 {
		t.Errorf("%d keywords are new again", n)
	}
	c.Call(editor, http.MethodGet, mine, "", 404, nil)
	c.Call(editor, http.MethodDelete, mine, "", 404, nil)
	if _, err := rows.Undo(t.Context(), editor.Scope(), "sit_1", int64(gone["undo_version"].(float64)), rowset.Options{}); err != nil {
		t.Fatal(err)
	}
	if c.Call(viewer, http.MethodGet, mine, "", 200, []string{`"name":"Iced"`}); free(t, rows) != 0 {
		t.Error("the cluster came back without its keywords")
	}
}

func TestManyClusters(t *testing.T) {
	t.Parallel()
	rows, a, c := served(t)
	var ids []string
	for n := range 130 {
		id := c.Call(editor, http.MethodPost, at, fmt.Sprintf(`{"site_id":"sit_1","name":"Cluster %d"}`, n), 201, nil)["id"].(string)
		ids = append(ids, `"`+id+`"`)
	}
	first := strings.Trim(ids[0], `"`)
	fill(t, rows, first, 3)
	say := func(more string, rest string) string {
		return `{"site_id":"sit_1","ids":[` + strings.Join(ids, ",") + more + `]` + rest + `}`
	}
	c.Call(editor, http.MethodPost, at+"bulk_update/", say(`,"clu_x","clu_y"`, `,"set":{"disabled":true}`), 404, []string{"clu_x", "clu_y", "nothing was done"})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1&disabled=true", "", 200, []string{`"count":0`})
	c.Call(editor, http.MethodPost, at+"bulk_update/", say("", `,"set":{"disabled":true}`), 200, []string{`"changed":130`})
	c.Call(editor, http.MethodPost, at+"bulk_update/", say("", `,"set":{"disabled":true}`), 200, []string{`"changed":0`, `"count":130`})
	a.made[first] = true
	c.Call(editor, http.MethodPost, at+"bulk_update/", say("", `,"set":{"status":"new"}`), 409, []string{"has_ideas", first})
	c.Call(viewer, http.MethodPost, at+"bulk_delete/", say("", ""), 403, nil)
	c.Call(eve, http.MethodPost, at+"bulk_delete/", say("", ""), 404, nil)
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say(`,"clu_x"`, ""), 404, []string{"clu_x"})
	a.Busy[first] = true
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say("", ""), 409, []string{"in_work", first})
	if c.Call(viewer, http.MethodGet, at+"?site_id=sit_1", "", 200, []string{`"count":130`}); free(t, rows) != 0 {
		t.Error("half of a deletion that was refused was done")
	}
	delete(a.Busy, first)
	c.Call(editor, http.MethodPost, at+"bulk_delete/", say("", ""), 200, []string{`"changed":130`})
	if c.Call(viewer, http.MethodGet, at+"?site_id=sit_1", "", 200, []string{`"count":0`}); free(t, rows) != 3 {
		t.Errorf("%d keywords are new again", free(t, rows))
	}
}

// TestTwoClusterEdits: of two edits of one version, one is done and the other one told.
func TestTwoClusterEdits(t *testing.T) {
	t.Parallel()
	_, _, c := served(t)
	id := c.Call(editor, http.MethodPost, at, `{"site_id":"sit_1","name":"Coffee"}`, 201, nil)["id"].(string)
	for version := 1; version <= 5; version++ {
		var wg sync.WaitGroup
		codes := make([]int, 4)
		for n := range codes {
			wg.Go(func() {
				codes[n] = apitest.Do(c.H, editor, http.MethodPatch, at+id+"/?site_id=sit_1", fmt.Sprintf(`{"name":"Name %d %d"}`, version, n), map[string]string{"If-Match": fmt.Sprintf(`"%d"`, version)}).Code
			})
		}
		wg.Wait()
		count := map[int]int{}
		for _, code := range codes {
			count[code]++
		}
		if count[200] != 1 || count[412] != 3 {
			t.Fatalf("version %d: %v", version, codes)
		}
	}
}
