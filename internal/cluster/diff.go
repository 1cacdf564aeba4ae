package cluster

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/igny8/igny8/internal/cluster/engine"
)

// Kinds of a Change.
const (
	ChangeSplit = "split" // a cluster gives parts of itself to new ones
	ChangeMerge = "merge" // a cluster takes all that others have
	ChangeGone  = "gone"  // a cluster ends, its keywords go to several others
	ChangeMove  = "move"  // a cluster gives some keywords to another
	ChangeNew   = "new"   // a cluster is made of keywords of none, or of several
	ChangeJoin  = "join"  // keywords of no cluster go to one that is there
)

// Changes lists the kinds in the order in which a diff tells them.
func Changes() []string {
	return []string{ChangeSplit, ChangeMerge, ChangeGone, ChangeMove, ChangeNew, ChangeJoin}
}

// Change is one thing that differs between the clusters that are there and those computed. It
// can be applied without the others: each keyword that moves is part of one change alone.
type Change struct {
	ID       string `json:"id" doc:"names the change in its diff"`
	Kind     string `json:"kind" enum:"split,merge,gone,move,new,join"`
	Cluster  string `json:"cluster_id,omitempty" doc:"the cluster that it is about; absent when that one is made"`
	Name     string `json:"name"`
	From     []Part `json:"from" doc:"what gives keywords; without an id: those in no cluster"`
	To       []Part `json:"to" doc:"what takes them"`
	Keywords int    `json:"keywords" doc:"how many move"`
}

// Part is a cluster's share of a Change.
type Part struct {
	Cluster  string `json:"cluster_id,omitempty"`
	Name     string `json:"name"`
	Keywords int    `json:"keywords"`
	New      bool   `json:"new,omitempty" doc:"it is made by the change"`
	Ends     bool   `json:"ends,omitempty" doc:"nothing is left in it"`
}

// Move is a keyword that another cluster gets.
type Move struct {
	Keyword int64  `json:"k"`
	From    string `json:"f,omitempty"`
	To      string `json:"t"` // of a group that is made: its place, as fresh writes it
	Change  string `json:"c"`
}

// standing is what is there before a comparison.
type standing struct {
	names     map[string]string // of the clusters that take part, by id
	order     map[string]int64  // their rows: older ones first
	at        map[int64]string  // by keyword: its cluster, or empty
	locked    map[int64]bool
	elsewhere map[string]int // keywords of a cluster that take no part, such as disabled ones
}

// compared is the outcome: which group is which cluster, and what changes.
type compared struct {
	ids     []string // by group: the cluster that it goes on as, or its place as a new one
	changes []Change
	moves   []Move
}

// fresh names a group that is made, by its place.
func fresh(group int) string { return "+" + strconv.Itoa(group) }

// IsFresh tells the name of a cluster that a diff makes from the id of one that is there.
func IsFresh(id string) bool { return len(id) > 0 && id[0] == '+' }

// compare holds computed groups against what is there. A group goes on as the cluster of
// which it keeps the largest part, so that ids, names and what was made of a cluster stay
// where most of its keywords are. Locked keywords stay in their clusters.
func compare(was standing, groups []engine.Group) compared {
	out := compared{ids: was.keep(groups)}
	names := map[string]string{"": ""}
	for id, name := range was.names {
		names[id] = name
	}
	for g, id := range out.ids {
		if IsFresh(id) {
			names[id] = groups[g].Name
		}
		for _, m := range groups[g].Members {
			if at := was.at[m.ID]; at != id && !was.locked[m.ID] {
				out.moves = append(out.moves, Move{Keyword: m.ID, From: at, To: id})
			}
		}
	}
	out.tell(was, names)
	return out
}

