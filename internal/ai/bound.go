package ai

import (
	"errors"
	"net"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// dearPicture is the price from which a model's usual picture is premium: 2 cents.
const dearPicture credit.USD = 20_000

// overhead bounds the tokens that a provider adds to a request of its own.
const overhead = 2000

// Tier is the class of a picture that the model draws in a quality: premium in the highest
// quality, and where the model's usual picture costs 2 cents or more.
func (m Model) Tier(quality string) credit.Tier {
	usual := m.PerImage + m.Cost(0, 0, m.ImageTokens("1024x1024", m.Quality))
	if quality == "high" || usual >= dearPicture {
		return credit.Premium
	}
	return credit.Basic
}

// MostText is the most that the call for r can cost, whatever the answer: as many tokens as
// the request has bytes, and the longest answer that it allows. 0 for an unknown model.
func MostText(r TextRequest) credit.USD {
	m, _, err := Find(r.Model)
	if err != nil {
		return 0
	}
	out := m.MaxOut
	if r.MaxTokens > 0 {
		out = min(out, r.MaxTokens)
	}
	return m.most(len(r.Instructions)+len(r.Prompt)+len(r.Schema.JSON), out)
}

// MostImage is the most that the call for r can cost. 0 for an unknown model.
func MostImage(r ImageRequest) credit.USD {
	m, _, err := Find(r.Model)
	if err != nil {
		return 0
	}
	out := m.ImageTokens(r.Size, r.Quality)
	if out == 0 { // the model's defaults, or what it does not know: the dearest of all
		for _, size := range append(m.Sizes, r.Size) {
			for quality := range m.Tokens {
				out = max(out, m.ImageTokens(size, quality))
			}
		}
	}
	return m.PerImage + m.most(len(r.Prompt), out)
}

// MostEmbedding is the most that the call for r can cost: as many tokens as its texts have
// bytes. 0 for an unknown model.
func MostEmbedding(r EmbedRequest) credit.USD {
	m, _, err := Find(r.Model)
	if err != nil {
		return 0
	}
	bytes := 0
	for _, text := range r.Texts {
		bytes += len(text)
	}
	return m.most(bytes, 0)
}

// UsualEmbedding is what the call for texts costs as a rule: a token for four letters, and
// for each text one at least.
func UsualEmbedding(model string, texts []string) credit.USD {
	m, _, err := Find(model)
	if err != nil {
		return 0
	}
	tokens := int64(0)
	for _, text := range texts {
		tokens += int64(utf8.RuneCountInString(text)+3) / 4
	}
	return m.Cost(tokens, 0, 0)
}

// most bounds the price of a request of so many bytes, each a token of its own at worst.
func (m Model) most(bytes int, out int64) credit.USD {
	in := int64(bytes + overhead)
	return max(m.Cost(in, 0, out), m.CostOf(Tokens{In: in, Written: in, Out: out}))
}

// InDoubt tells whether a call that failed may have been sold to us all the same: it was
// sent, and no whole answer came back.
func InDoubt(err error) bool {
	e := errs.Of(err)
	if e == nil || e.Code != "timeout" && e.Code != "connection_lost" && e.Code != "truncated" {
		return false
	}
	var dial *net.OpError
	return !errors.As(err, &dial) || dial.Op != "dial" // nobody was reached
}
