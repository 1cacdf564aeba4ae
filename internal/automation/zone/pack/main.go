// Command pack writes the time zones of the Go tree that runs it into one file, for package zone:
//
//	go run ./pack "$(go env GOROOT)" zones.gz
//
// Schedules lie ahead, so of most zones only the rule that holds from now on is kept.
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

type entry struct {
	name string
	data []byte
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("pack: two arguments, the Go tree and the file to write")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal("pack: ", err)
	}
}

func run(goroot, file string) error {
	all, err := read(filepath.Join(goroot, "lib", "time", "zoneinfo.zip"))
	if err != nil {
		return err
	}
	// Zones that are alike lie side by side, so that the second costs next to nothing.
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(bytes.Compare(a.data, b.data), cmp.Compare(a.name, b.name)) })
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, e := range all {
		head := binary.BigEndian.AppendUint16(nil, uint16(len(e.name)))
		head = binary.BigEndian.AppendUint16(head, uint16(len(e.data)))
		for _, part := range [][]byte{head, []byte(e.name), e.data} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}

func read(file string) (all []entry, err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		all = append(all, entry{f.Name, shorten(data)})
	}
	return all, nil
}

// ahead is a time that lies before every schedule: zones whose clocks are still changed by
// decree after it keep all that is known of them.
var ahead = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

const (
	headBytes = 44
	typeBytes = 6
)

// shorten leaves of a zone (RFC 8536, version 2 and later) one local time type and the rule of
// its footer, when that rule alone tells all times ahead.
func shorten(data []byte) []byte {
	if len(data) < headBytes || data[4] < '2' {
		return data
	}
	v2 := data[headBytes+blockBytes(data, 4):]
	times := count(v2, 3)
	footer := v2[headBytes+blockBytes(v2, 8):]
	if len(footer) < 3 { // two line feeds with nothing between: no rule
		return data
	}
	kind := 0
	if times > 0 {
		last := int64(binary.BigEndian.Uint64(v2[headBytes+8*(times-1):]))
		if last > ahead {
			return data
		}
		kind = int(v2[headBytes+8*times+times-1])
	}
	types := v2[headBytes+9*times:]
	info := bytes.Clone(types[kind*typeBytes:][:typeBytes])
	name := types[count(v2, 4)*typeBytes:][:count(v2, 5)][info[5]:]
	name = name[:bytes.IndexByte(name, 0)+1]
	info[5] = 0
	empty := append(bytes.Clone(data[:20]), make([]byte, 24)...)
	head := bytes.Clone(empty)
	binary.BigEndian.PutUint32(head[36:], 1)
	binary.BigEndian.PutUint32(head[40:], uint32(len(name)))
	return slices.Concat(empty, head, info, name, footer)
}

// count reads one of a header's six counts: UT, standard, leap, times, types, characters.
func count(head []byte, n int) int { return int(binary.BigEndian.Uint32(head[20+4*n:])) }

// blockBytes is how long the data behind a header are, with times of so many bytes.
func blockBytes(head []byte, size int) int {
	return count(head, 3)*(size+1) + count(head, 4)*typeBytes + count(head, 5) + count(head, 2)*(size+4) + count(head, 1) + count(head, 0)
}
