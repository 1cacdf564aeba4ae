package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/demo"
)

func strict(name string, fields string) ai.Schema {
	var required []string
	var props map[string]any
	if err := json.Unmarshal([]byte(fields), &props); err != nil {
		panic(err)
	}
	for k := range props {
		required = append(required, k)
	}
	b, _ := json.Marshal(map[string]any{"type": "object", "additionalProperties": false, "required": required, "properties": props})
	return ai.Schema{Name: name, JSON: b}
}

const texts = `{"type":"array","items":{"type":"string"}}`

var (
	ideas = strict("ideas", `{"ideas":{"type":"array","items":{"type":"object","additionalProperties":false,
		"required":["title","description","content_type","content_structure","estimated_word_count","primary_keyword","covered_keywords","outline"],
		"properties":{"title":{"type":"string"},"description":{"type":"string"},"content_type":{"type":"string","enum":["post","page"]},
		"content_structure":{"type":"string","enum":["article","guide","comparison","review","listicle"]},"estimated_word_count":{"type":"integer"},
		"primary_keyword":{"type":"string"},"covered_keywords":`+texts+`,"outline":{"type":"array","items":{"type":"object","additionalProperties":false,
		"required":["heading","notes"],"properties":{"heading":{"type":"string"},"notes":{"type":"string"}}}}}}}}`)
	content = strict("content", `{"title":{"type":"string"},"meta_title":{"type":"string"},"meta_description":{"type":"string"},"excerpt":{"type":"string"},
		"primary_keyword":{"type":"string"},"secondary_keywords":`+texts+`,"tags":`+texts+`,"categories":`+texts+`,"content_html":{"type":"string"}}`)
	prompts = strict("image_prompts", `{"featured_prompt":{"type":"string"},"featured_alt_text":{"type":"string"},"featured_caption":{"type":"string"},
		"in_article_prompts":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["prompt","alt_text","caption"],
		"properties":{"prompt":{"type":"string"},"alt_text":{"type":"string"},"caption":{"type":"string"}}}}}`)
)