// keep gives each group the cluster that it goes on as. The larger what they share, the
// earlier a pair is made; a cluster goes on only as the group with the largest part of it.
func (was standing) keep(groups []engine.Group) []string {
	type pair struct {
		cluster string
		group   int
		shared  int
	}
	shares := map[string]map[int]int{}
	for g := range groups {
		for _, m := range groups[g].Members {
			if at := was.at[m.ID]; at != "" {
				if shares[at] == nil {
					shares[at] = map[int]int{}
				}
				shares[at][g]++
			}
		}
	}
	var pairs []pair
	for at, in := range shares {
		most := 0
		for _, n := range in {
			most = max(most, n)
		}
		for g, n := range in {
			if n == most {
				pairs = append(pairs, pair{at, g, n})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(was.order[a.cluster], was.order[b.cluster]), cmp.Compare(a.group, b.group))
	})
	ids, used := make([]string, len(groups)), map[string]bool{}
	for _, p := range pairs {
		if ids[p.group] == "" && !used[p.cluster] {
			ids[p.group], used[p.cluster] = p.cluster, true
		}
	}
	for g := range ids {
		if ids[g] == "" {
			ids[g] = fresh(g)
		}
	}
	return ids
}

// tell puts the moves into changes.
func (c *compared) tell(was standing, names map[string]string) {
	left := map[string]int{} // keywords that stay in, or come to, each cluster
	sources := map[string]map[string]bool{}
	targets := map[string]map[string]bool{}
	for _, at := range was.at {
		left[at]++
	}
	for at, n := range was.elsewhere {
		left[at] += n
	}
	for _, m := range c.moves {
		left[m.From]--
		left[m.To]++
		note(sources, m.To, m.From)
		note(targets, m.From, m.To)
	}
	at := map[string]int{}
	for i := range c.moves {
		m := &c.moves[i]
		kind, about := kindOf(*m, left, sources, targets)
		m.Change = kind + ":" + about
		if kind == ChangeMove {
			m.Change += ">" + m.To
		}
		n, ok := at[m.Change]
		if !ok {
			n = len(c.changes)
			at[m.Change] = n
			ch := Change{ID: m.Change, Kind: kind, Name: names[about], From: []Part{}, To: []Part{}}
			if !IsFresh(about) {
				ch.Cluster = about
			}
			c.changes = append(c.changes, ch)
		}
		ch := &c.changes[n]
		ch.Keywords++
		ch.From = count(ch.From, Part{Cluster: m.From, Name: names[m.From], Ends: m.From != "" && left[m.From] == 0})
		ch.To = count(ch.To, Part{Cluster: m.To, Name: names[m.To], New: IsFresh(m.To)})
	}
	for i := range c.changes {
		largestFirst(c.changes[i].From)
		largestFirst(c.changes[i].To)
	}
	rank := Changes()
	slices.SortStableFunc(c.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.Kind), slices.Index(rank, b.Kind)), cmp.Compare(b.Keywords, a.Keywords), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

// kindOf tells to which change a move belongs, and which cluster that is about.
func kindOf(m Move, left map[string]int, sources, targets map[string]map[string]bool) (kind, about string) {
	switch {
	case IsFresh(m.To) && len(sources[m.To]) == 1 && m.From != "":
		return ChangeSplit, m.From
	case IsFresh(m.To):
		return ChangeNew, m.To
	case m.From == "":
		return ChangeJoin, m.To
	case left[m.From] == 0 && len(targets[m.From]) == 1:
		return ChangeMerge, m.To
	case left[m.From] == 0:
		return ChangeGone, m.From
	}
	return ChangeMove, m.From
}

func note(all map[string]map[string]bool, key, value string) {
	if all[key] == nil {
		all[key] = map[string]bool{}
	}
	all[key][value] = true
}

// count adds one keyword to a part.
func count(parts []Part, p Part) []Part {
	for i := range parts {
		if parts[i].Cluster == p.Cluster {
			parts[i].Keywords++
			return parts
		}
	}
	p.Keywords = 1
	return append(parts, p)
}

func largestFirst(parts []Part) {
	slices.SortStableFunc(parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Keywords, a.Keywords), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Cluster, b.Cluster))
	})
}
