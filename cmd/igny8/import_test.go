package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// desk is a folder with files, in which commands are called.
type desk struct {
	*testing.T
	dir string
}

func newDesk(t *testing.T, files map[string]string) desk {
	t.Helper()
	d := desk{t, t.TempDir()}
	for name, text := range files {
		if err := os.WriteFile(d.at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d desk) at(name string) string { return filepath.Join(d.dir, name) }

// call calls the command line; names with a point are files of the desk.
func (d desk) call(want int, args ...string) (out, errOut string) {
	d.Helper()
	for i, a := range args {
		if strings.Contains(a, ".") && !strings.Contains(a, "=") {
			args[i] = d.at(a)
		}
	}
	var o, e bytes.Buffer
	if code := run(context.Background(), args, &o, &e); code != want {
		d.Fatalf("%v: exit %d, want %d\n%s%s", args, code, want, o.String(), e.String())
	}
	return o.String(), e.String()
}

func (d desk) reports(args ...string) imported {
	d.Helper()
	out, _ := d.call(0, args...)
	var i imported
	if err := json.Unmarshal([]byte(out), &i); err != nil {
		d.Fatalf("%v: %s", err, out)
	}
	return i
}

const (
	socks = "Keyword,Volume,Difficulty\nwool socks,900,30\nsilk socks,50,\nsock wool,n/a,x\n"
	vendo = "Palabra clave,Volumen,Dificultad de palabra clave,Densidad competitiva\nwool socks,1.400,48,0.2\nred socks,10,5,0.2\n"
)

func TestImportWithoutFolder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"a.csv": socks, "b.csv": vendo, "bad.csv": "foo,bar\n1,2\n"})
	i := d.reports("import", "--dry-run", "--json", "a.csv", "b.csv", "bad.csv", "--data", "none.d")
	if len(i.Files) != 3 || i.Site != "" || !i.DryRun {
		t.Fatalf("%+v", i)
	}
	a, b, bad := i.Files[0], i.Files[1], i.Files[2]
	if a.Name != "a.csv" || a.Rows != 3 || a.New != 3 || a.VolumeSum != 950 || len(a.Faults) != 1 || a.Columns["volume"] != "Volume" {
		t.Errorf("%+v", a)
	}
	if b.Tool != "Semrush" || b.Rows != 2 || b.New != 1 || b.Elsewhere != 1 || b.VolumeSum != 1410 || b.Columns["difficulty"] != "Dificultad de palabra clave" {
		t.Errorf("%+v", b)
	}
	if bad.Error == nil || bad.Error.Code != "no_keyword_column" {
		t.Errorf("%+v", bad)
	}
	if _, err := os.Stat(d.at("none.d")); err == nil {
		t.Error("a dry run made a data folder")
	}
	if _, e := d.call(1, "import", "--dry-run", "bad.csv", "--data", "none.d"); !strings.Contains(e, "no column is named Keyword") {
		t.Errorf("%s", e)
	}
	if i := d.reports("import", "--dry-run", "--json", "bad.csv", "--data", "none.d", "--map", "keyword=foo", "--map", "volume=bar"); i.Files[0].VolumeSum != 2 {
		t.Errorf("%+v", i)
	}
	for _, args := range [][]string{{"import", "a.csv", "--map", "x=y"}, {"import", "a.csv", "--map", "volume"}, {"import", "gone.csv"}, {"export", "--data", "none.d"}} {
		d.call(2, args...)
	}
}

func TestImportAndExport(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"a.csv": socks, "b.csv": vendo})
	if i := d.reports("import", "a.csv", "--tag", "spring", "--data", "one.d", "--json"); i.Site == "" || i.Files[0].New != 3 {
		t.Fatalf("%+v", i)
	}
	if i := d.reports("import", "a.csv", "b.csv", "--data", "one.d", "--json", "--site", "preview"); i.Files[0].Already != 3 || i.Files[1].New != 1 || i.Files[0].Updated != 1 {
		t.Errorf("%+v", i)
	}
	out, _ := d.call(0, "import", "b.csv", "--dry-run", "--data", "one.d")
	for _, say := range []string{"b.csv: 2 keywords (0 new, 2 already there)", "nothing was written"} {
		if !strings.Contains(out, say) {
			t.Errorf("it does not say %q: %s", say, out)
		}
	}
	d.call(0, "export", "--format", "xlsx", "--out", "list.xlsx", "--data", "one.d")
	if i := d.reports("import", "list.xlsx", "--data", "two.d", "--json"); i.Files[0].New != 4 || len(i.Files[0].Faults) > 0 || i.Files[0].Tool != "IGNY8" {
		t.Errorf("%+v", i)
	}
	first, _ := d.call(0, "export", "--data", "one.d")
	second, _ := d.call(0, "export", "--data", "two.d")
	if first != second || !strings.Contains(first, "wool socks,1400,48,") || !strings.Contains(first, "spring") {
		t.Errorf("export, import, export:\n%s\n%s", first, second)
	}
	d.call(2, "import", "a.csv", "--data", "one.d", "--site", "other")
	d.call(2, "import", "a.csv", "--data", "one.d", "--sector", "other")
	d.call(2, "export", "--data", "one.d", "--site", "other")
}

// Where a program works on the data folder, it imports and exports for the command.
func TestImportByTheHolder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"a.csv": socks})
	w := openTest(t, dataFlags{Data: d.at("held.d")})
	defer w.close()
	stop, err := w.control()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if i := d.reports("import", "a.csv", "--data", "held.d", "--json"); i.Files[0].New != 3 || i.Files[0].Path != d.at("a.csv") {
		t.Errorf("%+v", i)
	}
	if out, _ := d.call(0, "export", "--data", "held.d"); strings.Count(out, "\n") != 4 {
		t.Errorf("%s", out)
	}
	if _, e := d.call(2, "import", "-", "--data", "held.d"); !strings.Contains(e, "piped") {
		t.Errorf("%s", e)
	}
	d.call(2, "import", "a.csv", "--data", "held.d", "--site", "other")
}
