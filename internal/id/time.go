package id

import (
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

// Time is the moment at which Source.New made an id; false for what is none of its ids. An
// id made by Hash gives a meaningless moment.
func Time(id string) (time.Time, bool) {
	_, text, ok := strings.Cut(id, "_")
	if !ok {
		return time.Time{}, false
	}
	u, err := ulid.ParseStrict(text)
	if err != nil {
		return time.Time{}, false
	}
	return u.Timestamp().UTC(), true
}

// Least is the first id of the prefix that could be made at t or later: the place to read
// sorted ids from. The zero time, and what lies before 1970, gives the first of all.
func Least(prefix string, t time.Time) string {
	var u ulid.ULID
	if ms := t.UnixMilli(); ms > 0 {
		_ = u.SetTime(uint64(ms)) // fails after the year 10889
	}
	return prefix + "_" + u.String()
}
