// Package contents is stage 4 of a run: queued tasks become content drafts (facts 10.1,
// 11.5). A job writes one text.
package contents

import (
	"cmp"
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
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

// Stage is stage 4. It is safe for concurrent use.
type Stage struct {
	tasks    *task.Service
	ideas    *idea.Service
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
func New(tasks *task.Service, ideas *idea.Service, contents *content.Service, sites ask.Sites, text ai.Text) *Stage {
	return &Stage{tasks: tasks, ideas: ideas, contents: contents, sites: sites, text: text}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 4 }

// Plan gives a job for each queued task. Items of the input are task ids; Conflict when one
// is completed.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	chosen, err := st.choices(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, err
	}
	todo, err := pick.Among(in, st.tasks.Each(ctx, s, in.Site), task.Compare, func(t task.Task) pick.State {
		return pick.State{ID: t.ID, Attempt: t.Attempt, FailedRun: t.FailedRun, Blocked: blocked(t)}
	})
	if err != nil {
		return automation.Selection{}, err
	}
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Selection{}, err
	}
	var sel automation.Selection
	for _, t := range todo {
		j := automation.JobSpec{Item: t.ID, Title: t.Title, Attempt: t.Attempt}
		sel.Jobs = append(sel.Jobs, chosen.Job(j, func(c ask.Chosen) ai.TextRequest { return request(c, t) }, prices, credit.ContentGeneration, credit.Use{Units: 1, Words: t.WordCount}))
	}
	return sel, nil
}

func blocked(t task.Task) error {
	if t.Status != task.Queued {
		return pick.Blocked("task_completed", "the task "+strconv.Quote(t.Title)+" is written already")
	}
	return nil
}

func (st *Stage) choices(ctx context.Context, s account.Scope, siteID string) (ask.Chosen, error) {
	return ask.Choices(ctx, st.sites, s, siteID, prompt.Content)
}

// Estimate prices the queued tasks, and those to come as texts of the site's usual length.
func (st *Stage) Estimate(ctx context.Context, s account.Scope, in automation.PlanInput, coming automation.Flow) (automation.Forecast, error) {
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Forecast{}, err
	}
	chosen, err := st.choices(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, err
	}
	price := func(words int) credit.Amount {
		return prices.Usual(credit.ContentGeneration, credit.Use{Units: 1, Words: words})
	}
	f := automation.Forecast{Next: automation.Flow{Items: coming.Items}, Credits: price(chosen.Site.Settings.WordCount) * credit.Amount(coming.Items)}
	for t, err := range st.tasks.Each(ctx, s, in.Site) {
		if err != nil {
			return automation.Forecast{}, errs.Wrap("contents.Estimate", err)
		}
		if blocked(t) == nil {
			f.Waiting++
			f.Next.Items++
			f.Credits += price(t.WordCount)
		}
	}
	return f, nil
}

// answer is the model's document.
type answer struct {
	Title           string   `json:"title"`
	MetaTitle       string   `json:"meta_title"`
	MetaDescription string   `json:"meta_description"`
	Excerpt         string   `json:"excerpt"`
	Primary         string   `json:"primary_keyword"`
	Secondary       []string `json:"secondary_keywords"`
	Tags            []string `json:"tags"`
	Categories      []string `json:"categories"`
	HTML            string   `json:"content_html"`
}

// Do writes one text. Its HTML is in the blob store before the closing transaction.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	chosen, err := st.choices(ctx, s, w.Site)
	if err != nil {
		return automation.Outcome{}, err
	}
	t, err := st.tasks.Get(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, errs.Of(errs.Wrap("contents.Do", err)).Because(errs.Input)
	}
	if err := blocked(t); err != nil {
		return automation.Outcome{}, err
	}
	prices, err := credit.Prices(w.Job.Prices)
	if err != nil {
		return automation.Outcome{}, err
	}
	doc, err := ask.Document(ctx, w, st.text, request(chosen, t), func(doc json.RawMessage) error { return check(doc, t.WordCount) })
	if err != nil {
		return automation.Outcome{}, err
	}
	var a answer
	if err := json.Unmarshal(doc.JSON, &a); err != nil {
		return automation.Outcome{}, errs.Wrap("contents.Do", err)
	}
	c := draft(w, t, a)
	c.Demo = doc.Demo()
	if err := st.contents.Store(ctx, s, &c, a.HTML); err != nil {
		return automation.Outcome{}, err
	}
	if err := c.Validate(); err != nil {
		return automation.Outcome{}, errs.Of(err).Because(errs.Provider)
	}
	ops, err := st.closing(ctx, s, w, t, c)
	if err != nil {
		return automation.Outcome{}, err
	}
	price := prices.Price(credit.ContentGeneration, credit.Use{Units: 1, Words: t.WordCount, Tokens: doc.Tokens()})
	return automation.Outcome{Ops: ops, Draw: min(price, w.Job.Share), Result: pick.Result(automation.Counts{
		"tasks_processed": 1, "content_created": 1, "total_words": int64(c.WordCount)})}, nil
}

