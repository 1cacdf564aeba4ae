// Package reach is how the makers of texts, pictures and vectors are reached: their keys,
// addresses and time.
package reach

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/guard"
)

// Access is how one provider is reached. Without a Key it makes nothing (Invalid
// provider_missing), and its stored answers can be read all the same.
type Access struct {
	Key     Key
	BaseURL string // empty is the provider's own
}

// Options are how all providers are reached.
type Options struct {
	OpenAI     Access        // BaseURL with /v1
	Anthropic  Access        // BaseURL without
	Stability  Access        // BaseURL without
	Timeout    time.Duration // of one call; 0 is 8 minutes
	AllowHosts []string      // private hosts that their calls may reach, beside each BaseURL's own
}

const maxAnswer = 64 << 20 // bytes of one answer

// Of is how a provider (its id) is reached; nobody reaches one that is not known.
func (o Options) Of(provider string) Access {
	switch provider {
	case ai.ProviderOpenAI:
		return o.OpenAI
	case ai.ProviderAnthropic:
		return o.Anthropic
	case ai.ProviderStability:
		return o.Stability
	}
	return Access{}
}

// For is what the driver of a provider (its id) needs. The provider's own host is allowed,
// which customers may not name as their site for that. It opens nothing.
func (o Options) For(provider string) wire.Config {
	a := o.Of(provider)
	if a.Key == nil {
		a.Key = func(context.Context) (string, error) { return "", ai.ProviderOf(provider).Missing() }
	}
	if o.Timeout == 0 {
		o.Timeout = 8 * time.Minute
	}
	hosts := o.AllowHosts
	if u, err := url.Parse(a.BaseURL); err == nil && u.Host != "" {
		hosts = append(slices.Clone(hosts), u.Host)
	}
	return wire.Config{Key: a.Key, BaseURL: a.BaseURL, HTTP: guard.New(guard.Options{AllowHosts: hosts, Timeout: o.Timeout, MaxBody: maxAnswer})}
}
