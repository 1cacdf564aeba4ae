package simulate

import "math"

// Starter is what begins runs that are due: the tick, which walks the shards of what is due
// and begins one run after the other in each, while its time lasts.
type Starter struct {
	Every   float64 // seconds between two ticks
	Timeout float64 // seconds that one may take
	Shards  int     // walked side by side
	Start   float64 // seconds that one start takes
	Rate    float64 // starts a second that the service takes, refilled
	Bucket  float64 // and at once
}

// Started is what came of schedules.
type Started struct {
	Begun    int
	Longest  float64 // seconds from due to begun
	Last     float64 // when the last one was begun
	Busiest  float64 // most starts in a second
	Throttle int     // starts that the service refused, which were begun later
}

// Run begins what is due at these times, in seconds, sorted. What a tick does not come to is
// left for the next one: the entry of a schedule goes when its run has begun, not before.
func (s Starter) Run(due []float64) (out Started) {
	next, tokens, at := 0, s.Bucket, 0.0
	second, inSecond := -1.0, 0.0
	for tick := s.Every; next < len(due); tick += s.Every {
		now := tick
		for next < len(due) && due[next] <= now && now < tick+s.Timeout {
			tokens, at = math.Min(s.Bucket, tokens+(now-at)*s.Rate), now
			n := min(s.Shards, len(due)-next)
			for range n {
				if due[next] > now {
					break
				}
				if tokens < 1 {
					out.Throttle++
					break
				}
				tokens--
				out.Begun++
				out.Longest, out.Last = math.Max(out.Longest, now-due[next]), now
				if math.Floor(now) != second {
					second, inSecond = math.Floor(now), 0
				}
				inSecond++
				out.Busiest = math.Max(out.Busiest, inSecond)
				next++
			}
			now += s.Start
		}
	}
	return out
}
