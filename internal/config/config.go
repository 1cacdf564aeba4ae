// Package config is what the functions are told by their environment: one struct for each
// binary, read once. Lambda itself sets the variables that begin with AWS_; all others are
// set in template.yaml, and a test holds the two to each other.
package config

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/caarlos0/env/v11"
)

// Load reads the struct of a function. The error names each variable that is missing or
// can't be read.
func Load[C any]() (C, error) {
	c, err := env.ParseAs[C]()
	if err != nil {
		return c, fmt.Errorf("config: %w", err)
	}
	return c, nil
}

// AWS is how the services are reached. Static: nothing is discovered, and no file is read.
type AWS struct {
	Region        string `env:"AWS_REGION,notEmpty"`
	AccessKeyID   string `env:"AWS_ACCESS_KEY_ID,notEmpty"`
	SecretKey     string `env:"AWS_SECRET_ACCESS_KEY,notEmpty"`
	SessionToken  string `env:"AWS_SESSION_TOKEN"`
	Endpoint      string `env:"AWS_ENDPOINT_URL"`          // empty: each service's own
	TableEndpoint string `env:"AWS_ENDPOINT_URL_DYNAMODB"` // empty: Endpoint
}

// Common is what every function has.
type Common struct {
	AWS      AWS
	Table    string     `env:"IGNY8_TABLE,notEmpty"`
	LogLevel slog.Level `env:"IGNY8_LOG_LEVEL,notEmpty"`
	Memory   int64      `env:"AWS_LAMBDA_FUNCTION_MEMORY_SIZE,notEmpty"` // MB
}

// API is what every function behind the gateway has.
type API struct {
	PublicKeys     string `env:"IGNY8_PUBLIC_KEYS,notEmpty"` // base64 of Ed25519 keys, separated by commas
	EdgeSecret     string `env:"IGNY8_EDGE_SECRET"`          // empty: requests need not come through the edge
	ThrottleFactor int    `env:"IGNY8_THROTTLE_FACTOR,notEmpty"`
}

// Bucket is the file store.
type Bucket struct {
	Name      string `env:"IGNY8_BUCKET,notEmpty"`
	PathStyle bool   `env:"IGNY8_S3_PATH_STYLE,notEmpty"`
}

// Sites is how outside sites are reached: whose passwords are sealed, and which private
// hosts may be asked.
type Sites struct {
	SealKey    string   `env:"IGNY8_SEAL_KEY,notEmpty"` // of KMS
	AllowHosts []string `env:"IGNY8_ALLOW_HOSTS"`
}

// Provider is how the makers of texts or of pictures are reached that both have: OpenAI.
type Provider struct {
	OpenAIKey     string        `env:"IGNY8_OPENAI_KEY,notEmpty"` // name of the secret
	OpenAIBaseURL string        `env:"IGNY8_OPENAI_BASE_URL"`     // empty: the provider's own
	Timeout       time.Duration `env:"IGNY8_PROVIDER_TIMEOUT,notEmpty"`
}

// Anthropic is how it is reached, which makes texts alone.
type Anthropic struct {
	Key     string `env:"IGNY8_ANTHROPIC_KEY,notEmpty"` // name of the secret
	BaseURL string `env:"IGNY8_ANTHROPIC_BASE_URL"`     // empty: its own
}

// Stability is how it is reached, which makes pictures alone.
type Stability struct {
	Key     string `env:"IGNY8_STABILITY_KEY,notEmpty"` // name of the secret
	BaseURL string `env:"IGNY8_STABILITY_BASE_URL"`     // empty: its own
}

// Jobs is how a worker tries again.
type Jobs struct {
	Backoff time.Duration `env:"IGNY8_BACKOFF,notEmpty"`
}

// Stray says when stray drafts are looked for after a publication.
type Stray struct {
	After time.Duration `env:"IGNY8_STRAY_AFTER,notEmpty"`
}

// Looks are the two times of it.
func (s Stray) Looks() [2]time.Duration { return [2]time.Duration{s.After, 15 * s.After} }
