package credit

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

// BalanceView is a balance as the API shows it.
type BalanceView struct {
	Unit      string    `json:"unit" doc:"of all amounts"`
	Credits   Amount    `json:"credits" doc:"what can be spent now: plan and bonus credits"`
	Plan      Amount    `json:"plan_credits" doc:"used first"`
	Bonus     Amount    `json:"bonus_credits"`
	Held      Amount    `json:"held_credits" doc:"taken out of credits for work under way; what it does not use comes back"`
	PlanUntil time.Time `json:"plan_expires_at,omitzero" doc:"when the plan credits of this period expire; absent when they do not"`
}

// ViewOf shows a balance.
func ViewOf(b Balance) BalanceView {
	return BalanceView{Unit: Unit, Credits: b.Total(), Plan: b.Plan, Bonus: b.Bonus, Held: b.Held, PlanUntil: b.PlanUntil}
}

type ledgerInput struct {
	Cursor string `query:"cursor" maxLength:"20" doc:"next_cursor of the answer before; without one the newest come"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
	Kind   string `query:"kind" enum:"hold,charge,release,grant,expire" doc:"entries of this transaction_type alone"`
	Site   string `query:"site_id" maxLength:"64" doc:"entries of this site alone"`
	From   string `query:"from" maxLength:"40" doc:"entries from this day on (2026-05-04, in UTC), or this moment (2026-05-04T10:00:00Z)"`
	To     string `query:"to" maxLength:"40" doc:"entries until the end of this day, or until before this moment"`
}

type summaryInput struct {
	Days int    `query:"days" minimum:"1" maximum:"366" default:"30" doc:"how many days, the present one included"`
	Site string `query:"site_id" maxLength:"64" doc:"what this site used alone"`
}

// Routes are the operations of credits. name gives a stage's name by its number.
func (v *Service) Routes(name func(stage int) string) []httpapi.Operation {
	spec := func(id, path, summary, description string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: http.MethodGet, Path: "/v1/billing/credits/" + path, Permission: account.Viewer, AnyStatus: true,
			Throttle: httpapi.ThrottleBilling, Summary: summary, Description: description, Tags: []string{"billing"}}
	}
	return []httpapi.Operation{
		httpapi.Route(spec("credit_balance", "balance/", "The credits left", "Amounts are whole numbers in thousandths of credits: 12500 are 12.5 credits."),
			func(ctx context.Context, s account.Scope, _ *struct{}) (BalanceView, error) {
				b, err := v.Balance(ctx, s)
				return ViewOf(b), err
			}),
		httpapi.CursorRoute(spec("credit_transactions", "transactions/", "The ledger of credits, newest first",
			"Amounts are in thousandths of credits. The sum of amount over all entries is the balance. With a filter a page may be shorter than limit, even empty, and not the last: go on while there is a next_cursor."),
			func(ctx context.Context, s account.Scope, in *ledgerInput) (httpapi.CursorPage[Entry], error) {
				f, err := in.filter()
				if err != nil {
					return httpapi.CursorPage[Entry]{}, err
				}
				out, next, err := v.Transactions(ctx, s, f, in.Cursor, in.Limit)
				return httpapi.CursorPage[Entry]{Results: out, Next: next}, err
			}),
		httpapi.Route(spec("credit_usage", "usage/summary/", "What credits were used for: by stage, site, kind and day", "Amounts are in thousandths of credits. by_stage and by_site add up to credits_used."),
			func(ctx context.Context, s account.Scope, in *summaryInput) (Summary, error) {
				return v.Summary(ctx, s, in.Site, in.Days, name)
			}),
	}
}

func (in *ledgerInput) filter() (Filter, error) {
	f := Filter{Type: EntryType(in.Kind), Site: in.Site}
	var err error
	if f.From, _, err = moment("from", in.From); err != nil {
		return f, err
	}
	to, day, err := moment("to", in.To)
	if day {
		to = to.AddDate(0, 0, 1)
	}
	f.To = to
	return f, err
}

// moment reads a day or a moment; zero for none.
func moment(field, text string) (t time.Time, day bool, err error) {
	if text == "" {
		return t, false, nil
	}
	if t, err = time.Parse(time.DateOnly, text); err == nil {
		return t, true, nil
	}
	if t, err = time.Parse(time.RFC3339, text); err == nil {
		return t, false, nil
	}
	return t, false, errs.Field(field, "has to be a day (2026-05-04) or a moment (2026-05-04T10:00:00Z)")
}
