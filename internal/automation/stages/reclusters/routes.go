package reclusters

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/compare"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
	// Compared gives the sector of that id, or the site's first one, and by what the site's
	// keywords are compared; Invalid by field.
	Compared(ctx context.Context, s account.Scope, site, sector string) (id, by string, err error)
}

// Engine asks for the job.
type Engine interface {
	AskOne(ctx context.Context, s account.Scope, site string, stage int, item string, key idem.Key) (automation.JobView, error)
}

type reclusterInput struct {
	Body struct {
		Site       string `json:"site_id" minLength:"1"`
		Sector     string `json:"sector_id,omitempty" doc:"the site's first one when absent"`
		Cluster    string `json:"cluster_id,omitempty" doc:"look at this cluster of the sector alone: how it would split"`
		Strictness string `json:"strictness,omitempty" doc:"tight, normal, broad, or a number from 0 (broad) to 1 as text; normal when absent"`
		DryRun     *bool  `json:"dry_run,omitempty" doc:"true when absent: tell what would change. false: a job that changes all of it at once"`
		Again      bool   `json:"again,omitempty" doc:"compute it though it was computed already: for when the product's own vectors were taken instead of a provider's"`

		MaxCredits *credit.Amount `json:"max_credits,omitempty" minimum:"0" doc:"refuse rather than cost more than this, what a person agreed to, in thousandths"`
	}
}

// Reclustered is the answer to a request for clusters anew.
type Reclustered struct {
	Job     *automation.JobView `json:"job" doc:"the job that computes it; null when it was computed already"`
	Result  *cluster.Told       `json:"result" doc:"what would change, without the list of changes; null until the job is done"`
	Credits credit.Amount       `json:"credits" doc:"what the job costs at most: nothing, but for texts whose vectors have to be bought"`
}

// Stored names what was computed; it is exported for the decoder alone.
type Stored struct {
	ID         string  `path:"id"`
	Site       string  `query:"site_id" required:"true" minLength:"1"`
	Strictness float64 `query:"strictness" minimum:"0" maximum:"1" default:"0.5"`
}

type changesInput struct {
	httpapi.ListQuery
	Stored
	Kind string `query:"kind" enum:"split,merge,gone,move,new,join"`
}

type movesInput struct {
	httpapi.ListQuery
	Stored
	Change string `query:"change" doc:"of this change alone"`
}

type applyInput struct {
	ID   string `path:"id"`
	Body struct {
		Site       string    `json:"site_id" minLength:"1"`
		Strictness float64   `json:"strictness" minimum:"0" maximum:"1"`
		Changes    *[]string `json:"changes,omitempty" doc:"ids of the changes to make; all when absent"`
	}
}

// MovedKeyword is a keyword that would get another cluster.
type MovedKeyword struct {
	ID      int64  `json:"id"`
	Keyword string `json:"keyword"`
	From    string `json:"from_cluster_id,omitempty" doc:"absent: it is in none"`
	To      string `json:"to_cluster_id,omitempty" doc:"absent: a cluster that is made"`
	ToName  string `json:"to_name"`
	Change  string `json:"change"`
}

// Routes are the operations of re-clustering.
func (st *Stage) Routes(sites Sites, engine Engine) []httpapi.Operation {
	return routes{st, sites, engine}.operations()
}

type routes struct {
	*Stage
	sites  Sites
	engine Engine
}

func (r routes) operations() []httpapi.Operation {
	spec := func(id, method, path, summary string, role account.Role) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: method, Path: "/v1/planner/" + path, Permission: role, Throttle: httpapi.ThrottlePlanner, Summary: summary, Tags: []string{"planner"}}
	}
	ask := spec("recluster", http.MethodPost, "clusters/recluster/", "What the clusters of a sector would be at a strictness: free, but for vectors that have to be bought", account.Editor)
	apply := spec("apply_reclustering", http.MethodPost, "reclusterings/{id}/apply/", "Make the computed changes, all or some, in one step that can be undone", account.Editor)
	ask.Idempotent, apply.Idempotent = true, true
	return []httpapi.Operation{
		httpapi.Route(ask, r.ask),
		httpapi.Route(spec("get_vector_price", http.MethodGet, "clusters/vectors/", "What it costs to compare keywords by a provider's vectors", account.Viewer), r.vectors),
		httpapi.Route(spec("get_reclustering", http.MethodGet, "reclusterings/{id}/", "What was computed, at one strictness", account.Viewer), r.get),
		httpapi.ListRoute(spec("list_recluster_changes", http.MethodGet, "reclusterings/{id}/changes/", "The splits, merges and moves of what was computed", account.Viewer), r.changes),
		httpapi.ListRoute(spec("list_recluster_keywords", http.MethodGet, "reclusterings/{id}/keywords/", "The keywords that would move", account.Viewer), r.moves),
		httpapi.Route(apply, r.apply),
	}
}

