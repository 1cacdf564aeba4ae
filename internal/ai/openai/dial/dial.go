// Package dial is how OpenAI is spoken to, for its drivers of texts and pictures and for that of
// vectors, which link nothing of each other.
package dial

import (
	"encoding/json"
	"net/http"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
)

// Provider is OpenAI.
func Provider() wire.Provider {
	return wire.Provider{Provider: ai.ProviderOf(ai.ProviderOpenAI), Base: "https://api.openai.com/v1", Sign: sign, Explain: explain}
}

func sign(h http.Header, key, id string) {
	h.Set("Authorization", "Bearer "+key)
	h.Set("X-Client-Request-Id", id)
}

// explain reads what OpenAI says in an answer that is no success. An error page that is no
// JSON says nothing: the status alone speaks.
func explain(_ int, raw []byte) wire.Refusal {
	var r struct {
		Error struct {
			Message string `json:"message"`
			Type    string `json:"type"`
			Code    any    `json:"code"` // a text, null, or for some faults a number
		} `json:"error"`
	}
	_ = json.Unmarshal(raw, &r)
	means := wire.Unsaid
	switch {
	case r.Error.Code == "insufficient_quota" || r.Error.Type == "insufficient_quota":
		means = wire.OutOfCredit
	case r.Error.Code == "model_not_found":
		means = wire.NoModel
	case r.Error.Code == "moderation_blocked" || r.Error.Code == "content_policy_violation":
		means = wire.Blocked
	}
	return wire.Refusal{Message: r.Error.Message, Means: means}
}
