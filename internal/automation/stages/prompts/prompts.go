// Package prompts is stage 5 of a run: drafts get the prompts of their pictures (facts
// 10.3, 11.5). A job plans the featured picture and those inside one text.
package prompts

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/ask"
	"github.com/igny8/igny8/internal/automation/stages/pick"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/table"
)

// MaxInArticle bounds the pictures inside one text, whatever the settings say.
const MaxInArticle = 20

// Stage is stage 5. It is safe for concurrent use.
type Stage struct {
	contents *content.Service
	sites    ask.Sites
	text     ai.Text
}

var (
	_ automation.Stage      = (*Stage)(nil)
	_ automation.FailureOps = (*Stage)(nil)
	_ automation.Estimator  = (*Stage)(nil)
)

// New makes the stage.
func New(contents *content.Service, sites ask.Sites, text ai.Text) *Stage {
	return &Stage{contents: contents, sites: sites, text: text}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 5 }

// Plan gives a job for each draft without image prompts. Items of the input are content
// ids; Conflict when one has prompts already or is no draft.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	chosen, err := st.choices(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, err
	}
	todo, err := pick.Among(in, st.contents.Each(ctx, s, in.Site), content.Compare, func(c content.Content) pick.State {
		return pick.State{ID: c.ID, Attempt: c.PromptsAttempt, FailedRun: c.FailedRun, Blocked: blocked(c)}
	})
	if err != nil {
		return automation.Selection{}, err
	}
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Selection{}, err
	}
	var sel automation.Selection
	for _, c := range todo {
		j := automation.JobSpec{Item: c.ID, Title: c.Title, Attempt: c.PromptsAttempt}
		sel.Jobs = append(sel.Jobs, chosen.Job(j, func(by ask.Chosen) ai.TextRequest { return request(by, c) }, prices, credit.ImagePromptExtraction, credit.Use{Units: 1}))
	}
	return sel, nil
}

func blocked(c content.Content) error {
	switch {
	case c.HasImagePrompts:
		return pick.Blocked("has_image_prompts", "the content "+strconv.Quote(c.Title)+" has its image prompts already")
	case c.Status != content.Draft:
		return pick.Blocked("not_draft", "the content "+strconv.Quote(c.Title)+" is no draft any more")
	}
	return nil
}

// Estimate prices the drafts without prompts and those to come. Each hands on its pictures.
func (st *Stage) Estimate(ctx context.Context, s account.Scope, in automation.PlanInput, coming automation.Flow) (automation.Forecast, error) {
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Forecast{}, err
	}
	chosen, err := st.choices(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, err
	}
	var f automation.Forecast
	for c, err := range st.contents.Each(ctx, s, in.Site) {
		if err != nil {
			return automation.Forecast{}, errs.Wrap("prompts.Estimate", err)
		}
		if blocked(c) == nil {
			f.Waiting++
		}
	}
	f.Next.Items = (f.Waiting + coming.Items) * int64(chosen.Site.Settings.MaxInArticleImages+1)
	f.Credits = prices.Usual(credit.ImagePromptExtraction, credit.Use{Units: 1}) * credit.Amount(f.Waiting+coming.Items)
	return f, nil
}

func (st *Stage) choices(ctx context.Context, s account.Scope, siteID string) (ask.Chosen, error) {
	return ask.Choices(ctx, st.sites, s, siteID, prompt.ImagePrompts)
}

// answer is the model's document.
type answer struct {
	Prompt    string    `json:"featured_prompt"`
	Alt       string    `json:"featured_alt_text"`
	Caption   string    `json:"featured_caption"`
	InArticle []picture `json:"in_article_prompts"`
}

type picture struct {
	Prompt  string `json:"prompt"`
	Alt     string `json:"alt_text"`
	Caption string `json:"caption"`
}

