package ideas

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation/stages/ask"
	"github.com/igny8/igny8/internal/prompt"
)

// schema is what the model answers with.
var schema = ai.Schema{Name: "ideas", JSON: json.RawMessage(`{
  "type": "object",
  "additionalProperties": false,
  "required": ["ideas"],
  "properties": {
    "ideas": {
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "description", "content_type", "content_structure", "estimated_word_count", "primary_keyword", "covered_keywords", "outline"],
        "properties": {
          "title": {"type": "string"},
          "description": {"type": "string"},
          "content_type": {"type": "string", "enum": ["post", "page"]},
          "content_structure": {"type": "string", "enum": ["article", "guide", "comparison", "review", "listicle", "landing_page", "business_page", "service_page", "general", "cluster_hub"]},
          "estimated_word_count": {"type": "integer"},
          "primary_keyword": {"type": "string"},
          "covered_keywords": {"type": "array", "items": {"type": "string"}},
          "outline": {
            "type": "array",
            "items": {
              "type": "object",
              "additionalProperties": false,
              "required": ["heading", "notes"],
              "properties": {"heading": {"type": "string"}, "notes": {"type": "string"}}
            }
          }
        }
      }
    }
  }
}`)}

// Brief is the machine-readable half of the prompt.
type Brief struct {
	Task      string         `json:"task"` // "ideas"
	Keywords  []BriefKeyword `json:"keywords"`
	Cluster   string         `json:"cluster"`
	Count     int            `json:"count"` // how many ideas
	WordCount int            `json:"word_count"`
	Language  string         `json:"language"`
	Tone      string         `json:"tone"`
	Site      string         `json:"site"`
	About     string         `json:"about"` // what the site is about
}

// BriefKeyword is a keyword of the cluster; volume is searches a month, null when unknown.
type BriefKeyword struct {
	ID      int64  `json:"id"`
	Keyword string `json:"keyword"`
	Volume  *int64 `json:"volume"`
	Intent  string `json:"intent"`
}

// request is the question about one cluster.
func request(chosen ask.Chosen, c ClusterView, count int) ai.TextRequest {
	st := chosen.Site
	brief := Brief{
		Task: "ideas", Cluster: c.Name, Count: count, WordCount: st.Settings.WordCount, Language: st.Settings.Language,
		Tone: st.Settings.Tone, Site: st.Name, About: st.Description,
	}
	for _, k := range c.Keywords {
		brief.Keywords = append(brief.Keywords, BriefKeyword(k))
	}
	noun := "ideas"
	if count == 1 {
		noun = "idea"
	}
	words := fmt.Sprintf("Give %d %s for the cluster %q of the website %q, in the language %q. Plan about %d words for each, more or less as the subject needs.",
		count, noun, c.Name, st.Name, st.Settings.Language, st.Settings.WordCount)
	if st.Settings.AppendToPrompt != "" {
		words += "\nWishes of the site's owner: " + st.Settings.AppendToPrompt
	}
	return ai.TextRequest{Model: chosen.Model.ID, Instructions: chosen.Instructions(values(brief)), Prompt: ask.Prompt(words, brief), Schema: schema, MaxTokens: int64(3000 + 1800*count)}
}

// values are what the placeholders of an account's own prompt stand for.
func values(b Brief) map[string]string {
	keywords := make([]string, len(b.Keywords))
	for i, k := range b.Keywords {
		keywords[i] = k.Keyword
	}
	return map[string]string{
		prompt.Cluster: b.Cluster, prompt.Keywords: strings.Join(keywords, ", "), prompt.Count: strconv.Itoa(b.Count), prompt.Words: strconv.Itoa(b.WordCount),
		prompt.Language: b.Language, prompt.Tone: b.Tone, prompt.Site: b.Site, prompt.About: b.About,
	}
}
