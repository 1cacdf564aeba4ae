package kill_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/lab/ai"
)

// calls is the provider's log without the bodies, which would be too much to ask for many
// times a second.
func (l *lane) calls() []ai.Call {
	l.t.Helper()
	res, err := http.Get(strings.TrimSuffix(l.ai.URL, "/v1") + "/_control/requests")
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	var out []ai.Call
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		l.t.Fatal(err)
	}
	return out
}

// stage is what the provider saw of one stage: calls since the program's start, and
// different ones that it has answered since the run began.
type stage struct{ fresh, answered int }

// sight is how far a run is, seen from outside.
type sight struct {
	phase                    string // the last one that the program has come to since its start
	ideas, contents, prompts stage
	images                   stage
	drafted, uploaded        int // since the start
	finishing, finished      int // changes of posts, begun and ended since the start
	public                   int // posts that became public since the run began
}

// sight looks. Stages come one after the other, so that a text belongs to the stage by the
// place at which it was first asked for.
func (l *lane) sight(usual counts) sight {
	var s sight
	first, done := map[string]*stage{}, map[string]bool{}
	texts := 0
	for _, c := range l.calls() {
		st := first[c.Key]
		if st == nil {
			switch {
			case c.Route != textRoute:
				st = &s.images
			case texts < usual.ideas:
				st = &s.ideas
			case texts < usual.ideas+usual.contents:
				st = &s.contents
			default:
				st = &s.prompts
			}
			if first[c.Key] = st; c.Route == textRoute {
				texts++
			}
		}
		if c.Seq > l.start.call {
			st.fresh++
		}
		if c.Status == http.StatusOK && !done[c.Key] {
			done[c.Key] = true
			st.answered++
		}
	}
	log := l.requests()
	s.public = strings.Count(log, "\npublic")
	since := "\n" + log[min(l.start.log, len(log)):]
	s.drafted = strings.Count(since, "\nend POST /wp-json/wp/v2/posts;")
	s.uploaded = strings.Count(since, "\nend POST /wp-json/wp/v2/media;")
	s.finishing = strings.Count(since, "\nbegin PUT /wp-json/wp/v2/posts/")
	s.finished = strings.Count(since, "\nend PUT /wp-json/wp/v2/posts/")
	for _, x := range []struct {
		phase string
		n     int
	}{{"ideas", s.ideas.fresh}, {"contents", s.contents.fresh}, {"prompts", s.prompts.fresh}, {"images", s.images.fresh}, {"drafting", s.drafted}} {
		if x.n > 0 {
			s.phase = x.phase
		}
	}
	return s
}

const (
	textRoute  = "/v1/responses"
	imageRoute = "/v1/images/generations"
)

// start is where the logs stood when a program was started.
type start struct {
	call int
	log  int
}

func (l *lane) mark() {
	l.start = start{log: len(l.requests())}
	for _, c := range l.calls() {
		l.start.call = max(l.start.call, c.Seq)
	}
}

// requests is WordPress's request log, one line for each beginning and end, and for each
// post that became public.
func (l *lane) requests() string {
	text, err := os.ReadFile(l.log)
	if err != nil && !os.IsNotExist(err) {
		l.t.Fatal(err)
	}
	return "\n" + string(text)
}

// killing is one kill: when the program was dead, and when the next one was started.
type killing struct{ dead, next time.Time }

// inFlight tells how many kills met each call under way: not answered, or so short before
// that the answer may not have reached the disk. It is asked after all, since the provider
// may come to read a dead program's request, and find that nobody waits, only later.
func (l *lane) inFlight(kills []killing) (perKey map[string]int, perKill []int) {
	perKey, perKill = map[string]int{}, make([]int, len(kills))
	calls := l.calls()
	for i, k := range kills {
		met := map[string]bool{}
		from := time.Time{} // a call of an earlier program belongs to an earlier kill
		if i > 0 {
			from = kills[i-1].next
		}
		for _, c := range calls {
			gone := c.Status == 0 || c.ClientGone
			late := c.At.Add(time.Duration(c.Ms) * time.Millisecond).After(k.dead.Add(-answered))
			before := c.At.Before(k.next) || gone && i == len(kills)-1 // nobody leaves a call but by a kill
			if c.At.After(from) && before && (gone || late) {
				met[c.Key] = true
			}
		}
		perKill[i] = len(met)
		for key := range met {
			perKey[key]++
		}
	}
	return perKey, perKill
}
