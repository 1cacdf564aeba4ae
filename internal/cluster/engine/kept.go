package engine

import (
	"cmp"
	"maps"
	"slices"
)

// Kept is a tree's groups of one strictness with all that adding keywords needs of them, so
// that nothing is computed again of those that are there. It is safe for concurrent use.
type Kept struct {
	c      *cutting
	how    Strictness
	result Result
	place  []int // by the cutting's number of a group: its place in result
	ids    []string
	least  []float32 // by number: how alike to it a keyword must be to join
	cells  *cells    // of the groups that have keywords, by their signatures
	there  []int32   // by place in cells: the number of the group
	topics *lookup   // of topics by their place in result
}

// Keep makes the groups of a strictness, as Cut does, and keeps them. id names each of them;
// those that Add fills carry that name. The tree is one of keywords alone (Grow without existing
// clusters, which have no topic).
func (t *Tree) Keep(strictness Strictness, id func(Group) string) (*Kept, Result) {
	c, r := t.cut(strictness)
	k := &Kept{c: c, how: strictness, result: r, place: make([]int, len(c.sums)), ids: make([]string, len(c.sums)), least: make([]float32, len(c.sums))}
	at, topic := map[int64]int{}, make([]int32, len(c.sums))
	for g, group := range r.Groups {
		at[group.Members[0].ID] = g
	}
	parallel(len(c.sums), func(from, to int) {
		for g := from; g < to; g++ {
			k.least[g] = t.s.asks(c.members[g], &c.sums[g])
		}
	})
	for g, items := range c.members {
		k.place[g] = -1
		for _, i := range items {
			for _, word := range t.in.keywords[i] {
				if p, ok := at[word.ID]; ok {
					k.place[g], k.ids[g], topic[g] = p, id(r.Groups[p]), int32(r.Groups[p].Topic) //nolint:gosec // topics
				}
			}
		}
	}
	k.sign()
	k.topics = lookupOf(t.s.middles(c.sums, topic, smallTopic(t.s.n)))
	return k, r
}

// sign makes the signatures of the groups that have keywords.
func (k *Kept) sign() {
	for g, at := range k.place {
		if at >= 0 {
			k.there = append(k.there, int32(g)) //nolint:gosec // groups
		}
	}
	sign := make([]bitsOf, len(k.there))
	parallel(len(sign), func(from, to int) {
		x := make([]float32, width)
		for n := from; n < to; n++ {
			sign[n] = k.c.sign(int(k.there[n]), x)
		}
	})
	k.cells = makeCells(sign)
}

// Add puts keywords that are not there yet into the kept groups or, when they are alike to
// none, into new ones, seen from where the first were seen from. Nothing that is kept changes.
// The answer holds the new keywords alone; the topics of new groups are named by Into when
// they were there.
func (k *Kept) Add(keywords []Keyword) Result {
	t := k.c.tree
	in := distinct(keywords, nil, t.set)
	s := t.s.later(in.texts, in.equal, t.set)
	near := make([]nearTo, s.n)
	parallel(s.n, func(from, to int) {
		scan := &lookupScan{x: make([]float32, width)}
		for i := from; i < to; i++ {
			near[i] = k.nearTo(s, int32(i), scan) //nolint:gosec // items
		}
	})
	links := k.strangers(s, near)
	out := k.rest(in, s, near, links)
	out.Groups = append(out.Groups, k.filled(in, s, near)...)
	slices.SortFunc(out.Groups, func(a, b Group) int { return cmp.Compare(a.Members[0].ID, b.Members[0].ID) })
	k.name(&out)
	out.Basis = basisOf(in, s)
	return out
}

// nearTo is the kept groups that an item is most alike to.
type nearTo struct {
	takes           int32 // the one that takes it, -1 for none
	next            int32 // the most alike that does not, -1 for none
	like, alikeNext float32
	looked          []int32 // those that were compared
}

const asked = 24 // kept groups, nearest by signature, that a new keyword is compared with

func (k *Kept) nearTo(s *space, i int32, scan *lookupScan) nearTo {
	sign := signOf(s.row(int(i)), s.sparse[i], scan.x)
	n := nearTo{takes: -1, next: -1}
	for _, at := range k.cells.nearest(&sign, -1, asked, &scan.scan) {
		n.looked = append(n.looked, k.there[at])
	}
	for _, g := range n.looked {
		like := s.toward(i, &k.c.sums[g])
		switch {
		case like >= k.least[g] && like > n.like:
			if n.takes >= 0 && n.like > n.alikeNext {
				n.next, n.alikeNext = n.takes, n.like
			}
			n.takes, n.like = g, like
		case like > n.alikeNext:
			n.next, n.alikeNext = g, like
		}
	}
	return n
}

// strangers lets no kept group take what belongs to something new, and gives the links of the
// new items among themselves.
func (k *Kept) strangers(s *space, near []nearTo) []link {
	var sign []bitsOf
	if s.n > exactBelow {
		sign = s.signs()
	}
	t := k.c.tree
	links := s.near(leastOf(s.n), false, sign, func(int) bool { return true })
	others, takes := around(s.n, links), make([]int32, s.n)
	for i := range near {
		takes[i] = near[i].takes
	}
	t.strangers(s, takes, k.c.members, float64(s.n)/float64(s.n+t.s.n), beside{
		fresh: func(i int) []float32 {
			likes := make([]float32, len(others[i]))
			for n, e := range others[i] {
				likes[n] = e.like
			}
			down(likes)
			return likes
		},
		there: func(i int, more func(float32) bool) { k.eachNear(s, i, &near[i], more) },
	})
	for i := range near {
		near[i].keep(takes[i])
	}
	return links
}