func (r routes) ask(ctx context.Context, s account.Scope, in *reclusterInput) (Reclustered, error) {
	b := in.Body
	sector, by, err := r.sites.Compared(ctx, s, b.Site, b.Sector)
	if err != nil {
		return Reclustered{}, err
	}
	how, err := engine.ParseStrictness(b.Strictness)
	if err != nil {
		return Reclustered{}, errs.Field("strictness", err.Error())
	}
	q := Request{Extent: cluster.Extent{Sector: sector, Cluster: b.Cluster}, Strictness: rounded(how), Apply: b.DryRun != nil && !*b.DryRun}
	n, version, err := r.clusters.Size(ctx, s, b.Site, q.Extent)
	if err != nil {
		return Reclustered{}, err
	}
	q.By = by
	if !q.Apply {
		t, err := cluster.Told{}, errForgotten()
		if !b.Again {
			t, err = r.computed(ctx, s, b.Site, q, version)
		}
		if errs.Is(err, errs.NotFound) && r.now != nil && n <= small {
			t, err = r.atOnce(ctx, s, b.Site, q)
		}
		if err == nil {
			t.Changes = nil
			return Reclustered{Result: &t}, nil
		}
		if !errs.Is(err, errs.NotFound) {
			return Reclustered{}, err
		}
	}
	out := Reclustered{}
	if by == cluster.ByOpenAI {
		need, err := r.need(ctx, s, b.Site, q.Extent)
		if err != nil {
			return Reclustered{}, err
		}
		if out.Credits, err = price(need); err != nil {
			return Reclustered{}, err
		}
		if b.MaxCredits != nil && out.Credits > *b.MaxCredits {
			return Reclustered{}, errDearer(out.Credits, *b.MaxCredits)
		}
		q.Most = &out.Credits // what the answer says, whatever is added until the job is planned
	}
	item, err := r.keep(ctx, s, b.Site, q)
	if err != nil {
		return Reclustered{}, err
	}
	job, err := r.engine.AskOne(ctx, s, b.Site, Number, item, httpapi.IdempotencyKey(ctx))
	out.Job = &job
	return out, err
}

// computed finds what was computed already: by what was asked for or, where that could not be
// had, by what was taken instead.
func (r routes) computed(ctx context.Context, s account.Scope, site string, q Request, version int64) (cluster.Told, error) {
	t, err := r.told(ctx, s, site, cluster.RegroupingID(site, q.Extent, version, q.By), q.Strictness)
	if errs.Is(err, errs.NotFound) && q.By == cluster.ByOpenAI {
		t, err = r.told(ctx, s, site, cluster.RegroupingID(site, q.Extent, version, cluster.ByInstead), q.Strictness)
	}
	return t, err
}

// atOnce computes while the person waits; NotFound when vectors would have to be bought, which
// is a job's business.
func (r routes) atOnce(ctx context.Context, s account.Scope, site string, q Request) (cluster.Told, error) {
	var by cluster.By
	if q.By == cluster.ByOpenAI {
		texts, err := r.clusters.TextsOf(ctx, s, site, q.Extent)
		if err != nil {
			return cluster.Told{}, err
		}
		if by.Vectors, err = r.compare.Stored(ctx, s, texts); err != nil {
			return cluster.Told{}, err
		}
		if by.Vectors == nil {
			return cluster.Told{}, errForgotten()
		}
		by.Model = ai.EmbeddingModel
	}
	fresh, err := r.now(ctx, s, site, q, by)
	return fresh.Told, err
}

// price is what vectors cost that are bought now.
func price(n compare.Need) (credit.Amount, error) {
	l, err := credit.Prices(credit.Current)
	return compare.Price(l, len(n.Missing)), err
}

// rounded is a strictness as it is kept: in thousandths, and the broadest as 0, which is what
// the ladder computes.
func rounded(how engine.Strictness) float64 {
	if how <= engine.Broadest {
		return 0
	}
	return float64(permille(float64(how))) / 1000
}

func (r routes) get(ctx context.Context, s account.Scope, in *Stored) (cluster.Told, error) {
	t, err := r.find(ctx, s, *in)
	t.Changes = nil
	return t, err
}

func (r routes) find(ctx context.Context, s account.Scope, in Stored) (cluster.Told, error) {
	if err := r.sites.Check(ctx, s, in.Site); err != nil {
		return cluster.Told{}, err
	}
	return r.told(ctx, s, in.Site, in.ID, in.Strictness)
}

func (r routes) changes(ctx context.Context, s account.Scope, in *changesInput) (httpapi.Page[cluster.Change], error) {
	t, err := r.find(ctx, s, in.Stored)
	if err != nil {
		return httpapi.Page[cluster.Change]{}, err
	}
	return httpapi.Lister[cluster.Change]{
		Keep: func(c cluster.Change) bool { return in.Kind == "" || c.Kind == in.Kind },
		Text: func(c cluster.Change) []string {
			out := []string{c.Name}
			for _, p := range append(append([]cluster.Part{}, c.From...), c.To...) {
				out = append(out, p.Name)
			}
			return out
		},
	}.Page(t.Changes, in.ListQuery)
}

