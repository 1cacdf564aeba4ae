package imagery_test

import (
	"io"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/imagery"
)

const site = "sit"

func sample(content string, kind imagery.Type, pos int) imagery.Image {
	return imagery.Image{ID: imagery.ID(content, kind, pos), Site: site, Content: content, ImageType: kind, Position: pos, Prompt: "a jar", Status: imagery.Pending}
}

func TestOneImageForEachPlace(t *testing.T) {
	t.Parallel()
	tb, bs, clk := open(t)
	v := imagery.NewService(tb, bs, clk)
	ctx := t.Context()
	seen := map[string]bool{}
	for _, c := range []string{"con_a", "con_b"} {
		for pos := 2; pos >= 0; pos-- {
			for _, kind := range []imagery.Type{imagery.InArticle, imagery.Featured} {
				if kind == imagery.Featured && pos > 0 {
					continue
				}
				x := sample(c, kind, pos)
				if seen[x.ID] {
					t.Fatalf("%s, %s, %d share an id", c, kind, pos)
				}
				seen[x.ID] = true
				op, err := imagery.NewOp(owner, x)
				if err != nil {
					t.Fatal(err)
				}
				if err := tb.Write(ctx, op); err != nil {
					t.Fatal(err)
				}
				if err := tb.Write(ctx, op); !errs.Is(err, errs.Conflict) {
					t.Errorf("the same place was taken twice: %v", err)
				}
			}
		}
	}
	got, err := v.OfContent(ctx, owner, site, "con_a", 4)
	if err != nil || len(got) != 4 || got[0].ImageType != imagery.Featured || got[1].Position != 0 || got[3].Position != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if list, err := v.List(ctx, owner, site, imagery.Filter{Content: "con_b", ImageType: imagery.InArticle}); err != nil || len(list) != 3 || list[0].Position != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := v.Get(ctx, other, site, got[0].ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another account: %v", err)
	}
	if _, err := v.List(ctx, nobody, site, imagery.Filter{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site not seen: %v", err)
	}
}

func TestFileIsPaidOnce(t *testing.T) {
	t.Parallel()
	tb, bs, clk := open(t)
	v := imagery.NewService(tb, bs, clk)
	ctx := t.Context()
	x := sample("con_a", imagery.Featured, 0)
	op, err := imagery.NewOp(owner, x)
	if err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, op); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Open(ctx, owner, site, x); !errs.Is(err, errs.NotFound) {
		t.Errorf("a pending picture was opened: %v", err)
	}
	if _, err := v.StoreFile(ctx, owner, site, "job_1", "image/svg+xml", 1, 1, []byte("<svg/>")); !errs.Is(err, errs.Invalid) {
		t.Errorf("an SVG was stored: %v", err)
	}
	f, err := v.StoreFile(ctx, owner, site, "job_1", "image/png", 3, 2, []byte("picture"))
	if err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, imagery.GeneratedOp(owner, x, "job_1", f)); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"generated twice": tb.Write(ctx, imagery.GeneratedOp(owner, x, "job_2", f)),
		"failed after":    tb.Write(ctx, imagery.FailedOp(owner, site, x.ID, 0, "run", errs.Ours, "x")),
	} {
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := v.Get(ctx, owner, site, x.ID)
	if err != nil || got.Job != "job_1" || got.Width != 3 || got.Height != 2 || got.Status != imagery.Generated {
		t.Fatalf("%+v, %v", got, err)
	}
	r, info, err := v.Open(ctx, owner, site, got)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != "picture" || info.SHA256 != got.SHA256 || info.ContentType != "image/png" {
		t.Errorf("%q, %v, %+v", b, err, info)
	}
	alt, prompt := "a jar on a table", "other"
	if got, err := v.Update(ctx, owner, site, x.ID, imagery.Edit{AltText: &alt}); err != nil || got.AltText != alt {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := v.Update(ctx, owner, site, x.ID, imagery.Edit{Prompt: &prompt}); !errs.Is(err, errs.Conflict) {
		t.Errorf("the prompt of a drawn picture was changed: %v", err)
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*imagery.Image){
		"prompt":     func(x *imagery.Image) { x.Prompt = " " },
		"image_type": func(x *imagery.Image) { x.ImageType = "mobile" },
		"position":   func(x *imagery.Image) { x.Position = -1 },
		"id":         func(x *imagery.Image) { x.Position = 1 },
		"alt_text":   func(x *imagery.Image) { x.AltText = strings.Repeat("ä", 501) },
		"caption":    func(x *imagery.Image) { x.Caption = strings.Repeat("x", 1001) },
	} {
		x := sample("con_a", imagery.InArticle, 0)
		spoil(&x)
		if err := x.Validate(); !errs.Is(err, errs.Invalid) || errs.Of(err).Fields[field] == nil {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestDrawn(t *testing.T) {
	t.Parallel()
	done, waits := imagery.Image{Status: imagery.Generated}, imagery.Image{Status: imagery.Failed}
	if n := imagery.Drawn([]imagery.Image{done, waits, done}); n != 2 {
		t.Errorf("%d drawn", n)
	}
}
