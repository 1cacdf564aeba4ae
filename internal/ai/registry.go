package ai

import (
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/credit"
)

// registry is the list of models. A price is micro-dollars for a million tokens:
// 750_000 is 75 cents. Whoever changes a price changes PriceDate with it.
var registry = slices.Concat(openAITexts(), anthropicTexts(), openAIPictures(), stabilityPictures(), openAIEmbeddings(), demo(), shutDown())

// tokenPrice is a price without anything for what is put into a cache.
func tokenPrice(in, cached, out credit.USD) Price { return Price{In: in, Cached: cached, Out: out} }

func openAITexts() (out []Model) {
	text := func(p Price, context, maxOut int64, effort, ids string) {
		for id := range strings.FieldsSeq(ids) {
			out = append(out, Model{ID: id, Provider: ProviderOpenAI, Kind: KindText, Price: p, PriceDate: PriceDate,
				Context: context, MaxOut: maxOut, Reasoning: effort != "", Effort: effort})
		}
	}
	text(tokenPrice(5_000_000, 500_000, 30_000_000), 1_050_000, 128_000, "low", "gpt-5.5 gpt-5.5-2026-04-23 gpt-5.6-sol gpt-6-sol gpt-6-astra gpt-6.1-sol")
	text(tokenPrice(2_500_000, 250_000, 15_000_000), 1_050_000, 128_000, "low", "gpt-5.4 gpt-5.6-terra gpt-6.1-terra")
	text(tokenPrice(750_000, 75_000, 4_500_000), 400_000, 128_000, "low", "gpt-5.4-mini gpt-5.4-mini-2026-03-17 gpt-5.6-luna gpt-6-luna")
	text(tokenPrice(200_000, 20_000, 1_250_000), 400_000, 128_000, "low", "gpt-5.4-nano gpt-5.4-nano-2026-03-17")
	text(tokenPrice(1_250_000, 125_000, 10_000_000), 400_000, 128_000, "low", "gpt-5 gpt-5-2025-08-07 gpt-5.1 gpt-5.1-2025-11-13 gpt-5.2 gpt-5.2-2025-12-11")
	text(tokenPrice(250_000, 25_000, 2_000_000), 400_000, 128_000, "low", "gpt-5-mini gpt-5-mini-2025-08-07 gpt-5.1-mini")
	text(tokenPrice(50_000, 5_000, 400_000), 400_000, 128_000, "low", "gpt-5-nano gpt-5-nano-2025-08-07")
	text(tokenPrice(1_100_000, 275_000, 4_400_000), 200_000, 100_000, "low", "o4-mini o4-mini-2025-04-16 o3-mini")
	text(tokenPrice(2_000_000, 500_000, 8_000_000), 1_047_576, 32_768, "", "gpt-4.1 gpt-4.1-2025-04-14")
	text(tokenPrice(400_000, 100_000, 1_600_000), 1_047_576, 32_768, "", "gpt-4.1-mini gpt-4.1-mini-2025-04-14")
	text(tokenPrice(100_000, 25_000, 400_000), 1_047_576, 32_768, "", "gpt-4.1-nano gpt-4.1-nano-2025-04-14")
	text(tokenPrice(2_500_000, 1_250_000, 10_000_000), 128_000, 16_384, "", "gpt-4o gpt-4o-2024-11-20 gpt-4o-2024-08-06")
	text(tokenPrice(150_000, 75_000, 600_000), 128_000, 16_384, "", "gpt-4o-mini gpt-4o-mini-2024-07-18")
	return out
}

// anthropicTexts are those whose price is known to be the provider's: what it puts into its
// cache costs a quarter more than what it reads. Those with an effort think without being
// asked to.
func anthropicTexts() (out []Model) {
	text := func(p Price, context, maxOut int64, effort, ids string) {
		p.Written = p.In * 5 / 4
		for id := range strings.FieldsSeq(ids) {
			out = append(out, Model{ID: id, Provider: ProviderAnthropic, Kind: KindText, Price: p, PriceDate: PriceDate,
				Context: context, MaxOut: maxOut, Reasoning: effort != "", Effort: effort})
		}
	}
	text(tokenPrice(3_000_000, 300_000, 15_000_000), 200_000, 64_000, "", "claude-sonnet-4-6")
	text(tokenPrice(1_000_000, 100_000, 5_000_000), 200_000, 64_000, "", "claude-haiku-4-5 claude-haiku-4-5-20251001")
	text(tokenPrice(5_000_000, 500_000, 25_000_000), 1_000_000, 128_000, "low", "claude-opus-5")
	text(tokenPrice(5_000_000, 500_000, 25_000_000), 200_000, 128_000, "", "claude-opus-4-8 claude-opus-4-7 claude-opus-4-6")
	text(tokenPrice(5_000_000, 500_000, 25_000_000), 200_000, 64_000, "", "claude-opus-4-5 claude-opus-4-5-20251101")
	return out
}

