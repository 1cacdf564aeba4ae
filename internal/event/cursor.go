package event

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
)

// cursor is where a reader stands: it was given every event up to the id last that could be
// seen at the moment seen. What becomes visible later has a time after seen-Back. So that
// the whole last minute is not sent again each time, the cursor tells for each few seconds
// of it which events were given, as a sum over their ids: as long as the sum is the same,
// none of them has to be sent again.
type cursor struct {
	seen time.Time
	last string // id, "" for none
	sums map[int64]uint64
}

// slot is the time that one sum stands for. The longest cursor has Back/slot of them.
const slot = 4 * time.Second

// sumBits are kept of each sum: a late event is missed if its own hash is 0 in all of them.
const sumBits = 48

func slotOf(ev string) int64 {
	t, _ := id.Time(ev)
	return t.UnixMilli() / slot.Milliseconds()
}

func hashOf(ev string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(ev)) // can't fail
	return h.Sum64() & (1<<sumBits - 1)
}

// count takes an event into the sums.
func (c *cursor) count(ev string) {
	k := slotOf(ev)
	c.sums[k] = (c.sums[k] + hashOf(ev)) & (1<<sumBits - 1)
}

// from is the id that a reader with this cursor has to begin at.
func (c cursor) from() string { return id.Least("evt", c.seen.Add(-Back)) }

// zero tells that nothing was read before.
func (c cursor) zero() bool { return c.seen.IsZero() && c.last == "" }

// text is the cursor as clients keep it: version, moment, id, and the sums by slot.
func (c cursor) text() string {
	b := []byte{1}
	b = binary.AppendUvarint(b, uint64(max(c.seen.UnixMilli(), 0))) //nolint:gosec // not negative
	b = append(b, byte(len(c.last)))
	b = append(b, c.last...)
	slots := make([]int64, 0, len(c.sums))
	for k := range c.sums {
		slots = append(slots, k)
	}
	slices.Sort(slots)
	before := int64(0)
	for _, k := range slots {
		b = binary.AppendVarint(b, k-before)
		before = k
		b = append(b, binary.BigEndian.AppendUint64(nil, c.sums[k])[2:]...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func badCursor() error {
	return errs.Field("cursor", "is not one of ours: send next_cursor of the answer before, the id of an event, or nothing for the newest events")
}

// parseCursor reads what text wrote, or an event's id: then nothing is known of the minute
// before it.
func parseCursor(text string) (cursor, error) {
	c := cursor{sums: map[int64]uint64{}}
	if text == "" {
		return c, nil
	}
	if strings.HasPrefix(text, "evt_") {
		t, ok := id.Time(text)
		if !ok {
			return c, badCursor()
		}
		c.seen, c.last = t, text
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 3 || b[0] != 1 {
		return c, badCursor()
	}
	ms, n := binary.Uvarint(b[1:])
	if n <= 0 || ms > 1<<47 || len(b) < n+2 || len(b) < n+2+int(b[n+1]) {
		return c, badCursor()
	}
	c.seen = time.UnixMilli(int64(ms)).UTC()
	b = b[n+1:]
	c.last, b = string(b[1:1+int(b[0])]), b[1+int(b[0]):]
	if _, ok := id.Time(c.last); !ok && c.last != "" {
		return c, badCursor()
	}
	for k := int64(0); len(b) > 0; {
		d, n := binary.Varint(b)
		if n <= 0 || len(b) < n+6 {
			return c, badCursor()
		}
		k += d
		c.sums[k] = binary.BigEndian.Uint64(append([]byte{0, 0}, b[n:n+6]...))
		b = b[n+6:]
	}
	return c, nil
}