// check refuses a document without title or text, or with less than half the words.
func check(doc json.RawMessage, words int) error {
	var a answer
	if err := json.Unmarshal(doc, &a); err != nil {
		return ask.Fault("the content can't be read: " + err.Error())
	}
	if strings.TrimSpace(a.Title) == "" {
		return ask.Fault("title is empty")
	}
	if n := content.Words(content.Clean(a.HTML)); n == 0 {
		return ask.Fault("content_html has no text")
	} else if n < words/2 {
		return ask.Fault("content_html has " + strconv.Itoa(n) + " words where " + strconv.Itoa(words) + " were asked for")
	}
	return nil
}

// draft is the content of an answer, without its body. Its id follows from the job's.
func draft(w *automation.Work, t task.Task, a answer) content.Content {
	c := content.Content{
		ID: id.Hash("con", w.Job.ID), Site: w.Site, Sector: t.Sector, Title: ask.Clip(a.Title, 300), Excerpt: ask.Clip(a.Excerpt, 1000),
		MetaTitle: ask.Clip(a.MetaTitle, 200), MetaDescription: ask.Clip(a.MetaDescription, 500), Cluster: t.Cluster, ClusterName: t.ClusterName,
		Task: t.ID, ContentType: t.ContentType, ContentStructure: t.ContentStructure, Status: content.Draft,
		SiteStatus: content.NotPublished, Source: content.SourceIGNY8, Job: w.Job.ID,
		PrimaryKeyword: cmp.Or(t.PrimaryKeyword, strings.TrimSpace(a.Primary)), Categories: terms(a.Categories, 5), Tags: terms(a.Tags, 10),
	}
	second := a.Secondary
	if texts := t.KeywordTexts(); len(texts) > 0 {
		second = append(texts[1:len(texts):len(texts)], second...)
	}
	for _, k := range terms(second, 30) {
		if !strings.EqualFold(k, c.PrimaryKeyword) {
			c.SecondaryKeywords = append(c.SecondaryKeywords, k)
		}
	}
	c.Slug = content.Slug(c.Title)
	if c.Slug == "" {
		c.Slug = strings.ToLower(strings.ReplaceAll(c.ID, "_", "-"))
	}
	return c
}

// terms are texts trimmed, without empty ones and repeats in any case, at most n.
func terms(list []string, n int) []string {
	out, seen := []string{}, map[string]bool{}
	for _, x := range list {
		x = strings.Join(strings.Fields(x), " ")
		if k := strings.ToLower(x); x != "" && len(x) <= 200 && !seen[k] && len(out) < n {
			seen[k] = true
			out = append(out, x)
		}
	}
	return out
}

// closing is what the job writes when it is done: the draft, the completed task, the
// completed idea. An idea that a person took away or set otherwise stays as it is.
func (st *Stage) closing(ctx context.Context, s account.Scope, w *automation.Work, t task.Task, c content.Content) ([]table.Op, error) {
	op, err := content.NewOp(s, c)
	if err != nil {
		return nil, err
	}
	ops := []table.Op{op, task.CompleteOp(s, w.Site, t.ID, w.Job.ID, c.ID)}
	if t.Idea == "" {
		return ops, nil
	}
	x, err := st.ideas.Get(ctx, s, w.Site, t.Idea)
	switch {
	case errs.Is(err, errs.NotFound):
		return ops, nil
	case err != nil:
		return nil, errs.Wrap("contents.Do", err)
	case x.Status == idea.Queued:
		ops = append(ops, idea.CompleteOp(s, w.Site, t.Idea))
	}
	return ops, nil
}

// Fold adds up the wave's counts; the jobs have written everything themselves.
func (*Stage) Fold(_ context.Context, _ account.Scope, in automation.FoldInput) (automation.Counts, error) {
	return pick.Sum(in.Jobs)
}

// Failed notes the failed try on the task.
func (*Stage) Failed(_ context.Context, s account.Scope, site string, j automation.Job) ([]table.Op, error) {
	return []table.Op{task.FailedOp(s, site, j.Item, j.Attempt, j.Run, j.Cause, j.Reason)}, nil
}

// Next leads from a text to its pictures' prompts.
func (*Stage) Next(_ context.Context, _ account.Scope, _ string, j automation.Job) (int, []string, error) {
	return 5, []string{id.Hash("con", j.ID)}, nil
}
