package credit

// Operation is what credits are spent on (facts 8.1, operation_type).
type Operation string

// The operations that have a price.
const (
	Clustering            Operation = "clustering"
	IdeaGeneration        Operation = "idea_generation"
	ContentGeneration     Operation = "content_generation"
	ImagePromptExtraction Operation = "image_prompt_extraction"
	ImageGeneration       Operation = "image_generation"
)

// PriceVersion names the price list below: facts 8.3, the plan of 26 December 2025.
const PriceVersion = "2025-12-26"

// ClusteringPrice is the price of one clustering batch.
func ClusteringPrice() Amount { return Whole(5) }

// IdeaPrice is the price of n ideas.
func IdeaPrice(n int) Amount { return Whole(10 * int64(n)) }

// ContentPrice is the price of an article by the words asked for: 20, 30 or 40 credits up
// to 800, 1,500 and beyond.
func ContentPrice(words int) Amount {
	switch {
	case words <= 800:
		return Whole(20)
	case words <= 1500:
		return Whole(30)
	default:
		return Whole(40)
	}
}

// ImagePromptPrice is the price of the image prompts of one article.
func ImagePromptPrice() Amount { return Whole(10) }

// ImagePrice is the price of one picture: 1 credit basic, 4 premium (quality "high").
func ImagePrice(quality string) Amount {
	if quality == "high" {
		return Whole(4)
	}
	return Whole(1)
}
