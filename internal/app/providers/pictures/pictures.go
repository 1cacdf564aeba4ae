// Package pictures puts the makers of pictures together: the demo one, and those of a provider
// for which there is a key.
package pictures

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/demo/draw"
	"github.com/igny8/igny8/internal/app/providers"
)

// Images makes the router of pictures. It opens nothing.
func Images(o providers.OpenAI) ai.Image {
	all := map[string]ai.Image{ai.ProviderDemo: draw.Painter{}}
	if o.Key != nil {
		all[ai.ProviderOpenAI] = o.Client().Image()
	}
	return ai.NewImages(all)
}