func (r routes) moves(ctx context.Context, s account.Scope, in *movesInput) (httpapi.Page[MovedKeyword], error) {
	if err := r.sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[MovedKeyword]{}, err
	}
	all, err := r.whole(ctx, s, in.Site, in.ID, in.Strictness)
	if err != nil {
		return httpapi.Page[MovedKeyword]{}, err
	}
	var of []cluster.Move
	for _, m := range all.Moves {
		if in.Change == "" || m.Change == in.Change {
			of = append(of, m)
		}
	}
	page, err := httpapi.Lister[cluster.Move]{}.Page(of, in.ListQuery)
	if err != nil {
		return httpapi.Page[MovedKeyword]{}, err
	}
	out, err := r.named(ctx, s, in.Site, all, page.Results)
	return httpapi.Page[MovedKeyword]{Count: page.Count, Results: out, Number: page.Number, Size: page.Size}, err
}

// named tells moves with texts and names.
func (r routes) named(ctx context.Context, s account.Scope, site string, all cluster.Regrouping, moves []cluster.Move) ([]MovedKeyword, error) {
	ids := make([]int64, len(moves))
	for i, m := range moves {
		ids[i] = m.Keyword
	}
	texts, err := r.clusters.Texts(ctx, s, site, ids)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, c := range all.Told.Changes {
		for _, p := range c.To {
			names[p.Cluster] = p.Name
		}
	}
	out := make([]MovedKeyword, len(moves))
	for i, m := range moves {
		out[i] = MovedKeyword{ID: m.Keyword, Keyword: texts[m.Keyword], From: m.From, To: m.To, ToName: names[m.To], Change: m.Change}
		if cluster.IsFresh(m.To) {
			out[i].To = ""
		}
	}
	return out, nil
}

func (r routes) apply(ctx context.Context, s account.Scope, in *applyInput) (cluster.Applied, error) {
	b := in.Body
	if err := r.sites.Check(ctx, s, b.Site); err != nil {
		return cluster.Applied{}, err
	}
	all, err := r.whole(ctx, s, b.Site, in.ID, b.Strictness)
	if err != nil {
		return cluster.Applied{}, err
	}
	keep, err := r.ideas.Made(ctx, s, b.Site)
	if err != nil {
		return cluster.Applied{}, err
	}
	var chosen []string
	if b.Changes != nil {
		if chosen = *b.Changes; len(chosen) == 0 {
			return cluster.Applied{}, errs.Field("changes", "choose one at least, or leave the field out for all of them")
		}
	}
	return r.clusters.ApplyChanges(ctx, s, b.Site, all, chosen, keep, "", httpapi.IdempotencyKey(ctx))
}

type vectorsInput struct {
	Site    string `query:"site_id" required:"true" minLength:"1"`
	Sector  string `query:"sector_id" doc:"all keywords of the site when this and cluster_id are absent"`
	Cluster string `query:"cluster_id" doc:"of this cluster of the sector, or of the site's first one, alone"`
}

// VectorPrice is what it costs to compare keywords by a provider's vectors.
type VectorPrice struct {
	CompareBy string        `json:"compare_by" enum:"built_in,openai" doc:"the site's choice, its own or its account's"`
	Model     string        `json:"model"`
	Texts     int           `json:"texts" doc:"that differ"`
	Stored    int           `json:"stored" doc:"of these, those whose vectors were bought already: they are never paid for again"`
	Credits   credit.Amount `json:"credits" doc:"what the others cost"`
	Cost      credit.USD    `json:"cost_micro_usd" doc:"what they cost at the provider, as a rule"`
	PriceDate string        `json:"price_date"`
}

// vectors tells the price whatever the site's choice is, so that it can be told beside it.
func (r routes) vectors(ctx context.Context, s account.Scope, in *vectorsInput) (VectorPrice, error) {
	sector, by, err := r.sites.Compared(ctx, s, in.Site, in.Sector)
	if err != nil {
		return VectorPrice{}, err
	}
	var texts []string
	if in.Sector == "" && in.Cluster == "" {
		texts, err = r.clusters.AllTexts(ctx, s, in.Site)
	} else {
		texts, err = r.clusters.TextsOf(ctx, s, in.Site, cluster.Extent{Sector: sector, Cluster: in.Cluster})
	}
	if err != nil {
		return VectorPrice{}, err
	}
	need, err := r.compare.Needed(ctx, s, texts)
	if err != nil {
		return VectorPrice{}, err
	}
	m, _, err := ai.Find(ai.EmbeddingModel)
	if err != nil {
		return VectorPrice{}, err
	}
	out := VectorPrice{CompareBy: by, Model: m.ID, Texts: need.Texts, Stored: need.Texts - len(need.Missing), Cost: need.Cost, PriceDate: m.PriceDate}
	out.Credits, err = price(need)
	return out, err
}
