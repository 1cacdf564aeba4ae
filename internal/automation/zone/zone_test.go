package zone_test

import (
	"archive/zip"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation/zone"
)

// TestLoad holds each zone to the standard library's, at each quarter of a year of a century.
func TestLoad(t *testing.T) {
	t.Parallel()
	file := filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip")
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	n := 0
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") || n%7 != 0 && f.Name != "Europe/Berlin" {
			n++
			continue
		}
		n++
		want, err := time.LoadLocation(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := zone.Load(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		for at := time.Date(1990, 1, 1, 1, 30, 0, 0, time.UTC); at.Year() < 2090; at = at.AddDate(0, 0, 91) {
			if at.In(got).Format(time.RFC3339) != at.In(want).Format(time.RFC3339) {
				t.Fatalf("%s at %s: %s, not %s", f.Name, at, at.In(got), at.In(want))
			}
		}
	}
	if n < 300 {
		t.Fatalf("only %d zones", n)
	}
	for _, name := range []string{"", "Mars/Olympus", "Europe", "Local", "../UTC"} {
		if l, err := zone.Load(name); err == nil {
			t.Errorf("%q is %s", name, l)
		}
	}
}