// Do plans the pictures of one content.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	chosen, err := st.choices(ctx, s, w.Site)
	if err != nil {
		return automation.Outcome{}, err
	}
	c, err := st.contents.Get(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, errs.Of(errs.Wrap("prompts.Do", err)).Because(errs.Input)
	}
	if err := blocked(c); err != nil {
		return automation.Outcome{}, err
	}
	prices, err := credit.Prices(w.Job.Prices)
	if err != nil {
		return automation.Outcome{}, err
	}
	n := chosen.Site.Settings.MaxInArticleImages
	doc, err := ask.Document(ctx, w, st.text, request(chosen, c), func(doc json.RawMessage) error { return check(doc, n) })
	if err != nil {
		return automation.Outcome{}, err
	}
	var a answer
	if err := json.Unmarshal(doc.JSON, &a); err != nil {
		return automation.Outcome{}, errs.Wrap("prompts.Do", err)
	}
	ops := []table.Op{content.PromptsOp(s, w.Site, c.ID, w.Job.ID, n+1)}
	list := append([]picture{{a.Prompt, a.Alt, a.Caption}}, a.InArticle[:min(n, len(a.InArticle))]...)
	for i, p := range list {
		op, err := imagery.NewOp(s, image(w, c, i, p))
		if err != nil {
			return automation.Outcome{}, err
		}
		ops = append(ops, op)
	}
	price := prices.Price(credit.ImagePromptExtraction, credit.Use{Units: 1, Tokens: doc.Tokens()})
	return automation.Outcome{Ops: ops, Draw: min(price, w.Job.Share),
		Result: pick.Result(automation.Counts{"content_processed": 1, "prompts_created": int64(len(list))})}, nil
}

// check refuses a document with an empty prompt, or with too few of them. Prompts beyond
// the number asked for are dropped later.
func check(doc json.RawMessage, n int) error {
	var a answer
	if err := json.Unmarshal(doc, &a); err != nil {
		return ask.Fault("the prompts can't be read: " + err.Error())
	}
	if strings.TrimSpace(a.Prompt) == "" {
		return ask.Fault("featured_prompt is empty")
	}
	if len(a.InArticle) < n {
		return ask.Fault("in_article_prompts has " + strconv.Itoa(len(a.InArticle)) + " items where " + strconv.Itoa(n) + " were asked for")
	}
	for i, p := range a.InArticle[:n] {
		if strings.TrimSpace(p.Prompt) == "" {
			return ask.Fault("the prompt of item " + strconv.Itoa(i+1) + " of in_article_prompts is empty")
		}
	}
	return nil
}

// place is where picture i of a content stands.
func place(i int) (imagery.Type, int) {
	if i > 0 {
		return imagery.InArticle, i - 1
	}
	return imagery.Featured, 0
}

// image is picture i of a content: 0 is the featured one, the others count from position 0.
func image(w *automation.Work, c content.Content, i int, p picture) imagery.Image {
	kind, pos := place(i)
	return imagery.Image{ID: imagery.ID(c.ID, kind, pos), Site: w.Site, Content: c.ID, ContentTitle: c.Title, ImageType: kind, Position: pos,
		Prompt: ask.Clip(p.Prompt, imagery.MaxPrompt), AltText: ask.Clip(p.Alt, 125), Caption: ask.Clip(p.Caption, imagery.MaxCaption),
		Status: imagery.Pending, PromptsJob: w.Job.ID}
}

// Next leads from the prompts to the pictures.
func (st *Stage) Next(_ context.Context, _ account.Scope, _ string, j automation.Job) (int, []string, error) {
	var counts automation.Counts
	if err := json.Unmarshal(j.Result, &counts); err != nil {
		return 0, nil, errs.Wrap("prompts.Next", err)
	}
	var out []string
	for i := range int(counts["prompts_created"]) {
		kind, pos := place(i)
		out = append(out, imagery.ID(j.Item, kind, pos))
	}
	return 6, out, nil
}

// Fold adds up the wave's counts; the jobs have written everything themselves.
func (*Stage) Fold(_ context.Context, _ account.Scope, in automation.FoldInput) (automation.Counts, error) {
	return pick.Sum(in.Jobs)
}

// Failed notes the failed try on the content.
func (*Stage) Failed(_ context.Context, s account.Scope, site string, j automation.Job) ([]table.Op, error) {
	return []table.Op{content.PromptsFailedOp(s, site, j.Item, j.Attempt, j.Run, j.Cause, j.Reason)}, nil
}
