package task_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

const (
	editor, viewer, eve = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	at                  = "/v1/writer/tasks/"
)

// around knows the one site of acc_1, and what jobs work on.
type around struct {
	apitest.Site
	apitest.Busy
}

func (a around) Sector(ctx context.Context, s account.Scope, site, _ string) (string, error) {
	return "sec_1", a.Check(ctx, s, site)
}

func TestTasks(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	v := task.NewService(k.Table, k.Clock)
	a := around{"sit_1", apitest.Busy{}}
	mark := table.Key{Partition: table.OfSite(editor.Scope(), "sit_1"), Sort: "BESIDE"}
	beside := func(_ context.Context, _ account.Scope, x task.Task) ([]table.Op, error) {
		return []table.Op{table.Put(table.Item{Key: mark, Type: "mark", Attrs: table.Attrs{"idea": x.Idea}})}, nil
	}
	c := apitest.Caller{T: t, H: k.Handler(t, v.Routes(task.Around{Sites: a, Work: a, Beside: beside, IDs: k.IDs}))}
	const one = `{"site_id":"sit_1","title":"Cold brew","word_count":800}`
	made := c.Call(editor, http.MethodPost, at, one, 201, []string{`"status":"queued"`, `"content_structure":"article"`, `"word_count":800`}, "Idempotency-Key", "a")
	if again := c.Call(editor, http.MethodPost, at, one, 201, nil, "Idempotency-Key", "a"); again["id"] != made["id"] {
		t.Error("the key made two")
	}
	c.Call(viewer, http.MethodPost, at, one, 403, nil)
	c.Call(eve, http.MethodPost, at, one, 404, nil)
	c.Call(editor, http.MethodPost, at, `{"site_id":"sit_1","title":"x","content_structure":"poem"}`, 400, []string{"content_structure: "})
	id := made["id"].(string)
	mine := at + id + "/"
	c.Call(eve, http.MethodGet, mine+"?site_id=sit_1", "", 404, nil)
	c.Call(eve, http.MethodPatch, mine, `{"title":"x"}`, 404, nil)
	c.Call(eve, http.MethodDelete, mine, "", 404, nil)
	c.Call(viewer, http.MethodDelete, mine, "", 403, nil)
	c.Call(editor, http.MethodPatch, mine, `{"word_count":900}`, 200, []string{`"version":2`}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"word_count":901}`, 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"word_count":9}`, 400, []string{"word_count: "})
	c.Call(viewer, http.MethodGet, at+"?site_id=sit_1&ordering=-word_count&search=brew", "", 200, []string{`"count":1`, `"word_count":900`})

	a.Busy[id] = true
	c.Call(editor, http.MethodDelete, mine, "", 409, []string{"in_work"})
	other := sample("tsk_b")
	other.Site, other.Idea = "sit_1", "ide_b"
	if err := v.Create(t.Context(), editor.Scope(), other); err != nil {
		t.Fatal(err)
	}
	both := `{"site_id":"sit_1","ids":["tsk_b","` + id + `"]`
	c.Call(editor, http.MethodPost, at+"bulk_delete/", both+"}", 409, []string{"in_work", id, "nothing was done"})
	c.Call(viewer, http.MethodGet, mine, "", 200, nil)
	c.Call(viewer, http.MethodGet, at+"tsk_b/", "", 200, nil)
	c.Call(editor, http.MethodPost, at+"bulk_update/", both+`,"set":{"word_count":700}}`, 200, []string{`"changed":2`})
	delete(a.Busy, id)
	c.Call(editor, http.MethodPost, at+"bulk_delete/", both[:len(both)-1]+`,"tsk_x"]}`, 404, []string{"tsk_x"})
	c.Call(editor, http.MethodDelete, mine, "", 200, []string{id})
	if _, err := k.Table.Get(t.Context(), mark, table.Consistent); !errs.Is(err, errs.NotFound) {
		t.Errorf("a task without an idea frees one: %v", err)
	}
	c.Call(editor, http.MethodPost, at+"bulk_delete/", both+"}", 200, []string{`"changed":1`, `"count":2`})
	if it, err := k.Table.Get(t.Context(), mark, table.Consistent); err != nil || it.Attrs["idea"] != "ide_b" {
		t.Errorf("the idea of a task that was deleted unwritten is not free: %v, %v", it, err)
	}

	done := sample("tsk_c")
	done.Site = "sit_1"
	if err := v.Create(t.Context(), editor.Scope(), done); err != nil {
		t.Fatal(err)
	}
	if err := k.Table.Write(t.Context(), task.CompleteOp(editor.Scope(), "sit_1", "tsk_c", "job", "con_1")); err != nil {
		t.Fatal(err)
	}
	c.Call(editor, http.MethodPatch, at+"tsk_c/", `{"title":"x"}`, 409, []string{"task_completed"})
	c.Call(editor, http.MethodDelete, at+"tsk_c/", "", 200, []string{"con_1"})
}
