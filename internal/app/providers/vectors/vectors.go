// Package vectors puts the maker of vectors together, apart from those of texts and pictures,
// so that the function that groups keywords links no more than it.
package vectors

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai/embedding"
	"github.com/igny8/igny8/internal/app/providers/reach"
)

// Embed makes it. It opens nothing.
func Embed(o reach.Options) ai.Embed { return embedding.New(o.For(ai.ProviderOpenAI)) }
