package ai

import (
	"slices"

	"github.com/igny8/igny8/internal/errs"
)

// The providers that have a driver.
const (
	ProviderOpenAI    = "openai"
	ProviderAnthropic = "anthropic"
	ProviderStability = "stability"
	ProviderDemo      = "demo"
)

// Provider is who makes texts or pictures.
type Provider struct {
	ID          string // as models and usages name it
	Name        string // as people know it
	KeyVariable string // the variable that holds its key; empty for the demo
}

// providers in the order in which they are named to people.
var providers = []Provider{
	{ProviderOpenAI, "OpenAI", "OPENAI_API_KEY"},
	{ProviderAnthropic, "Anthropic", "ANTHROPIC_API_KEY"},
	{ProviderStability, "Stability AI", "STABILITY_API_KEY"},
	{ProviderDemo, "the demo", ""},
}

// ProviderOf gives a provider by its id; one that is not known has its id for a name.
func ProviderOf(id string) Provider {
	if i := slices.IndexFunc(providers, func(p Provider) bool { return p.ID == id }); i >= 0 {
		return providers[i]
	}
	return Provider{ID: id, Name: id}
}

// Model gives one of the provider's own models, a successor for an id that was shut down.
// Errors are those of Find, and Invalid wrong_kind for what it does not make.
func (p Provider) Model(id string, kind Kind) (Model, error) {
	m, _, err := Find(id)
	if err != nil {
		return m, err
	}
	if m.Provider != p.ID || m.Kind != kind {
		return m, errs.New(errs.Invalid, "wrong_kind", m.ID+" is no "+string(kind)+" model of "+p.Name)
	}
	return m, nil
}

// Missing is the error of a call to a provider for which there is no key here: Invalid
// provider_missing, naming the variable.
func (p Provider) Missing() *errs.Error {
	return errs.New(errs.Invalid, "provider_missing", "no key is set for "+p.Name+": set "+p.KeyVariable+", or choose a model of another provider").Because(errs.Input)
}
