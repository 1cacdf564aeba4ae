package draw_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/demo/draw"
	"github.com/igny8/igny8/internal/errs"
)

func TestPictures(t *testing.T) {
	t.Parallel()
	model, _, _ := ai.Find(ai.DemoImageModel)
	for _, format := range []string{"png", "jpeg", "webp"} {
		for _, size := range model.Sizes[:3] {
			r := ai.ImageRequest{Model: ai.DemoImageModel, Prompt: "Studio photograph of a small espresso machine, morning light", Size: size, Format: format}
			a, err := draw.Painter{}.Draw(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			p, err := draw.Painter{}.Read(r, a)
			if err != nil || p.ContentType != "image/"+format || fmt.Sprintf("%dx%d", p.Width, p.Height) != size {
				t.Fatalf("%s %s: %s %dx%d %v", format, size, p.ContentType, p.Width, p.Height, err)
			}
			again, _ := draw.Painter{}.Draw(t.Context(), r)
			other, _ := draw.Painter{}.Draw(t.Context(), ai.ImageRequest{Prompt: "another", Size: size, Format: format})
			if !bytes.Equal(a.Raw, again.Raw) || bytes.Equal(a.Raw, other.Raw) {
				t.Fatal("the same prompt has to give the same picture, another prompt another")
			}
			if dir := os.Getenv("IGNY8_DEMO_PICTURES"); dir != "" {
				if err := os.WriteFile(dir+"/"+size+"."+format, p.Content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r.Size = "1536x864"
			if _, err := (draw.Painter{}).Read(r, a); errs.Of(err) == nil || errs.Of(err).Code != "wrong_size" {
				t.Fatalf("%v, want wrong_size", err)
			}
		}
	}
	for code, r := range map[string]ai.ImageRequest{"size_unknown": {Size: "9x9"}, "format_unknown": {Format: "gif"}} {
		if _, err := (draw.Painter{}).Draw(t.Context(), r); err == nil || errs.Of(err).Code != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, format := range []string{"png", "jpeg", "webp"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if _, err := (draw.Painter{}).Draw(b.Context(), ai.ImageRequest{Prompt: "Studio photograph of a small espresso machine, morning light", Format: format}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
