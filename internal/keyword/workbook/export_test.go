package workbook

import "io"

// OpenWithin is Open with less room than is given to people.
func OpenWithin(r io.ReaderAt, size, part int64, texts int) (*Book, error) {
	return open(r, size, room{part: part, texts: texts})
}
