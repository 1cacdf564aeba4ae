// Package pictures puts the makers of pictures together: the demo one, and those of each
// provider.
package pictures

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/demo/draw"
	"github.com/igny8/igny8/internal/ai/openai"
	"github.com/igny8/igny8/internal/ai/stability"
	"github.com/igny8/igny8/internal/app/providers"
)

// Images makes the router of pictures. It opens nothing.
func Images(o providers.Options) ai.Image {
	return ai.NewImages(map[string]ai.Image{
		ai.ProviderDemo:      draw.Painter{},
		ai.ProviderOpenAI:    openai.New(o.For(ai.ProviderOpenAI)).Image(),
		ai.ProviderStability: stability.New(o.For(ai.ProviderStability)).Image(),
	})
}
