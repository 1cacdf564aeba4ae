package awschaos_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/test/outside"
)

// verdict is what all scenes came to.
type verdict struct {
	lost, doubledPosts, doubledMedia, strays, trashed int
	drift                                             credit.Amount
	again, flight, runs                               int
}

func (v verdict) String() string {
	return fmt.Sprintf("lost=%d doubled_posts=%d doubled_media=%d strays=%d trashed=%d credit_drift=%s bought_again=%d in_flight=%d runs=%d",
		v.lost, v.doubledPosts, v.doubledMedia, v.strays, v.trashed, v.drift, v.again, v.flight, v.runs)
}

func (w *world) verdict(t *testing.T, places []*place) (v verdict) {
	t.Helper()
	report := func(faults []string) {
		for _, f := range faults {
			t.Error(f)
		}
	}
	var contents []string
	pictures := map[string]bool{}
	for _, p := range places {
		have := p.have
		lost := have.Lost(p.rows)
		report(lost)
		v.lost += len(lost)
		for _, c := range have.Contents {
			contents = append(contents, c.ID)
			if c.SiteStatus != "published" {
				v.lost++
				t.Errorf("content %s is %s", c.ID, c.SiteStatus)
			}
		}
		for _, i := range have.Images {
			pictures[i.SHA] = true
		}
		drift, runs := p.books(t)
		v.drift, v.runs = v.drift+drift, v.runs+runs
	}
	posts := outside.Posts(w.wp, contents)
	report(posts.Faults)
	v.lost, v.doubledPosts, v.strays, v.trashed = v.lost+posts.Missing, posts.Doubled, posts.Strays, posts.Trashed
	doubled, faults := outside.Media(w.wp, len(pictures))
	report(faults)
	v.doubledMedia = doubled
	flight, total := w.flight()
	v.again, faults = outside.Bought(w.provider, flight)
	report(faults)
	if v.flight = total; v.again > v.flight {
		t.Errorf("%d calls were bought again, %d were in flight", v.again, v.flight)
	}
	if text := w.wp.Log(); text != "" {
		t.Errorf("WordPress logged:\n%s", text)
	}
	return v
}

// books holds an account's ledger against its balance, its runs, of which all have ended, and
// the jobs that a person asked for.
func (p *place) books(t *testing.T) (drift credit.Amount, runs int) {
	t.Helper()
	ports := parts.Ports{Table: dynamo.Open(p.tableAWS(), p.at.Outputs["TableName"], clock.Real{}), Clock: clock.Real{}}
	credits, engine := credit.New(ports.Table, ports.Clock), parts.Engine(ports, parts.Working{}, nil)
	scope, ctx := account.Mint(account.Grant{Account: p.account, Actor: "test", Role: account.Viewer}), t.Context()
	have, err := credits.Balance(ctx, scope)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := credits.Ledger(ctx, scope)
	if err != nil {
		t.Fatal(err)
	}
	all, err := engine.History(ctx, scope, p.site.ID, 20)
	if err != nil {
		t.Fatal(err)
	}
	var told credit.Amount
	for _, r := range all {
		v, err := engine.View(ctx, scope, p.site.ID, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if told += v.Credits; !r.Status.Ended() {
			t.Errorf("run %s is %s", r.ID, r.Status)
		}
	}
	for _, id := range p.asked {
		j, err := engine.Job(ctx, scope, id)
		if err != nil {
			t.Fatal(err)
		}
		told += j.Draw
	}
	drift, faults := outside.Books(entries, have, told)
	for _, f := range faults {
		t.Error(f)
	}
	return drift, len(all)
}

// settle ticks until nothing is left to repair.
func (w *world) settle(t *testing.T) {
	t.Helper()
	var left []string
	for end := time.Now().Add(waits); time.Now().Before(end); time.Sleep(time.Second) {
		w.tick(t.Context(), t)
		if left = w.left(t); len(left) == 0 {
			return
		}
	}
	t.Errorf("left over:\n  %s", strings.Join(left, "\n  "))
}

// left are the items of the table that say that something is under way.
func (w *world) left(t *testing.T) (out []string) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(w.tableAWS()), &dynamodb.ScanInput{TableName: aws.String(w.at.Outputs["TableName"])})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range page.Items {
			if underWay(it) {
				out = append(out, text(it["pk"])+" "+text(it["sk"]))
			}
		}
	}
	return out
}

// underWay: an entry of tick's for a run or a wave, a marker, a run that holds its site, a
// publication's attempt, a lease of a job or of a publication. Tick's entry for a site stays
// as long as a change of its keywords can be undone.
func underWay(it map[string]types.AttributeValue) bool {
	pk, sk := text(it["pk"]), text(it["sk"])
	switch {
	case strings.HasPrefix(pk, "X#OPEN#"):
		return !strings.HasPrefix(sk, "S#")
	case sk == "ACTIVE", strings.HasPrefix(sk, "OPEN#"), strings.HasPrefix(sk, "ATTEMPT#"):
		return true
	case strings.HasPrefix(sk, "JOB#"):
		return text(it["a_holder"]) != ""
	}
	return strings.HasPrefix(sk, "PUBLISHING#") && text(it["a_lease"]) != ""
}

func text(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}
