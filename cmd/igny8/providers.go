package main

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/providers"
)

// providerFlags are the keys of who writes and draws. New sites have OpenAI where its key is
// there, else Anthropic's texts and Stability AI's pictures, else the demo's.
type providerFlags struct {
	OpenAIKey     string `name:"openai-key" help:"OpenAI key, for texts and pictures; without any key the demo stands in." env:"OPENAI_API_KEY" placeholder:"KEY" hidden:""`
	OpenAIBase    string `name:"openai-base-url" help:"Address of the OpenAI API, with /v1." env:"OPENAI_BASE_URL" hidden:""`
	AnthropicKey  string `name:"anthropic-key" help:"Anthropic key, for texts." env:"ANTHROPIC_API_KEY" placeholder:"KEY" hidden:""`
	AnthropicBase string `name:"anthropic-base-url" help:"Address of the Anthropic API, without /v1." env:"ANTHROPIC_BASE_URL" hidden:""`
	StabilityKey  string `name:"stability-key" help:"Stability AI key, for pictures." env:"STABILITY_API_KEY" placeholder:"KEY" hidden:""`
	StabilityBase string `name:"stability-base-url" help:"Address of the Stability AI API, without /v2beta." env:"STABILITY_BASE_URL" hidden:""`
}

func (f providerFlags) options() providers.Options {
	return providers.Options{
		OpenAI:    providers.Access{Key: providers.HeldKey(f.OpenAIKey), BaseURL: f.OpenAIBase},
		Anthropic: providers.Access{Key: providers.HeldKey(f.AnthropicKey), BaseURL: f.AnthropicBase},
		Stability: providers.Access{Key: providers.HeldKey(f.StabilityKey), BaseURL: f.StabilityBase},
	}
}

// demoNotice says what the demo makes here, and which key would change that; empty when it
// makes nothing.
func (w *workspace) demoNotice() string {
	switch {
	case w.Demo() && w.DemoPictures():
		return "Demo texts and pictures. Set OPENAI_API_KEY (or ANTHROPIC_API_KEY and STABILITY_API_KEY) to have real ones made."
	case w.Demo():
		return "Demo texts. Set OPENAI_API_KEY or ANTHROPIC_API_KEY to have real ones written."
	case w.DemoPictures():
		return "Demo pictures. Set OPENAI_API_KEY or STABILITY_API_KEY to have real ones drawn."
	}
	return ""
}

// keyOf is the variable that holds the key for a model.
func keyOf(model string) string {
	m, _, err := ai.Find(model)
	if v := ai.ProviderOf(m.Provider).KeyVariable; err == nil && v != "" {
		return v
	}
	return ai.ProviderOf(ai.ProviderOpenAI).KeyVariable
}
