package contents

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation/stages/ask"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/task"
)

// schema is what the model answers with.
var schema = ai.Schema{Name: "content", JSON: json.RawMessage(`{
  "type": "object",
  "additionalProperties": false,
  "required": ["title", "meta_title", "meta_description", "excerpt", "primary_keyword", "secondary_keywords", "tags", "categories", "content_html"],
  "properties": {
    "title": {"type": "string"},
    "meta_title": {"type": "string"},
    "meta_description": {"type": "string"},
    "excerpt": {"type": "string"},
    "primary_keyword": {"type": "string"},
    "secondary_keywords": {"type": "array", "items": {"type": "string"}},
    "tags": {"type": "array", "items": {"type": "string"}},
    "categories": {"type": "array", "items": {"type": "string"}},
    "content_html": {"type": "string"}
  }
}`)}

// Brief is the machine-readable half of the prompt.
type Brief struct {
	Task             string         `json:"task"`     // "content"
	Keywords         []string       `json:"keywords"` // the primary one first
	Title            string         `json:"title"`
	Description      string         `json:"description"`
	PrimaryKeyword   string         `json:"primary_keyword"`
	ContentType      string         `json:"content_type"`
	ContentStructure string         `json:"content_structure"`
	WordCount        int            `json:"word_count"`
	Outline          []task.Section `json:"outline"` // {"heading","notes"} in reading order
	Language         string         `json:"language"`
	Tone             string         `json:"tone"`
	Site             string         `json:"site"`
	About            string         `json:"about"`
}

// structures say what makes a text of this kind; the model gets the one that was asked for.
var structures = map[string]string{
	"article":           "Write an article: an opening that says what the reader will learn, parts that build on each other, a short close with the next step.",
	"guide":             "Write a guide: say first what is needed and how long it takes, then numbered steps (ol) with what can go wrong at each, then how to tell that it worked.",
	"comparison":        "Write a comparison: state the criteria first, then one table with the things compared as columns and the criteria as rows, then a part on each, then who should choose which.",
	"review":            "Write a review: a verdict at the start, then for whom it is and for whom not, strengths and weaknesses as two lists, the test of each claim, alternatives, the verdict again with reasons.",
	"listicle":          "Write a list: each entry is an h2 that begins with its number and name, with what it is, why it is here and for whom; a table that sums up all entries stands before the first.",
	"landing_page":      "Write a landing page: the benefit in the first line, three to five proofs of it, answers to the usual doubts, one call to act, repeated at the end. Short paragraphs.",
	"business_page":     "Write a page about a business: who it serves, what it does, how it works together with customers, how to get in touch.",
	"service_page":      "Write a page about a service: the problem, what is done step by step, what is included and what not, how to order, questions and answers.",
	"general":           "Write a page: plain, complete, in the order in which a visitor asks.",
	"cluster_hub":       "Write a hub page: a short answer to the main question, then one part for each sub-topic that says what it is about and what a reader finds when going deeper.",
	"product_page":      "Write a product page: what it is in one line, what it does for the buyer, a table of its properties, how to use it, questions and answers. Name only properties that the brief names.",
	"category_archive":  "Write the text of a category page: what belongs here, how to choose, short; it stands above a list of entries.",
	"tag_archive":       "Write the text of a tag page: what the entries have in common, in a few paragraphs; it stands above a list of entries.",
	"attribute_archive": "Write the text of a page about a property of products: what it means and for whom it matters; it stands above a list of products.",
}

// request is the order for one task.
func request(chosen ask.Chosen, t task.Task) ai.TextRequest {
	st := chosen.Site
	brief := Brief{
		Task: "content", Keywords: t.KeywordTexts(), Title: t.Title, Description: t.Description, PrimaryKeyword: t.PrimaryKeyword,
		ContentType: t.ContentType, ContentStructure: t.ContentStructure, WordCount: t.WordCount, Outline: t.Outline,
		Language: st.Settings.Language, Tone: st.Settings.Tone, Site: st.Name, About: st.Description,
	}
	words := fmt.Sprintf("%s\n\nWrite about %d words of text in the language %q.", structures[t.ContentStructure], t.WordCount, st.Settings.Language)
	if st.Settings.Tone != "" {
		words += " The tone: " + st.Settings.Tone + "."
	}
	if st.Settings.AppendToPrompt != "" {
		words += "\nWishes of the site's owner: " + st.Settings.AppendToPrompt
	}
	return ai.TextRequest{Model: chosen.Model.ID, Instructions: chosen.Instructions(values(brief)), Prompt: ask.Prompt(words, brief), Schema: schema, MaxTokens: min(4000+4*int64(t.WordCount), 16000)}
}

// values are what the placeholders of an account's own prompt stand for.
func values(b Brief) map[string]string {
	outline := make([]string, len(b.Outline))
	for i, o := range b.Outline {
		outline[i] = o.Heading + ": " + o.Notes
	}
	return map[string]string{
		prompt.Title: b.Title, prompt.Description: b.Description, prompt.Keyword: b.PrimaryKeyword, prompt.Keywords: strings.Join(b.Keywords, ", "),
		prompt.Structure: b.ContentStructure, prompt.Words: strconv.Itoa(b.WordCount), prompt.Outline: strings.Join(outline, "\n"),
		prompt.Language: b.Language, prompt.Tone: b.Tone, prompt.Site: b.Site, prompt.About: b.About,
	}
}
