package table

import "time"

// Hide marks a record as deleted, on conditions, and lets it expire at until; Unhide takes
// that back. Who reads records passes over those that are marked.
func Hide(key Key, until time.Time, when ...Cond) Op {
	return Change(key, Changes{Set: Attrs{"deleted": true}, Expires: &until}, when...)
}

// Unhide brings a hidden record back; a failed condition when it is gone for good.
func Unhide(key Key) Op {
	return Change(key, Changes{Set: Attrs{"deleted": false}, Expires: &time.Time{}}, Exists())
}
