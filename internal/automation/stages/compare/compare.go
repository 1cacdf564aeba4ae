// Package compare is how the stages that group keywords have them compared: by what the
// product knows itself, or by vectors of a provider, as the site's settings say. Vectors are
// bought through the job that needs them, once for an account, and kept before they are used.
package compare

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/cluster/embeddings"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/site"
)

// kind is the vectors that are bought.
var kind = embeddings.Kind{Model: ai.EmbeddingModel, Size: ai.EmbeddingSize}

// Input is what a job's input names beside its texts when it compares by a provider's vectors.
const Input = "by " + ai.EmbeddingModel

// pricedTexts is for how many texts, begun, one price is paid.
const pricedTexts = 1000

// Price is what vectors of so many texts cost.
func Price(l credit.List, texts int) credit.Amount {
	return l.Price(credit.Embedding, credit.Use{Units: (texts + pricedTexts - 1) / pricedTexts})
}

// Sites tells the settings of sites.
type Sites interface {
	Get(ctx context.Context, s account.Scope, id string) (site.Site, error)
}

// Service is safe for concurrent use once it is put together.
type Service struct {
	store *embeddings.Store
	sites Sites
	maker ai.Embed
}

// New makes a Service that tells what is needed and reads what is kept.
func New(store *embeddings.Store, sites Sites) *Service { return &Service{store: store, sites: sites} }

// BuyFrom lets vectors be bought. Only programs that do jobs may.
func (v *Service) BuyFrom(maker ai.Embed) { v.maker = maker }

// ByProvider tells whether the keywords of a site are to be compared by a provider's vectors.
// Under a price list that knows none they are not: they would be bought and not be paid.
func (v *Service) ByProvider(ctx context.Context, s account.Scope, siteID string, l credit.List) (bool, error) {
	if _, priced := l.Rules[credit.Embedding]; v == nil || !priced {
		return false, nil
	}
	where, err := v.sites.Get(ctx, s, siteID)
	return where.Settings.CompareBy == site.CompareByOpenAI, errs.Wrap("compare.ByProvider", err)
}

// Need is what the vectors of some texts take.
type Need struct {
	Texts   int        // that differ
	Missing []string   // of these, those that have to be bought
	Cost    credit.USD // of these at the provider, as a rule
}

// Needed tells what the vectors of texts take. It calls no provider.
func (v *Service) Needed(ctx context.Context, s account.Scope, texts []string) (Need, error) {
	known, err := v.store.Known(ctx, s, kind)
	if err != nil {
		return Need{}, errs.Wrap("compare.Needed", err)
	}
	n := Need{Texts: embeddings.Distinct(texts), Missing: known.Missing(texts)}
	n.Cost = ai.UsualEmbedding(kind.Model, n.Missing)
	return n, nil
}

// Missing counts, for each text, how many of the texts up to and with it have no vector yet.
func (p Pending) Missing(texts []string) []int { return p.known.Running(texts) }

// Pending is what is there while vectors are bought.
type Pending struct {
	known  *embeddings.Known
	Bought int // by this job so far, whose price it draws
}

// Vectors are what a job compares by.
type Vectors struct {
	*embeddings.Vectors
	Bought  int    // texts that this job bought
	Instead string // why there are none, and the product's own are taken
}

// receipt is what is kept of one purchase. Vectors stand in it only until they are in the
// store, and those that can't be used stay.
type receipt struct {
	Kept   int      `json:"kept"`
	Left   int      `json:"left"`
	Texts  []string `json:"texts,omitempty"`
	Answer []byte   `json:"answer,omitempty"`
}

// Get gives the vectors of the texts that want names, and buys those that are missing, in
// calls of at most ai.MaxEmbed texts. want is asked again after each purchase, and may name
// fewer texts than it would like to, when more can't be paid; nil: too few.
//
// What was bought is in the store before the call counts as answered, so it is not bought
// again by whoever asks next, this job's repeat or another. A refusal that passes, or that a
// person has to mend, is the job's error, as for any call (see ai.Text). What the provider
// can't give for these texts is no error: the answer says so (Instead), and the whole set is
// compared by the product's own.
func (v *Service) Get(ctx context.Context, s account.Scope, w *automation.Work, want func(Pending) []string) (Vectors, error) {
	b := &buyer{Service: v, scope: s, work: w}
	defer b.free(ctx)
	out, err := b.all(ctx, want)
	if e := errs.Of(err); err != nil && slices.Contains(instead, e.Code) {
		return Vectors{Bought: b.bought, Instead: e.Message}, nil
	}
	return out, errs.Wrap("compare.Get", err)
}

// instead are the codes of errors that have the product's own vectors taken: of texts that the
// provider refuses, and of answers that can't be used.
var instead = []string{"request_refused", "vectors"}

// buyer makes the purchases of one job.
type buyer struct {
	*Service
	scope  account.Scope
	work   *automation.Work
	known  *embeddings.Known
	claim  *embeddings.Claim
	bought int
}

func (b *buyer) all(ctx context.Context, want func(Pending) []string) (Vectors, error) {
	var err error
	if b.known, err = b.store.Known(ctx, b.scope, kind); err != nil {
		return Vectors{}, err
	}
	for n := 0; ; n++ {
		texts := want(Pending{b.known, b.bought})
		missing := b.known.Missing(texts)
		if len(missing) > 0 && b.claim == nil {
			if err := b.take(ctx); err != nil {
				return Vectors{}, err
			}
			missing = b.known.Missing(texts) // others may have bought meanwhile
		}
		left, err := b.purchase(ctx, n, missing)
		if err != nil {
			return Vectors{}, err
		}
		if texts = want(Pending{b.known, b.bought}); left > 0 || len(b.known.Missing(texts)) > 0 {
			continue
		}
		if texts == nil {
			return Vectors{Bought: b.bought, Instead: "the credits that were held do not pay for the vectors: add credits and compute them anew"}, nil
		}
		vectors, err := b.store.Vectors(ctx, b.scope, b.known, texts)
		return Vectors{Vectors: vectors, Bought: b.bought}, err
	}
}

