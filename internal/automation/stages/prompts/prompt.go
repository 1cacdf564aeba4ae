package prompts

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation/stages/ask"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/prompt"
)

// schema is what the model answers with.
var schema = ai.Schema{Name: "image_prompts", JSON: json.RawMessage(`{
  "type": "object",
  "additionalProperties": false,
  "required": ["featured_prompt", "featured_alt_text", "featured_caption", "in_article_prompts"],
  "properties": {
    "featured_prompt": {"type": "string"},
    "featured_alt_text": {"type": "string"},
    "featured_caption": {"type": "string"},
    "in_article_prompts": {
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["prompt", "alt_text", "caption"],
        "properties": {"prompt": {"type": "string"}, "alt_text": {"type": "string"}, "caption": {"type": "string"}}
      }
    }
  }
}`)}

// Brief is the machine-readable half of the prompt.
type Brief struct {
	Task           string   `json:"task"` // "image_prompts"
	Keywords       []string `json:"keywords"`
	Title          string   `json:"title"`
	Excerpt        string   `json:"excerpt"`
	PrimaryKeyword string   `json:"primary_keyword"`
	InArticle      int      `json:"in_article"` // how many pictures inside the text
	Headings       []string `json:"headings"`   // the text's h2 headings in order
	Language       string   `json:"language"`   // of alt texts and captions
	Site           string   `json:"site"`
}

// request asks for the prompts of one content.
func request(chosen ask.Chosen, c content.Content) ai.TextRequest {
	st := chosen.Site
	n := st.Settings.MaxInArticleImages
	brief := Brief{
		Task: "image_prompts", Keywords: append([]string{c.PrimaryKeyword}, c.SecondaryKeywords...), Title: c.Title, Excerpt: c.Excerpt,
		PrimaryKeyword: c.PrimaryKeyword, InArticle: n, Headings: c.Headings, Language: st.Settings.Language, Site: st.Name,
	}
	words := fmt.Sprintf("Plan the featured picture of this article and exactly %d items in in_article_prompts. Write alt texts and captions in the language %q.", n, st.Settings.Language)
	return ai.TextRequest{Model: chosen.Model.ID, Instructions: chosen.Instructions(values(brief)), Prompt: ask.Prompt(words, brief), Schema: schema, MaxTokens: int64(3000 + 600*n)}
}

// values are what the placeholders of an account's own prompt stand for.
func values(b Brief) map[string]string {
	return map[string]string{
		prompt.Title: b.Title, prompt.Excerpt: b.Excerpt, prompt.Keyword: b.PrimaryKeyword, prompt.Keywords: strings.Join(b.Keywords, ", "),
		prompt.Headings: strings.Join(b.Headings, "\n"), prompt.Count: strconv.Itoa(b.InArticle), prompt.Language: b.Language, prompt.Site: b.Site,
	}
}
