package ai

import "context"

// MaxEmbed is how many texts one request for vectors may have.
const MaxEmbed = 2048

// EmbedRequest asks for the vectors of texts.
type EmbedRequest struct {
	Key   string // the job's id and the call's name
	Model string
	Size  int      // numbers of each vector
	Texts []string // 1 to MaxEmbed, none empty
}

// Embed gives vectors of what texts mean. Errors of Vectors are those of Text.Write; each
// call is paid. Read checks a stored answer and gives a vector for each text of the request, in
// its order: Invalid vectors, cause provider, when one is missing, too short or no number.
type Embed interface {
	Vectors(ctx context.Context, r EmbedRequest) (Answer, error)
	Read(r EmbedRequest, a Answer) ([][]float32, error)
}
