// Command pack writes the time zones of the Go tree that runs it into one file, for package zone.
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
	"runtime"
	"slices"
	"strings"
)

type entry struct {
	name string
	data []byte
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("pack: one argument, the file to write")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal("pack: ", err)
	}
}

func run(file string) error {
	all, err := read(filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip"))
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
		all = append(all, entry{f.Name, data})
	}
	return all, nil
}