func write(t *testing.T, s ai.Schema, brief any, into any) ai.Answer {
	t.Helper()
	b, _ := json.Marshal(brief)
	r := ai.TextRequest{Model: ai.DemoTextModel, Prompt: "Please write what the brief says.\n\nBrief (JSON):\n" + string(b) + "\n", Schema: s}
	a, err := demo.Writer{}.Write(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := demo.Writer{}.Read(r, a)
	if err != nil {
		t.Fatalf("%v in %s", err, a.Raw)
	}
	if err := json.Unmarshal(doc, into); err != nil {
		t.Fatal(err)
	}
	again, _ := demo.Writer{}.Write(t.Context(), r)
	if !bytes.Equal(a.Raw, again.Raw) {
		t.Fatal("the same prompt gave another text")
	}
	return a
}

type m = map[string]any

func TestIdeasShareTheKeywordsOut(t *testing.T) {
	t.Parallel()
	kws := []string{"best espresso machine", "espresso vs drip coffee", "how to clean espresso machine", "espresso machine review", "small espresso machine"}
	var list []m
	for i, k := range kws {
		list = append(list, m{"id": i, "keyword": k, "volume": nil, "intent": ""})
	}
	for count, perIdea := range map[int]int{1: 5, 2: 0, 5: 1} {
		var got struct {
			Ideas []struct {
				Title, Description string
				ContentStructure   string   `json:"content_structure"`
				PrimaryKeyword     string   `json:"primary_keyword"`
				CoveredKeywords    []string `json:"covered_keywords"`
				EstimatedWordCount int      `json:"estimated_word_count"`
				Outline            []struct{ Heading, Notes string }
			}
		}
		write(t, ideas, m{"task": "ideas", "keywords": list, "cluster": "espresso", "count": count, "word_count": 900}, &got)
		if len(got.Ideas) != count {
			t.Fatalf("%d ideas, want %d", len(got.Ideas), count)
		}
		var all []string
		for _, i := range got.Ideas {
			all = append(all, i.CoveredKeywords...)
			if !strings.HasPrefix(i.Title, "[Demo] ") || i.EstimatedWordCount != 900 || len(i.Outline) < 6 || len(i.Outline) > 10 || !slices.Contains(i.CoveredKeywords, i.PrimaryKeyword) || (perIdea > 0 && len(i.CoveredKeywords) != perIdea) {
				t.Errorf("%+v", i)
			}
			if count == 5 {
				want := map[string]string{kws[0]: "listicle", kws[1]: "comparison", kws[2]: "guide", kws[3]: "review", kws[4]: "article"}[i.PrimaryKeyword]
				if i.ContentStructure != want {
					t.Errorf("%s: %s, want %s", i.PrimaryKeyword, i.ContentStructure, want)
				}
			}
		}
		if !slices.Equal(all, kws) {
			t.Errorf("covered %v, want each keyword once: %v", all, kws)
		}
	}
}

var tag = regexp.MustCompile(`<[^>]+>`)

func TestArticleFollowsTheBrief(t *testing.T) {
	t.Parallel()
	outline := []m{{"heading": "What a small espresso machine is", "notes": ""}, {"heading": "Machines compared side by side", "notes": ""}, {"heading": "How to choose, step by step", "notes": ""}, {"heading": "What it costs & why", "notes": ""}, {"heading": "Mistakes to avoid", "notes": ""}, {"heading": "Care", "notes": ""}}
	for _, words := range []int{400, 800, 1000, 1500, 3000} {
		var got struct {
			Title, Excerpt  string
			MetaTitle       string   `json:"meta_title"`
			MetaDescription string   `json:"meta_description"`
			ContentHTML     string   `json:"content_html"`
			PrimaryKeyword  string   `json:"primary_keyword"`
			Secondary       []string `json:"secondary_keywords"`
			Tags            []string
			Categories      []string
		}
		write(t, content, m{"task": "content", "keywords": []string{"small espresso machine", "espresso for one"}, "title": "[Demo] Small Espresso Machine", "primary_keyword": "small espresso machine", "word_count": words, "outline": outline, "content_structure": "comparison"}, &got)
		n := len(strings.Fields(tag.ReplaceAllString(got.ContentHTML, " ")))
		if math.Abs(float64(n-words)) > float64(words)/10 {
			t.Errorf("%d words, want %d", n, words)
		}
		if !strings.HasPrefix(got.ContentHTML, `<p class="igny8-demo"><strong>Demo text:</strong> `) || got.Title != "[Demo] Small Espresso Machine" || !strings.HasPrefix(got.MetaTitle, "[Demo]") || !strings.HasPrefix(got.Excerpt, "[Demo]") || !strings.HasPrefix(got.MetaDescription, "[Demo]") {
			t.Errorf("not labelled: %+v", got)
		}
		if len([]rune(got.MetaTitle)) > 60 || len([]rune(got.MetaDescription)) > 160 || !slices.Equal(got.Secondary, []string{"espresso for one"}) || len(got.Tags) < 3 || len(got.Categories) != 1 {
			t.Errorf("meta: %+v", got)
		}
		at := 0
		for _, h := range outline {
			text := strings.ReplaceAll(fmt.Sprint(h["heading"]), "&", "&amp;")
			i := strings.Index(got.ContentHTML[at:], "<h2>"+text+"</h2>")
			if i < 0 {
				t.Errorf("heading %s is not there, or not in its order", text)
				continue
			}
			at += i
		}
		if words >= 1000 {
			for _, need := range []string{"<ul><li>", "<ol><li>", "<table><thead><tr><th>", "small espresso machine"} {
				if !strings.Contains(got.ContentHTML, need) {
					t.Errorf("%d words without %s", words, need)
				}
			}
		}
		seen := map[string]bool{}
		for s := range strings.SplitSeq(tag.ReplaceAllString(got.ContentHTML, "\n"), ". ") {
			if s = strings.TrimSpace(s); len(s) > 60 && seen[s] {
				t.Errorf("twice in one text: %s", s)
			}
			seen[s] = true
		}
		for name := range strings.SplitSeq(strings.Join(tag.FindAllString(got.ContentHTML, -1), ""), "<") {
			name = strings.TrimPrefix(strings.TrimSuffix(name, ">"), "/")
			if name, _, _ = strings.Cut(name, " "); name != "" && !slices.Contains([]string{"p", "strong", "h2", "h3", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}, name) {
				t.Errorf("element %s", name)
			}
		}
	}
}

func TestImagePrompts(t *testing.T) {
	t.Parallel()
	var got struct {
		Featured string `json:"featured_prompt"`
		Alt      string `json:"featured_alt_text"`
		Inside   []struct {
			Prompt  string
			AltText string `json:"alt_text"`
		} `json:"in_article_prompts"`
	}
	write(t, prompts, m{"task": "image_prompts", "keywords": []string{"espresso"}, "primary_keyword": "espresso", "in_article": 3, "headings": []string{"Beans", "Water"}}, &got)
	if len(got.Inside) != 3 || !strings.Contains(got.Featured, "espresso") || !strings.Contains(got.Inside[1].Prompt, "Water") || !strings.HasPrefix(got.Inside[0].AltText, "Demo picture") || !strings.HasPrefix(got.Alt, "Demo picture") {
		t.Fatalf("%+v", got)
	}
}

func TestAnySchemaIsFilled(t *testing.T) {
	t.Parallel()
	var got m
	s := strict("clusters", `{"word_count":{"type":"integer"},"title":{"type":"string"},"kind":{"enum":["a","b"]},"keywords":`+texts+`,"nested":{"type":"array","minItems":4,"items":{"type":"object","additionalProperties":false,"required":["n","ok","none"],"properties":{"n":{"type":"number","maximum":3},"ok":{"type":"boolean"},"none":{"type":["null","string"]}}}},
		"short":{"type":"string","maxLength":10},"either":{"anyOf":[{"type":"null"},{"type":"string"}]}}`)
	write(t, s, m{"word_count": 700, "title": "Beans", "kind": "b", "keywords": []string{"x", "y"}}, &got)
	if got["word_count"] != 700.0 || got["title"] != "[Demo] Beans" || got["kind"] != "b" || len(got["keywords"].([]any)) != 2 || len(got["nested"].([]any)) != 4 {
		t.Fatalf("%v", got)
	}
	// A known name with another form falls back to the schema.
	write(t, strict("ideas", `{"other":{"type":"string"}}`), m{"keywords": []string{"x"}}, &got)
	// No brief at all.
	r := ai.TextRequest{Prompt: "Write something.", Schema: content}
	a, err := demo.Writer{}.Write(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (demo.Writer{}).Read(r, a); err != nil || a.Usage.CostUSD != 0 || a.Usage.Provider != ai.ProviderDemo {
		t.Fatalf("%v %+v", err, a.Usage)
	}
}
