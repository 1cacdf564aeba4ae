// Package ai is the way to the makers of text and pictures: two small interfaces, a
// registry of models as data, and the readers that check an answer before it is used.
// A call and the reading of its answer are apart, because the raw answer is stored between
// the two: what was answered is never bought twice (protocols 5).
package ai

import (
	"context"
	"encoding/json"

	"github.com/igny8/igny8/internal/credit"
)

// Answer is what a provider gave for money, just as it came.
type Answer struct {
	Usage Usage  `json:"usage"`
	Raw   []byte `json:"raw"` // the provider's body
}

// Usage is what one provider call used.
type Usage struct {
	Provider  string     `json:"provider"`
	Model     string     `json:"model"`
	TokensIn  int64      `json:"tokens_input"` // those from a cache, and those put into one, included
	TokensOut int64      `json:"tokens_output"`
	Cached    int64      `json:"tokens_cached"`
	Images    int64      `json:"images"`
	CostUSD   credit.USD `json:"cost_micro_usd"`
	PriceDate string     `json:"price_date"`
	RequestID string     `json:"request_id,omitempty"` // what the provider calls the call

	// Tier is the class of a picture that was asked for; the driver leaves it empty, and
	// whoever asks sets it.
	Tier credit.Tier `json:"image_tier,omitempty"`
}

// Schema is a named JSON schema that the answer has to fit (strict: every property
// required, additionalProperties false). Limits of lengths, numbers and counts do not stand
// in it, since not every provider takes them: whoever asks checks those himself.
type Schema struct {
	Name string
	JSON json.RawMessage
}

// TextRequest asks for a JSON document.
type TextRequest struct {
	Key          string // the job's id and the call's name; sent as the provider's request key
	Model        string
	Instructions string
	Prompt       string
	Schema       Schema
	MaxTokens    int64 // 0: the model's limit
}

// Text writes documents.
//
// Errors of Write: Exhausted (429, with RetryAfter when told), Unavailable (5xx, 529, lost
// connection, time-out), Unauthenticated (key refused), Invalid (request refused); all with
// cause provider. A call that was answered with 200 is an Answer, whatever it says: a
// refusal and a cut-off text were bought as well. Not safe to repeat: each call is paid.
type Text interface {
	Write(ctx context.Context, r TextRequest) (Answer, error)
	// Read checks status, finish reason, refusal, JSON and schema, and gives the document.
	// Errors are Invalid with codes refusal, content_filter, cut_off, bad_json, schema;
	// cause provider. It calls nobody.
	Read(r TextRequest, a Answer) (json.RawMessage, error)
}

// ImageRequest asks for one picture.
type ImageRequest struct {
	Key     string
	Model   string
	Prompt  string
	Size    string // "1536x1024", one of the model's sizes
	Quality string // "low", "medium", "high"; empty: the model's default
	Format  string // "png", "jpeg", "webp"
}

// Picture is a checked picture.
type Picture struct {
	ContentType   string
	Width, Height int
	Content       []byte
}

// Image makes pictures. Errors as for Text; Read has the codes blocked, wrong_type,
// wrong_size, corrupt, empty.
type Image interface {
	Draw(ctx context.Context, r ImageRequest) (Answer, error)
	Read(r ImageRequest, a Answer) (Picture, error)
}
