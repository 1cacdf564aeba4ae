package providers_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/secret"
	"github.com/igny8/igny8/internal/secret/embedded"
)

// TestOneKeyIsMissing: who has no key is told which one, and the others work.
func TestOneKeyIsMissing(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	secrets := embedded.New(map[string]string{"/s/openai-key": l.Key + "\n", "/s/stability-key": " "})
	stored := providers.Options{
		OpenAI:    providers.Access{Key: providers.StoredKey(secrets, ai.ProviderOpenAI, "/s/openai-key"), BaseURL: l.URL},
		Anthropic: providers.Access{Key: providers.StoredKey(secrets, ai.ProviderAnthropic, "/s/anthropic-key"), BaseURL: l.AnthropicURL},
		Stability: providers.Access{Key: providers.StoredKey(secrets, ai.ProviderStability, "/s/stability-key"), BaseURL: l.StabilityURL},
	}
	held := providers.Options{OpenAI: providers.Access{Key: providers.HeldKey(l.Key), BaseURL: l.URL}, Anthropic: providers.Access{Key: providers.HeldKey("")}}
	for name, c := range map[string]struct {
		o     providers.Options
		model string
		kind  errs.Kind
		code  string
		cause errs.Cause
		says  []string
	}{
		"stored, none":         {stored, ai.AnthropicTextModel, errs.Unauthenticated, "key_missing", errs.Ours, []string{"Anthropic", "/s/anthropic-key", "ANTHROPIC_API_KEY"}},
		"stored, an empty one": {stored, ai.StabilityModel, errs.Unauthenticated, "key_missing", errs.Ours, []string{"Stability AI", "/s/stability-key", "STABILITY_API_KEY"}},
		"held, none":           {held, ai.AnthropicTextModel, errs.Invalid, "provider_missing", errs.Input, []string{"Anthropic", "ANTHROPIC_API_KEY"}},
		"held, no picture":     {held, ai.StabilityModel, errs.Invalid, "provider_missing", errs.Input, []string{"Stability AI", "STABILITY_API_KEY"}},
	} {
		err := ask(t, c.o, c.model)
		e := errs.Of(err)
		if err == nil || e.Kind != c.kind || e.Code != c.code || e.Cause != c.cause {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, word := range c.says {
			if !strings.Contains(e.Message, word) {
				t.Errorf("%s: %q does not say %s", name, e.Message, word)
			}
		}
	}
	if n := len(l.Requests("", "")); n != 0 {
		t.Errorf("%d calls without a key", n)
	}
	for _, o := range []providers.Options{stored, held} {
		for _, model := range []string{ai.DefaultTextModel, ai.DefaultImageModel, ai.DemoTextModel, ai.DemoImageModel} {
			if err := ask(t, o, model); err != nil {
				t.Errorf("%s: %v", model, err)
			}
		}
	}
}

func ask(t *testing.T, o providers.Options, model string) error {
	t.Helper()
	m, _, err := ai.Find(model)
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind == ai.KindText {
		_, err = providers.Texts(o).Write(t.Context(), ai.TextRequest{Model: model, Prompt: "Give one idea about: espresso machines", Schema: schema})
	} else {
		_, err = pictures.Images(o).Draw(t.Context(), ai.ImageRequest{Model: model, Prompt: "A coffee machine"})
	}
	return err
}

// down is a store of secrets that can't be reached.
type down struct{}

func (down) Read(context.Context, string) (string, error) {
	return "", errs.New(errs.Unavailable, "secret", "later")
}

var _ secret.Reader = down{}

// TestSecretsAreDown: that is no missing key, and passes.
func TestSecretsAreDown(t *testing.T) {
	t.Parallel()
	_, err := providers.StoredKey(down{}, ai.ProviderOpenAI, "/s/openai-key")(t.Context())
	if e := errs.Of(err); err == nil || e.Kind != errs.Unavailable || e.Code != "secret" {
		t.Error(err)
	}
}

// TestStoredAnswersNeedNoKey: what was bought is read though its key was taken away since.
func TestStoredAnswersNeedNoKey(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	with := providers.Options{
		Anthropic: providers.Access{Key: providers.HeldKey(l.AnthropicKey), BaseURL: l.AnthropicURL},
		Stability: providers.Access{Key: providers.HeldKey(l.StabilityKey), BaseURL: l.StabilityURL},
	}
	text := ai.TextRequest{Model: ai.AnthropicTextModel, Prompt: "Give one idea about: espresso machines", Schema: schema}
	written, err := providers.Texts(with).Write(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	drawing := ai.ImageRequest{Model: ai.StabilityModel, Prompt: "A coffee machine", Size: "1216x832", Format: "png"}
	drawn, err := pictures.Images(with).Draw(t.Context(), drawing)
	if err != nil {
		t.Fatal(err)
	}
	text.Model, drawing.Model, drawing.Size = ai.DemoTextModel, ai.DefaultImageModel, "1536x1024" // chosen since
	if _, err := providers.Texts(providers.Options{}).Read(text, written); err != nil {
		t.Error(err)
	}
	if pic, err := pictures.Images(providers.Options{}).Read(drawing, drawn); err != nil || pic.Width != 1216 {
		t.Errorf("%d %v", pic.Width, err)
	}
}

// TestOwnHostsAlone: a provider's address may be private, and that of one opens no other's.
func TestOwnHostsAlone(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	defer s.Close()
	o := providers.Options{Timeout: time.Minute, OpenAI: providers.Access{BaseURL: s.URL}}
	for provider, ok := range map[string]bool{ai.ProviderOpenAI: true, ai.ProviderAnthropic: false, ai.ProviderStability: false} {
		res, err := o.For(provider).HTTP.Get(s.URL)
		if (err == nil) != ok {
			t.Errorf("%s: %v", provider, err)
		}
		if err == nil {
			_ = res.Body.Close()
		}
	}
}