// stabilityPictures are paid for by the piece, in credits of a cent: 3 credits are 30_000.
// Their sizes are those of a megapixel; a larger picture of the same shape is taken as well.
func stabilityPictures() (out []Model) {
	sizes := []string{"1216x832", "1024x1024", "832x1216", "1344x768", "768x1344", "1088x896", "896x1088", "1536x640", "640x1536"}
	image := func(perImage credit.USD, ids string) {
		for id := range strings.FieldsSeq(ids) {
			out = append(out, Model{ID: id, Provider: ProviderStability, Kind: KindImage, PerImage: perImage, PriceDate: PriceDate,
				Context: 2_500, Sizes: sizes}) // prompts of 10,000 characters
		}
	}
	image(30_000, StabilityModel)
	image(80_000, "stable-image-ultra")
	image(65_000, "sd3.5-large")
	image(40_000, "sd3.5-large-turbo")
	image(35_000, "sd3.5-medium")
	image(25_000, "sd3.5-flash")
	return out
}

func openAIPictures() (out []Model) {
	tokens := map[string]int64{"low": 272, "medium": 1056, "high": 4160}
	plain := []string{"1536x1024", "1024x1024", "1024x1536"}
	wide := slices.Concat(plain, []string{"1536x864", "2048x1152", "2048x2048"})
	image := func(p Price, sizes []string, ids string) {
		for id := range strings.FieldsSeq(ids) {
			out = append(out, Model{ID: id, Provider: ProviderOpenAI, Kind: KindImage, Price: p, PriceDate: PriceDate,
				Context: 32_000, Sizes: sizes, Tokens: tokens, Quality: "medium"})
		}
	}
	image(tokenPrice(5_000_000, 1_250_000, 30_000_000), wide, "gpt-image-2 gpt-image-2-2026-04-21 gpt-image-2.5-sunburst gpt-image-2.5-sunburst-2026-09-08 gpt-image-2.6-sunburst")
	image(tokenPrice(2_000_000, 200_000, 8_000_000), wide, "gpt-image-2.5-flare gpt-image-2.5-flare-2026-09-08 gpt-image-2.6-flare")
	image(tokenPrice(5_000_000, 1_250_000, 32_000_000), plain, "gpt-image-1.5 chatgpt-image-latest")
	image(tokenPrice(2_000_000, 200_000, 8_000_000), plain, "gpt-image-1-mini")
	return out
}

// openAIEmbeddings are paid for by what is read alone. MaxOut is the length of a vector at most.
func openAIEmbeddings() []Model {
	return []Model{{ID: EmbeddingModel, Provider: ProviderOpenAI, Kind: KindEmbedding, Price: tokenPrice(20_000, 20_000, 0), PriceDate: "2026-11-28",
		Context: 8_191, MaxOut: 1_536}}
}

func demo() []Model {
	return []Model{
		{ID: DemoTextModel, Provider: ProviderDemo, Kind: KindText, PriceDate: PriceDate, Context: 1_000_000, MaxOut: 100_000},
		{ID: DemoImageModel, Provider: ProviderDemo, Kind: KindImage, PriceDate: PriceDate, Context: 32_000,
			Sizes:  []string{"1536x1024", "1024x1024", "1024x1536", "1536x864", "2048x1152", "2048x2048"},
			Tokens: map[string]int64{"low": 0, "medium": 0, "high": 0}, Quality: "medium"},
	}
}

// shutDown are ids that providers no longer serve, each with what takes its place.
func shutDown() (out []Model) {
	gone := func(kind Kind, day, successor, ids string) {
		for id := range strings.FieldsSeq(ids) {
			out = append(out, Model{ID: id, Provider: ProviderOpenAI, Kind: kind, Successor: successor, ShutDown: day, PriceDate: PriceDate})
		}
	}
	gone(KindImage, "2026-10-23", "gpt-image-2.5-sunburst", "gpt-image-1")
	gone(KindImage, "2026-05-12", "gpt-image-2.5-flare", "dall-e-2")
	gone(KindImage, "2026-05-12", "gpt-image-2.5-sunburst", "dall-e-3")
	gone(KindText, "2025-06-06", "gpt-4.1", "gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613")
	gone(KindText, "2026-03-26", "gpt-4.1", "gpt-4-0314")
	return out
}