// eachNear tells how alike to an item the members of the group are that would take it, then
// those of the others that were compared, for as long as it is asked to.
func (k *Kept) eachNear(s *space, i int, n *nearTo, more func(float32) bool) {
	t := k.c.tree
	if !s.each(i, t.s, k.c.members[n.takes], more) {
		return
	}
	for _, g := range n.looked {
		if g != n.takes && !s.each(i, t.s, k.c.members[g], more) {
			return
		}
	}
}

// each tells how alike an item is to items of another space until that is enough.
func (s *space) each(i int, o *space, items []int32, more func(float32) bool) bool {
	for _, j := range items {
		if !more(s.likeIn(i, o, int(j))) {
			return false
		}
	}
	return true
}

// keep lets the group take the item no longer when takes says so: it is the next best then.
func (n *nearTo) keep(takes int32) {
	if takes == n.takes {
		return
	}
	if n.like >= n.alikeNext {
		n.next, n.alikeNext = n.takes, n.like
	}
	n.takes, n.like = -1, 0
}

// filled are the kept groups that take keywords, with these alone.
func (k *Kept) filled(in *input, s *space, near []nearTo) []Group {
	by := map[int32][]Member{}
	volume := map[int32]int64{}
	t := k.c.tree
	for i, n := range near {
		if n.takes < 0 {
			continue
		}
		lead := int(k.c.leads[n.takes])
		like := dot(s.row(i), t.s.row(lead)) + sparseDot(s.sparse[i], t.s.sparse[lead])
		for _, w := range in.keywords[i] {
			by[n.takes] = append(by[n.takes], Member{w.ID, share(like), k.nameOf(n.next), share(n.alikeNext)})
			volume[n.takes] += w.Volume
		}
	}
	var out []Group
	for _, g := range slices.Sorted(maps.Keys(by)) {
		was := k.result.Groups[k.place[g]]
		slices.SortFunc(by[g], func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
		out = append(out, Group{Into: k.ids[g], Leader: was.Leader, Name: was.Name, Members: by[g], Topic: -1 - was.Topic, Volume: volume[g], Cohesion: was.Cohesion, Separation: was.Separation})
	}
	return out
}

func (k *Kept) nameOf(g int32) string {
	if g < 0 {
		return ""
	}
	return k.result.Groups[k.place[g]].Name
}

// rest groups what no kept group takes.
func (k *Kept) rest(in *input, s *space, near []nearTo, links []link) Result {
	left := &input{}
	part := &space{dim: s.dim, frame: s.frame}
	word := map[int64]int{} // keyword: its place in near
	place := make([]int32, len(near))
	for i, n := range near {
		place[i] = -1
		if n.takes >= 0 {
			continue
		}
		place[i] = int32(part.n) //nolint:gosec // items
		part.n++
		left.texts, left.equal, left.keywords = append(left.texts, in.texts[i]), append(left.equal, in.equal[i]), append(left.keywords, in.keywords[i])
		part.dense, part.sparse = append(part.dense, s.row(i)...), append(part.sparse, s.sparse[i])
		part.weight, part.known = append(part.weight, s.weight[i]), append(part.known, s.known[i])
		for _, w := range in.keywords[i] {
			word[w.ID] = i
		}
	}
	if part.n == 0 {
		return Result{}
	}
	tree := &Tree{in: left, s: part, set: k.c.tree.set, crowd: k.c.tree.s.n}
	tree.hold(nil)
	tree.grow(between(links, place))
	c, r := tree.cut(k.how)
	big := map[int]int{}
	for _, g := range r.Groups {
		big[g.Topic] += len(g.Members)
	}
	of := map[int64]int32{} // keyword: number of its group
	for g, items := range c.members {
		for _, i := range items {
			for _, w := range left.keywords[i] {
				of[w.ID] = int32(g) //nolint:gosec // groups
			}
		}
	}
	scan := lookupScan{x: make([]float32, width)}
	for g := range r.Groups {
		group := &r.Groups[g]
		for m := range group.Members {
			member := &group.Members[m]
			if n := near[word[member.ID]]; share(n.alikeNext) > member.ToRunnerUp {
				member.RunnerUp, member.ToRunnerUp = k.nameOf(n.next), share(n.alikeNext)
			}
		}
		if big[group.Topic] >= topicSize { // a topic of its own
			continue
		}
		at := of[group.Members[0].ID]
		sign := c.sign(int(at), scan.x)
		if old := k.topics.nearest(&c.sums[at], &sign, -1, &scan); old >= 0 {
			group.Topic = -1 - int(old)
		}
	}
	return r
}

// between are the links whose items both have a place, by these.
func between(links []link, place []int32) (out []link) {
	for _, l := range links {
		if a, b := place[l.a], place[l.b]; a >= 0 && b >= 0 {
			out = append(out, link{l.like, a, b})
		}
	}
	return out
}

// name numbers the topics of an answer by their first group.
func (k *Kept) name(out *Result) {
	was := out.Topics
	out.Topics, out.Alone = nil, 0
	at := map[int]int{}
	for g := range out.Groups {
		group := &out.Groups[g]
		n, ok := at[group.Topic]
		if !ok {
			n = len(out.Topics)
			at[group.Topic] = n
			if group.Topic < 0 {
				name := k.result.Topics[-1-group.Topic].Name
				out.Topics = append(out.Topics, Topic{Into: name, Name: name})
			} else {
				out.Topics = append(out.Topics, Topic{Name: was[group.Topic].Name})
			}
		}
		group.Topic = n
		out.Topics[n].Groups = append(out.Topics[n].Groups, g)
		if group.Into == "" && len(group.Members) == 1 {
			out.Alone++
		}
	}
}
