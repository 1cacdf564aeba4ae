package event

// remembered is how many ids a Known keeps: more than come in a minute.
const remembered = 10_000

// Known is what a client of the events has seen: it makes "at least once" into "once". A
// reader may be given an event again, whenever one that became visible late stands near it.
// It is not safe for concurrent use.
type Known struct {
	ids  map[string]bool
	ring []string
	next int
}

// New gives those of events that were not given before, in their order, and remembers them.
func (k *Known) New(events []Event) []Event {
	if k.ids == nil {
		k.ids = map[string]bool{}
	}
	var out []Event
	for _, ev := range events {
		if k.ids[ev.ID] {
			continue
		}
		k.ids[ev.ID] = true
		if len(k.ring) < remembered {
			k.ring = append(k.ring, ev.ID)
		} else {
			delete(k.ids, k.ring[k.next])
			k.ring[k.next] = ev.ID
			k.next = (k.next + 1) % remembered
		}
		out = append(out, ev)
	}
	return out
}
