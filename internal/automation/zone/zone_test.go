package zone_test

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation/zone"
)

// TestLoad holds each zone to the standard library's, every three days for thirty years.
func TestLoad(t *testing.T) {
	t.Parallel()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	n := 0
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
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
		for at := time.Date(2026, 1, 1, 1, 30, 0, 0, time.UTC); at.Year() < 2056; at = at.AddDate(0, 0, 3) {
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
