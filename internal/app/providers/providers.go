// Package providers puts the makers of texts together: the demo one, and those of a provider
// for which there is a key. Those of pictures are in its folder pictures.
package providers

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/demo"
	"github.com/igny8/igny8/internal/ai/openai"
	"github.com/igny8/igny8/internal/guard"
)

// OpenAI is how to reach it. A nil Key leaves it out.
type OpenAI struct {
	Key        func(ctx context.Context) (string, error)
	BaseURL    string        // with /v1; empty is OpenAI's own
	Timeout    time.Duration // of one call; 0 is 8 minutes
	AllowHosts []string      // private hosts that its calls may reach, beside BaseURL's own
}

const maxAnswer = 64 << 20 // bytes of one answer

// Client is a client of it; it opens nothing.
func (o OpenAI) Client() *openai.Client {
	if o.Timeout == 0 {
		o.Timeout = 8 * time.Minute
	}
	return openai.New(openai.Config{Key: o.Key, BaseURL: o.BaseURL,
		HTTP: guard.New(guard.Options{AllowHosts: o.hosts(), Timeout: o.Timeout, MaxBody: maxAnswer})})
}

// hosts are the allowed hosts and the provider's own, which customers may not name as their
// site for that.
func (o OpenAI) hosts() []string {
	if u, err := url.Parse(o.BaseURL); err == nil && u.Host != "" {
		return append(slices.Clone(o.AllowHosts), u.Host)
	}
	return o.AllowHosts
}

// Texts makes the router of texts. It opens nothing.
func Texts(o OpenAI) ai.Text {
	all := map[string]ai.Text{ai.ProviderDemo: demo.Writer{}}
	if o.Key != nil {
		all[ai.ProviderOpenAI] = o.Client().Text()
	}
	return ai.NewTexts(all)
}
