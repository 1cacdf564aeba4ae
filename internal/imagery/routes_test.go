package imagery_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/table"
)

// around knows the one site of acc_1, what jobs work on, and is told of contents that differ.
type around struct {
	apitest.Site
	apitest.Busy
	differs int
	mark    table.Key
}

func (a *around) Dropped(context.Context, account.Scope, imagery.Image) ([]table.Op, error) {
	return []table.Op{table.Put(table.Item{Key: a.mark, Type: "mark"})}, nil
}

func (a *around) Differs(context.Context, account.Scope, imagery.Image) error {
	a.differs++
	return nil
}

func TestImages(t *testing.T) {
	t.Parallel()
	const editor, viewer, eve = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	k := apitest.NewKit(t)
	v := imagery.NewService(k.Table, nil, k.Clock)
	a := &around{Site: site, Busy: apitest.Busy{}, mark: table.Key{Partition: table.OfSite(editor.Scope(), site), Sort: "BESIDE"}}
	c := apitest.Caller{T: t, H: k.Handler(t, v.Routes(imagery.Around{Sites: a, Work: a, Contents: a}))}
	x := sample("con_a", imagery.Featured, 0)
	op, err := imagery.NewOp(editor.Scope(), x)
	if err == nil {
		err = k.Table.Write(t.Context(), op)
	}
	if err != nil {
		t.Fatal(err)
	}
	mine := "/v1/writer/images/" + x.ID + "/"
	c.Call(viewer, http.MethodPatch, mine, `{"prompt":"a cup"}`, 403, nil)
	c.Call(eve, http.MethodPatch, mine, `{"prompt":"a cup"}`, 404, nil)
	c.Call(eve, http.MethodDelete, mine+"?site_id=sit", "", 404, nil)
	k.Clock.Advance(time.Hour)
	c.Call(editor, http.MethodPatch, mine, `{"prompt":"a cup","alt_text":"cup"}`, 200,
		[]string{`"prompt":"a cup"`, `"version":2`, `"updated_at":"` + k.Clock.Now().UTC().Format(time.RFC3339)}, "If-Match", `"1"`)
	c.Call(editor, http.MethodPatch, mine, `{"prompt":"a jug"}`, 412, []string{"changed_meanwhile"}, "If-Match", `"1"`)
	for body, says := range map[string]string{`{"prompt":" "}`: "prompt: ", `{"alt_text":"` + strings.Repeat("x", 501) + `"}`: "alt_text: ", `{"status":"generated"}`: "status: "} {
		c.Call(editor, http.MethodPatch, mine, body, 400, []string{says})
	}
	for _, busy := range []string{x.ID, "con_a"} { // it is drawn; its content is published
		a.Busy[busy] = true
		c.Call(editor, http.MethodPatch, mine, `{"alt_text":"x"}`, 409, []string{"in_work"})
		c.Call(editor, http.MethodDelete, mine, "", 409, []string{"in_work"})
		delete(a.Busy, busy)
	}
	c.Call(editor, http.MethodPatch, mine, `{"alt_text":"a red cup"}`, 200, nil)
	if a.differs != 0 {
		t.Error("a picture that is not drawn makes its post differ")
	}
	if err := k.Table.Write(t.Context(), imagery.GeneratedOp(editor.Scope(), x, "job", imagery.File{Name: "job.png"})); err != nil {
		t.Fatal(err)
	}
	c.Call(editor, http.MethodPatch, mine, `{"prompt":"a jug"}`, 409, []string{"image_generated"})
	c.Call(editor, http.MethodPatch, mine, `{"caption":"A cup"}`, 200, []string{`"status":"generated"`})
	if _, err := k.Table.Get(t.Context(), a.mark, table.Consistent); a.differs != 1 || !errs.Is(err, errs.NotFound) {
		t.Errorf("%d, %v", a.differs, err)
	}
	c.Call(editor, http.MethodDelete, mine, "", 200, []string{"outside site"})
	if _, err := k.Table.Get(t.Context(), a.mark, table.Consistent); a.differs != 2 || err != nil {
		t.Errorf("the content was not told: %d, %v", a.differs, err)
	}
	c.Call(editor, http.MethodDelete, mine, "", 404, nil)
	c.Call(viewer, http.MethodGet, "/v1/writer/images/?site_id=sit", "", 200, []string{`"count":0`})
}

// TestDeletedWhileDrawn: a picture that is deleted while it is drawn keeps what was paid for.
func TestDeletedWhileDrawn(t *testing.T) {
	t.Parallel()
	tb, bs, clk := open(t)
	v := imagery.NewService(tb, bs, clk)
	x := sample("con_a", imagery.Featured, 0)
	op, err := imagery.NewOp(owner, x)
	if err == nil {
		err = tb.Write(t.Context(), op)
	}
	if err != nil {
		t.Fatal(err)
	}
	none := func(context.Context, account.Scope, imagery.Image) ([]table.Op, error) { return nil, nil }
	if _, err := v.Remove(t.Context(), owner, site, x.ID, none); err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(t.Context(), imagery.GeneratedOp(owner, x, "job", imagery.File{Name: "job.png"})); err != nil {
		t.Errorf("the picture is lost: %v", err)
	}
	if _, err := v.Get(t.Context(), owner, site, x.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("it came back: %v", err)
	}
}