// take claims the right to buy, and looks again at what is there.
func (b *buyer) take(ctx context.Context) error {
	var err error
	if b.claim, err = b.store.Claim(ctx, b.scope, kind, b.work.Job.ID); err != nil {
		return err
	}
	b.known, err = b.store.Known(ctx, b.scope, kind)
	return err
}

func (b *buyer) free(ctx context.Context) {
	if b.claim != nil {
		_ = b.claim.Free(context.WithoutCancel(ctx)) // else it ends by itself
		b.claim = nil
	}
}

// purchase makes the job's n-th purchase, of the first of what is missing, or finds what it
// was; and puts it into the store if it is not there.
func (b *buyer) purchase(ctx context.Context, n int, missing []string) (left int, err error) {
	batch := missing[:min(len(missing), ai.MaxEmbed)]
	r := ai.EmbedRequest{Key: b.work.Job.ID + "." + automation.CallName(n), Model: kind.Model, Size: kind.Size, Texts: batch}
	most := credit.USD(0)
	if len(batch) > 0 {
		most = ai.MostEmbedding(r)
	}
	bought := false
	a, err := b.work.Once(ctx, automation.CallName(n), most, func(ctx context.Context) (ai.Answer, error) {
		bought = len(batch) > 0
		return b.call(ctx, r, len(missing)-len(batch))
	})
	if err != nil {
		return 0, err
	}
	var got receipt
	if err := json.Unmarshal(a.Raw, &got); err != nil {
		return 0, errs.New(errs.Internal, "receipt_broken", "what was kept of bought vectors can't be read").With(err).Because(errs.Ours)
	}
	if len(got.Texts) > 0 {
		if got.Kept, err = b.unpack(ctx, got, a.Usage); err != nil {
			return 0, err
		}
	}
	if bought && len(b.known.Lacks(batch)) > 0 { // going on would buy them for ever
		return 0, errs.New(errs.Internal, "vectors_lost", "").With(errors.New("compare: bought vectors are not in the store")).Because(errs.Ours)
	}
	b.bought += got.Kept
	return got.Left, nil
}

// call buys a batch and puts it into the store.
func (b *buyer) call(ctx context.Context, r ai.EmbedRequest, left int) (ai.Answer, error) {
	got := receipt{Left: left}
	a := ai.Answer{Usage: ai.Usage{Provider: "igny8"}}
	if len(r.Texts) > 0 {
		if b.maker == nil {
			return ai.Answer{}, ai.ProviderOf(ai.ProviderOpenAI).Missing()
		}
		var err error
		if a, err = b.maker.Vectors(ctx, r); err != nil {
			return ai.Answer{}, err
		}
		got = b.put(context.WithoutCancel(ctx), r, a, got)
	}
	raw, err := json.Marshal(got)
	a.Raw = raw
	return a, err
}

// put puts what was bought into the store, or else into the receipt: it is kept with the job.
func (b *buyer) put(ctx context.Context, r ai.EmbedRequest, a ai.Answer, got receipt) receipt {
	vectors, err := b.maker.Read(r, a)
	if err == nil {
		if err = b.claim.Add(ctx, b.known, r.Texts, vectors); err == nil {
			got.Kept = len(r.Texts)
			return got
		}
		b.claim = nil // it is still this job's, so that no other buys them before they are unpacked
	}
	got.Texts, got.Answer = r.Texts, a.Raw
	return got
}

// unpack puts into the store what a call bought and could not put there. Invalid when it
// can't be used.
func (b *buyer) unpack(ctx context.Context, got receipt, u ai.Usage) (int, error) {
	if b.maker == nil {
		return 0, ai.ProviderOf(ai.ProviderOpenAI).Missing()
	}
	vectors, err := b.maker.Read(ai.EmbedRequest{Model: kind.Model, Size: kind.Size, Texts: got.Texts}, ai.Answer{Usage: u, Raw: got.Answer})
	if err != nil {
		return 0, err
	}
	if len(b.known.Lacks(got.Texts)) > 0 && b.claim == nil {
		if err := b.take(ctx); err != nil {
			return 0, err
		}
	}
	lost := b.known.Lacks(got.Texts) // fewer when a part of them was put there
	if len(lost) == 0 {
		return len(got.Texts), nil
	}
	of := map[string][]float32{}
	for i, t := range got.Texts {
		of[t] = vectors[i]
	}
	theirs := make([][]float32, len(lost))
	for i, t := range lost {
		theirs[i] = of[t]
	}
	return len(got.Texts), b.claim.Add(ctx, b.known, lost, theirs)
}

// Stored gives the vectors of texts when there is one of each; nil otherwise. It buys none.
func (v *Service) Stored(ctx context.Context, s account.Scope, texts []string) (*embeddings.Vectors, error) {
	known, err := v.store.Known(ctx, s, kind)
	if err != nil || len(known.Missing(texts)) > 0 {
		return nil, errs.Wrap("compare.Stored", err)
	}
	vectors, err := v.store.Vectors(ctx, s, known, texts)
	return vectors, errs.Wrap("compare.Stored", err)
}
