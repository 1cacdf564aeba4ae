package engine

import (
	"cmp"
	"slices"
)

// group makes a group of what was cut, with the reasons of each of its members.
func (c *cutting) group(g int32) Group {
	if len(c.members[g]) == 0 {
		return Group{}
	}
	s, sum, lead := c.tree.s, &c.sums[g], c.leads[g]
	out := Group{Topic: int(c.topic[g]), Cohesion: 1, Separation: 1, Name: c.name(g)}
	if g < c.old {
		out.Into = c.tree.held.groups[g].ID
	}
	if ks := c.tree.in.keywords[lead]; len(ks) > 0 {
		out.Leader = named(ks).ID
	}
	var next, tried []int32 // groups that are a member's runner-up: the nearest is among them
	near := float32(0)
	for _, i := range c.members[g] {
		var runner int32
		var like float32
		runner, like, tried = c.runnerUp(i, g, tried)
		name := ""
		if runner >= 0 {
			next, near, name = append(next, runner), like, c.name(runner)
		}
		for _, k := range c.tree.in.keywords[i] {
			out.Volume += k.Volume
			out.Members = append(out.Members, Member{k.ID, share(s.like(int(i), int(lead))), name, share(like)})
		}
	}
	if n := sum.size; n > 1 {
		self := float32(0)
		for _, i := range c.members[g] {
			self += float32(s.weight[i] * s.like(int(i), int(i)))
		}
		out.Cohesion = share((sum.along(sum) - self) / float32(n*(n-1)))
	}
	if len(c.members[g]) > 1 { // what is nearest to its one keyword is nearest to it
		near = c.nearestOf(sum, next)
	}
	out.Separation = share(1 - near)
	slices.SortFunc(out.Members, func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// nearestOf is the mean likeness of a group's keywords to those of the nearest of some others.
func (c *cutting) nearestOf(sum *group, others []int32) (near float32) {
	slices.Sort(others)
	for _, o := range slices.Compact(others) {
		near = max(near, sum.along(&c.sums[o])/float32(sum.size*c.sums[o].size))
	}
	return near
}

// runnerUp is the group most alike to an item among those of its neighbours, beside its own,
// -1 for none, and which were looked at; what tried is made of is used again.
func (c *cutting) runnerUp(i, own int32, tried []int32) (group int32, like float32, looked []int32) {
	best, at := float32(0), int32(-1)
	tried = tried[:0]
	for _, e := range c.tree.around[i] {
		g := c.of[e.to]
		if g == own || slices.Contains(tried, g) {
			continue
		}
		tried = append(tried, g)
		like := e.like
		if len(c.members[g]) > 1 {
			like = c.tree.s.toward(i, &c.sums[g])
		}
		if like > best || like == best && at >= 0 && g < at {
			best, at = like, g
		}
	}
	return at, best, tried
}

// name is the text of a group's leader.
func (c *cutting) name(g int32) string {
	lead := c.leads[g]
	if ks := c.tree.in.keywords[lead]; len(ks) > 0 {
		return named(ks).Text
	}
	return c.tree.in.texts[lead]
}

// share rounds a likeness for people and files; what is below nothing is nothing.
func share(x float32) float64 {
	const parts = 10000
	return float64(int(min(max(x, 0), 1)*parts+0.5)) / parts
}

// named is the keyword that speaks for others with the same stems.
func named(ks []Keyword) Keyword {
	return slices.MinFunc(ks, func(a, b Keyword) int {
		return cmp.Or(cmp.Compare(b.Volume, a.Volume), cmp.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID))
	})
}
