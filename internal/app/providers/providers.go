// Package providers puts the makers of texts together: the demo one, and those of each
// provider. Those of pictures are in its folder pictures.
package providers

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/anthropic"
	"github.com/igny8/igny8/internal/ai/demo"
	"github.com/igny8/igny8/internal/ai/openai"
	"github.com/igny8/igny8/internal/app/providers/reach"
	"github.com/igny8/igny8/internal/secret"
)

// Access is how one provider is reached.
type Access = reach.Access

// Options are how all providers are reached.
type Options = reach.Options

// Key gives a provider's API key, for each call anew.
type Key = reach.Key

// HeldKey is a key that the program was given; nil for an empty one.
func HeldKey(key string) Key { return reach.HeldKey(key) }

// StoredKey is the key of a provider that is kept among the secrets; see reach.StoredKey.
func StoredKey(secrets secret.Reader, provider, name string) Key {
	return reach.StoredKey(secrets, provider, name)
}

// Texts makes the router of texts. It opens nothing.
func Texts(o Options) ai.Text {
	return ai.NewTexts(map[string]ai.Text{
		ai.ProviderDemo:      demo.Writer{},
		ai.ProviderOpenAI:    openai.New(o.For(ai.ProviderOpenAI)).Text(),
		ai.ProviderAnthropic: anthropic.New(o.For(ai.ProviderAnthropic)).Text(),
	})
}
