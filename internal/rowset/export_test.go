package rowset

// Shrink makes pages, heads, transactions and the room between ranks small, so that short
// histories cross their bounds.
func (s *Store) Shrink(rows, pending, batch int, step int64) {
	s.limits = limits{rows, pending, batch, step}
}

// Forget drops what the store keeps in memory.
func (s *Store) Forget() {
	s.pages = newCache(pageBytes, (*page).bytes)
	s.sets = newCache(setBytes, (*Set).own)
}
