package demo

import "fmt"

var openers = map[string][]string{
	"define":  {"in short, %s is worth a closer look as soon as the same question comes up twice.", "%s is easiest to understand from its purpose: what should be better afterwards?", "the first answer about %s is short, and the details decide how well it fits."},
	"compare": {"a fair comparison of %s uses the same questions for each option.", "the options for %s differ less in what they promise than in what they ask of you.", "side by side, the choices for %s become easier to judge."},
	"cost":    {"the price of %s is more than the amount on the label: time, upkeep and replacement count as well.", "what %s costs depends on how often it is used and who looks after it.", "a budget for %s should name the start, the running costs and the end."},
	"steps":   {"with %s, an order of small steps is safer than one big decision.", "a good way to go about %s is to finish one step before the next begins.", "the work on %s gets easier once the order is clear."},
	"list":    {"a short list helps to keep %s under control.", "most trouble with %s comes from a few points that are easily checked.", "for %s, these points are worth a moment each."},
	"other":   {"there is one more side to %s that is easily overlooked.", "%s also has to fit what is already there.", "a look at daily use shows where %s helps and where it does not."},
}

var steps = []string{"Write down what should be different afterwards, in one sentence.", "Collect what is already there, and what is missing.", "Choose two or three options that fit the sentence.", "Try the most promising one on a small scale.", "Check the result against the sentence, and keep or change the choice."}

var comparison = [][3]string{{"Time to start", "short", "longer"}, {"Effort in use", "more by hand", "less after the setup"}, {"Room to grow", "limited", "good"}, {"Suits", "a first try", "regular use"}}

var pointHeads = []string{"Purpose", "Size", "Upkeep", "Time", "Support", "Fit", "Quality", "Return"}

var pointTails = []string{"say what it is for before looking at details", "measure first, and leave some room", "ask who does it and how often", "plan twice the time of the first guess", "find out whom to ask when something fails", "check it against what is already there", "look at a worn example, not only at a new one", "know until when a wrong choice can be undone"}

// points are entries of a list, from a random place on, each once.
func (p *pen) points(n int) (out []string) {
	from := p.n(len(pointHeads))
	for i := range n {
		at := (from + i) % len(pointHeads)
		out = append(out, pointHeads[at]+": "+pointTails[at]+".")
	}
	return out
}

var (
	whens    = []string{"At the beginning", "Before buying anything", "In everyday use", "After the first weeks", "When time is short", "With a small budget", "For a first try", "When several people are involved", "If the result has to last", "Later on"}
	actions  = []string{"compare two options under the same conditions", "write down what went well and what did not", "ask somebody who has done it before", "start with the part that is easiest to undo", "check the details that are hard to change afterwards", "look at the running effort and not only at the start", "test the most important case first", "leave out whatever nobody will use", "set a date for a second look", "keep the instructions where they are needed"}
	reasons  = []string{"because small differences add up over the months", "so that a wrong turn stays cheap", "since habits are harder to change than tools", "as the first impression is often too kind", "because the next decision builds on this one", "so that others can follow what was decided", "which keeps surprises rare", "since a clear answer saves a second round"}
	patterns = []string{"%[2]s, it helps to %[3]s, %[4]s.", "With %[1]s, it pays to %[3]s, %[4]s.", "People who deal with %[1]s often learn to %[3]s, %[4]s.", "%[2]s, those who care about %[1]s %[3]s, %[4]s.", "A simple rule for %[1]s is to %[3]s, %[4]s."}
)

// sentence makes one that this text does not hold yet: 4,000 and more are possible.
func (p *pen) sentence() string {
	return p.fresh(func() string {
		s := fmt.Sprintf(p.pick(patterns), p.subject(p.n(8)), p.pick(whens), p.pick(actions), p.pick(reasons))
		return upperFirst(s)
	})
}
