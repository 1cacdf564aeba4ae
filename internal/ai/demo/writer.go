// Package demo writes texts and draws pictures without a provider, so that the product can
// be tried without a key. It is deterministic, instant, free and plainly labelled: titles
// begin with [Demo], articles with a note, and pictures bear the words DEMO PICTURE.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"html"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/schema"
	"github.com/igny8/igny8/internal/errs"
)

// Writer is an ai.Text. The zero value works; it is safe for concurrent use and to repeat.
type Writer struct{}

// brief is the machine-readable half of a prompt, as the writing stages put it.
type brief struct {
	Keywords       []keyword `json:"keywords"`
	Cluster        string    `json:"cluster"`
	Count          int       `json:"count"`
	WordCount      int       `json:"word_count"`
	Title          string    `json:"title"`
	Description    string    `json:"description"`
	PrimaryKeyword string    `json:"primary_keyword"`
	Structure      string    `json:"content_structure"`
	Outline        []section `json:"outline"`
	InArticle      int       `json:"in_article"`
	Headings       []string  `json:"headings"`
}

type section struct {
	Heading string `json:"heading"`
	Notes   string `json:"notes"`
}

// keyword is a string, or an object with the field keyword.
type keyword string

// UnmarshalJSON reads either form.
func (k *keyword) UnmarshalJSON(b []byte) error {
	var o struct {
		Keyword string `json:"keyword"`
	}
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(k))
	}
	err := json.Unmarshal(b, &o)
	*k = keyword(o.Keyword)
	return err
}

// Write writes the document that the schema's name asks for, from the brief in the prompt.
// It fails only with Internal when the schema itself is no JSON.
func (Writer) Write(_ context.Context, r ai.TextRequest) (ai.Answer, error) {
	raw := briefOf(r.Prompt)
	var b brief
	_ = json.Unmarshal(raw, &b) // what does not fit is asked for by the defaults below
	b = b.complete()
	w := newPen(r.Prompt, b)
	var doc any
	switch r.Schema.Name {
	case "ideas":
		doc = w.ideas()
	case "content":
		doc = w.content()
	case "image_prompts":
		doc = w.imagePrompts()
	}
	text, err := encode(doc)
	if err != nil || doc == nil || !fits(r.Schema, text) {
		if doc, err = w.fill(r.Schema.JSON, raw); err != nil {
			return ai.Answer{}, errs.New(errs.Internal, "bad_schema", "").Because(errs.Ours).With(err)
		}
		if text, err = encode(doc); err != nil {
			return ai.Answer{}, err
		}
	}
	return ai.Answer{Raw: text, Usage: ai.Usage{
		Provider: ai.ProviderDemo, Model: ai.DemoTextModel, PriceDate: ai.PriceDate,
		TokensIn: int64(len(r.Instructions)+len(r.Prompt)+3) / 4, TokensOut: int64(len(text)+3) / 4,
	}}, nil
}

// Read checks the document as any other writer's. See ai.Text for its errors.
func (Writer) Read(r ai.TextRequest, a ai.Answer) (json.RawMessage, error) {
	return schema.Check(r.Schema, string(a.Raw))
}

func fits(s ai.Schema, text []byte) bool { _, err := schema.Check(s, string(text)); return err == nil }

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// briefOf finds the last JSON object that begins a line of the prompt.
func briefOf(prompt string) json.RawMessage {
	for i := len(prompt) - 1; i >= 0; i-- {
		if prompt[i] != '{' || (i > 0 && prompt[i-1] != '\n') {
			continue
		}
		var raw json.RawMessage
		if json.NewDecoder(strings.NewReader(prompt[i:])).Decode(&raw) == nil {
			return raw
		}
	}
	return json.RawMessage("{}")
}

func (b brief) complete() brief {
	keep := b.Keywords[:0:0]
	for _, k := range b.Keywords {
		if k = keyword(strings.TrimSpace(string(k))); k != "" {
			keep = append(keep, k)
		}
	}
	b.Keywords = keep
	if b.PrimaryKeyword == "" && len(keep) > 0 {
		b.PrimaryKeyword = string(keep[0])
	}
	for _, other := range []string{b.Cluster, b.Title, "the subject"} {
		if b.PrimaryKeyword == "" {
			b.PrimaryKeyword = strings.TrimPrefix(other, label)
		}
	}
	if len(b.Keywords) == 0 {
		b.Keywords = []keyword{keyword(b.PrimaryKeyword)}
	}
	if b.WordCount <= 0 {
		b.WordCount = 1000
	}
	return b
}

const label = "[Demo] "

func labelled(s string) string {
	if strings.HasPrefix(s, label) {
		return s
	}
	return label + s
}

// pen writes one document; the same prompt moves it the same way.
type pen struct {
	brief
	seed uint64
	used map[string]bool
}

func newPen(prompt string, b brief) *pen {
	h := fnv.New64a()
	_, _ = h.Write([]byte(prompt))
	return &pen{brief: b, seed: h.Sum64(), used: map[string]bool{}}
}

// n is the next number below limit, by splitmix64.
func (p *pen) n(limit int) int {
	p.seed += 0x9e3779b97f4a7c15
	z := p.seed
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(limit))
}

func (p *pen) pick(list []string) string { return list[p.n(len(list))] }

// fresh picks a sentence that this text does not hold yet, as long as there is one.
func (p *pen) fresh(make func() string) string {
	s := make()
	for try := 0; p.used[s] && try < 40; try++ {
		s = make()
	}
	p.used[s] = true
	return s
}

var small = map[string]bool{"a": true, "an": true, "the": true, "and": true, "or": true, "of": true, "for": true, "in": true, "on": true, "to": true, "with": true, "vs": true, "is": true, "at": true, "by": true}

// capitals writes a keyword as in a title.
func capitals(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if r := []rune(w); i == 0 || !small[w] {
			words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
		}
	}
	return strings.Join(words, " ")
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func esc(s string) string { return html.EscapeString(s) }

// clip shortens a text to so many characters at the end of a word.
func clip(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	cut := string(r[:limit-1])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}
