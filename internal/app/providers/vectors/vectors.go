// Package vectors puts the maker of vectors together, apart from those of texts and pictures,
// so that the function that groups keywords links no more than it.
package vectors

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai"
	"github.com/igny8/igny8/internal/app/providers"
)

// Embed makes it. It opens nothing.
func Embed(o providers.Options) ai.Embed { return openai.New(o.For(ai.ProviderOpenAI)).Embed() }
