// Package zone knows the world's time zones. A function on AWS has no files of them, and the
// standard library's copy (time/tzdata) adds 450 KB to each function that runs know of; this
// one is packed, knows the rules from 2026 on and adds 10 KB.
package zone

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// packed is every zone of the standard library's zoneinfo.zip as Pack writes them; go generate
// writes it anew with a newer Go.
//
//go:generate sh -c "go run ./pack $(go env GOROOT) zones.gz"
//go:embed zones.gz
var packed []byte

// known is the zones that were asked for, by name: a tick looks at many schedules of few zones.
var known sync.Map

// Load gives the zone of a name of the IANA database, such as Europe/Berlin. UTC has no other
// name here than "UTC" and what the database calls it. A zone is unpacked when it is
// first asked for, in some milliseconds, and nothing at the start of a process. Safe for
// concurrent use.
func Load(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	if l, ok := known.Load(name); ok {
		return l.(*time.Location), nil
	}
	l, err := unpack(name)
	if err == nil {
		known.Store(name, l)
	}
	return l, err
}

func unpack(name string) (*time.Location, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("zone.Load: %w", err)
	}
	for {
		entry, data, err := next(r)
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("zone.Load: no time zone is called %q", name)
		}
		if err != nil {
			return nil, fmt.Errorf("zone.Load: %w", err)
		}
		if entry == name {
			return time.LoadLocationFromTZData(name, data)
		}
	}
}

// next reads one zone: the lengths of its name and its data as two 16-bit numbers, then both.
func next(r io.Reader) (string, []byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", nil, err
	}
	name := make([]byte, binary.BigEndian.Uint16(head[:2]))
	data := make([]byte, binary.BigEndian.Uint16(head[2:]))
	if _, err := io.ReadFull(r, name); err != nil {
		return "", nil, err
	}
	_, err := io.ReadFull(r, data)
	return string(name), data, err
}
