package event

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type eventsInput struct {
	Cursor string `query:"cursor" maxLength:"2000" doc:"next_cursor of the answer before, or the id of an event; without one the newest events come"`
	Site   string `query:"site_id" maxLength:"64" doc:"events of this site alone; of all that you may see otherwise"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"new events at most"`
	Accept string `header:"Accept" hidden:"true"`
	Last   string `header:"Last-Event-ID" maxLength:"2000" doc:"the id of the last event of a stream that broke off; goes before cursor"`
}

// How long a client that polls waits: after something happened, and otherwise.
const (
	waitLively = 2 * time.Second
	waitQuiet  = 5 * time.Second
)

const howToRead = `Oldest first. Begin without a cursor, then send next_cursor each time; ask again after the seconds in Retry-After, at once when there is none.
An event can become visible some seconds after others that are newer. So a page begins a little before its cursor, and an event may come twice: remember the ids of the last 10,000 events and pass over those you know. Then none is lost and none shown twice, also after a reconnect, and whichever server answers.
With Accept: text/event-stream the program on one machine answers with server-sent events of the same data (Content-Type: text/event-stream): the id is the cursor, sent again as Last-Event-ID; a comment comes every 15 seconds. On AWS the answer is always a page (Content-Type: application/json): look at the type and poll.`

// Routes are the operations of events. streams: whether server-sent events are served; a
// function answers pages alone.
func (f *Feed) Routes(streams bool) []httpapi.Operation {
	spec := httpapi.RouteSpec{
		ID: "list_events", Method: http.MethodGet, Path: "/v1/events/", Permission: account.Viewer, Throttle: httpapi.ThrottleEvents,
		Summary: "What happens in the account", Description: howToRead, Tags: []string{"events"},
	}
	return []httpapi.Operation{
		httpapi.CursorRoute(spec, func(ctx context.Context, s account.Scope, in *eventsInput) (httpapi.CursorPage[Event], error) {
			q := Query{Cursor: in.Cursor, Site: in.Site, Limit: in.Limit}
			if in.Last != "" {
				q.Cursor = in.Last
			}
			if streams && httpapi.WantsStream(in.Accept) {
				return httpapi.CursorPage[Event]{}, f.stream(ctx, s, q)
			}
			p, err := f.Read(ctx, s, q)
			if err != nil {
				return httpapi.CursorPage[Event]{}, err
			}
			out := httpapi.CursorPage[Event]{Results: p.Events, Next: p.Next, Wait: waitQuiet}
			switch {
			case p.More:
				out.Wait = 0
			case p.Lively:
				out.Wait = waitLively
			}
			return out, nil
		}),
	}
}

// stream has the request answered by what happens. A bad cursor is told before it begins.
func (f *Feed) stream(ctx context.Context, s account.Scope, q Query) error {
	if _, err := parseCursor(q.Cursor); err != nil {
		return err
	}
	done, err := f.Open(s)
	if err != nil {
		return err
	}
	httpapi.StreamInstead(ctx, func(ctx context.Context, out *httpapi.Sender) error {
		defer done()
		return f.Follow(ctx, s, q, out)
	})
	return nil
}
