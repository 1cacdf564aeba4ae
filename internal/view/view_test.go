package view_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/view"
)

const (
	editor, viewer, other = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	at                    = "/v1/system/views/"
)

func service(t *testing.T) (*view.Service, http.Handler) {
	t.Helper()
	k := apitest.NewKit(t)
	v := view.New(k.Table, k.Clock, k.IDs)
	return v, k.Handler(t, v.Routes(apitest.Site("sit_1")))
}

// keyed gives the same key to the same body.
func keyed(body string) map[string]string {
	if body == "" {
		return nil
	}
	return map[string]string{"Idempotency-Key": id.Hash("key", body)}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	v, h := service(t)
	do := func(as apitest.As, method, path, body string, want int, says ...string) {
		t.Helper()
		got := apitest.Do(h, as, method, path, body, keyed(body))
		if got.Code != want {
			t.Fatalf("%s %s %s: %d, want %d: %s", method, path, body, got.Code, want, got.Body)
		}
		for _, s := range says {
			if !strings.Contains(got.Body.String(), s) {
				t.Errorf("%s %s: it does not say %q: %s", method, path, s, got.Body)
			}
		}
	}
	const one = `{"site_id":"sit_1","list":"keywords","name":"Quick  wins","query":"?status=new&difficulty_max=30&ordering=-volume"}`
	for range 2 { // the key makes one
		do(editor, http.MethodPost, at, one, 201, `"name":"Quick wins"`, `"query":"status=new`, `"created_by":"`)
	}
	do(viewer, http.MethodGet, at+"?site_id=sit_1", "", 200, `"count":1`, "Quick wins")
	do(viewer, http.MethodGet, at+"?site_id=sit_1&list=ideas", "", 200, `"count":0`)
	do(viewer, http.MethodPost, at, one, 403)
	do(editor, http.MethodPost, at, `{"site_id":"sit_1","list":"keywords","name":"quick WINS"}`, 409, "name_taken")
	do(editor, http.MethodPost, at, `{"site_id":"sit_1","list":"ideas","name":"quick wins"}`, 201)
	do(editor, http.MethodPost, at, `{"site_id":"sit_1","list":"shoes","name":""}`, 400)
	do(editor, http.MethodPost, at, `{"site_id":"sit_1","list":"keywords","name":" ","query":"a=%zz"}`, 400, "name: ", "query: ")
	do(other, http.MethodGet, at+"?site_id=sit_1", "", 404)
	do(other, http.MethodPost, at, one, 404)
	all, err := v.List(t.Context(), editor.Scope(), "sit_1", "keywords")
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	mine := all[0].ID
	do(editor, http.MethodPatch, at+mine+"/?site_id=sit_1", `{"name":"Easy"}`, 200, `"name":"Easy"`, "difficulty_max=30")
	do(editor, http.MethodPatch, at+"viw_none/?site_id=sit_1", `{"name":"Easy"}`, 404)
	do(other, http.MethodDelete, at+mine+"/?site_id=sit_1", "", 404)
	do(editor, http.MethodDelete, at+mine+"/?site_id=sit_1", "", 200)
	do(viewer, http.MethodGet, at+"?site_id=sit_1&list=keywords", "", 200, `"count":0`)
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	v, _ := service(t)
	list := "keywords"
	for n := range 101 {
		name := fmt.Sprint("view ", n)
		_, err := v.Create(t.Context(), editor.Scope(), "sit_1", view.Draft{List: &list, Name: &name}, idem.Key{})
		if n < 100 && err != nil || n == 100 && (!errs.Is(err, errs.Conflict) || errs.Of(err).Code != "too_many_views") {
			t.Fatalf("view %d: %v", n+1, err)
		}
	}
}
