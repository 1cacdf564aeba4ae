package main

import (
	"context"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/site"
)

// TestKeysDecideWhoMakes: new sites have the models of the first provider whose key is there.
func TestKeysDecideWhoMakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys          providerFlags
		texts, images string
		notice        string // a word of it
	}{
		{providerFlags{}, ai.DemoTextModel, ai.DemoImageModel, "texts and pictures"},
		{providerFlags{OpenAIKey: "k"}, ai.DefaultTextModel, ai.DefaultImageModel, ""},
		{providerFlags{OpenAIKey: "k", AnthropicKey: "k", StabilityKey: "k"}, ai.DefaultTextModel, ai.DefaultImageModel, ""},
		{providerFlags{AnthropicKey: "k", StabilityKey: "k"}, ai.AnthropicTextModel, ai.StabilityModel, ""},
		{providerFlags{AnthropicKey: "k"}, ai.AnthropicTextModel, ai.DemoImageModel, "Demo pictures"},
		{providerFlags{StabilityKey: " \n"}, ai.DemoTextModel, ai.DemoImageModel, "texts and pictures"},
		{providerFlags{StabilityKey: "k"}, ai.DemoTextModel, ai.StabilityModel, "Demo texts."},
	} {
		w := openTest(t, dataFlags{Data: t.TempDir(), providerFlags: c.keys})
		if w.TextModel() != c.texts || w.ImageModel() != c.images {
			t.Errorf("%+v: %s and %s", c.keys, w.TextModel(), w.ImageModel())
		}
		if n := w.demoNotice(); (n == "") != (c.notice == "") || !strings.Contains(n, c.notice) {
			t.Errorf("%+v: %q", c.keys, n)
		}
		if err := w.close(); err != nil {
			t.Error(err)
		}
	}
}

// TestChosenProviderStays: a site keeps the models that were chosen for it while their
// provider has a key, and says which key is missing rather than mix the demo in.
func TestChosenProviderStays(t *testing.T) {
	t.Parallel()
	ctx, yes := context.Background(), true
	target := targetFlags{WPURL: "https://blog.example", WPUser: "editor", Industry: "digital-marketing"}
	f := dataFlags{Data: t.TempDir(), providerFlags: providerFlags{OpenAIKey: "k", AnthropicKey: "k", StabilityKey: "k"}}
	text, image := ai.AnthropicTextModel, ai.StabilityModel
	with := func(f dataFlags, use func(w *workspace)) {
		t.Helper()
		w := openTest(t, f)
		use(w)
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
	}
	with(f, func(w *workspace) {
		st, err := w.site(ctx, target, &yes)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Sites.UpdateSettings(ctx, w.scope, st.ID, site.Patch{TextModel: &text, ImageModel: &image}); err != nil {
			t.Fatal(err)
		}
		if st, err = w.site(ctx, target, &yes); err != nil || st.Settings.TextModel != text || st.Settings.ImageModel != image {
			t.Errorf("the choice did not stay: %+v %v", st.Settings, err)
		}
	})
	for _, c := range []struct {
		keys providerFlags
		want string
	}{
		{providerFlags{}, "ANTHROPIC_API_KEY"},
		{providerFlags{AnthropicKey: "k"}, "STABILITY_API_KEY"},
	} {
		f.providerFlags = c.keys
		with(f, func(w *workspace) {
			if st, err := w.site(ctx, target, &yes); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v: %+v %v", c.keys, st.Settings, err)
			}
		})
	}
	f.providerFlags = providerFlags{OpenAIKey: "k"}
	with(f, func(w *workspace) {
		if st, err := w.site(ctx, target, &yes); err != nil || st.Settings.TextModel != ai.DefaultTextModel || st.Settings.ImageModel != ai.DefaultImageModel {
			t.Errorf("%+v %v", st.Settings, err)
		}
	})
}

// TestKeysComeFromVariables: each key and address has the variable that its provider's own
// tools know.
func TestKeysComeFromVariables(t *testing.T) {
	for _, v := range []string{"OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "STABILITY_API_KEY", "STABILITY_BASE_URL"} {
		t.Setenv(v, "from "+v)
	}
	var f dataFlags
	p, err := kong.New(&f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(nil); err != nil {
		t.Fatal(err)
	}
	want := providerFlags{"from OPENAI_API_KEY", "from OPENAI_BASE_URL", "from ANTHROPIC_API_KEY", "from ANTHROPIC_BASE_URL", "from STABILITY_API_KEY", "from STABILITY_BASE_URL"}
	if f.providerFlags != want {
		t.Errorf("%+v", f.providerFlags)
	}
}
