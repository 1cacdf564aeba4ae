package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// clusterFile runs the command on a file of this text and gives what it printed and its code.
func clusterFile(t *testing.T, dir, text string, flags ...string) (code int, out, errOut string) {
	t.Helper()
	in := filepath.Join(dir, "in.csv")
	if err := os.WriteFile(in, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var o, e bytes.Buffer
	code = run(context.Background(), append([]string{"cluster", in, filepath.Join(dir, "out.csv")}, flags...), &o, &e)
	return code, o.String(), e.String()
}

func rowsOf(t *testing.T, path string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const shortList = "keyword,label,volume\nlawn mower repair,a,10\nrepair a lawn mower,a,20\nmilk frother,b,5\n\"best, milk frother\",b,90\n"

func TestClusterKeepsColumnsAndAddsItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, out, errOut := clusterFile(t, dir, shortList)
	if code != 0 || !strings.Contains(out, "4 keywords") {
		t.Fatalf("code %d, %s%s", code, out, errOut)
	}
	got := rowsOf(t, filepath.Join(dir, "out.csv"))
	if h := strings.Join(got[0], ","); h != "keyword,label,volume,cluster,leader,similarity,runner_up,topic" {
		t.Errorf("header %s", h)
	}
	if got[1][3] != got[2][3] || got[3][3] != got[4][3] || got[1][3] == got[3][3] {
		t.Errorf("clusters %v", got)
	}
	if got[4][0] != "best, milk frother" || got[4][1] != "b" || got[4][2] != "90" {
		t.Errorf("row %q", got[4])
	}
}

func TestClusterIntoMovesNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if code, _, errOut := clusterFile(t, dir, shortList); code != 0 {
		t.Fatal(errOut)
	}
	first := rowsOf(t, filepath.Join(dir, "out.csv"))
	old := filepath.Join(dir, "old.csv")
	if err := os.Rename(filepath.Join(dir, "out.csv"), old); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := clusterFile(t, dir, shortList+"mower repair lawn shop,a,1\nsailing boat,c,3\n", "--into", old)
	if code != 0 {
		t.Fatal(out, errOut)
	}
	now := rowsOf(t, filepath.Join(dir, "out.csv"))
	for i := range first {
		if first[i][3] != now[i][3] {
			t.Errorf("%q moved from %s to %s", first[i][0], first[i][3], now[i][3])
		}
	}
	for _, r := range first {
		if now[6][3] == r[3] {
			t.Errorf("the new topic is in cluster %s", r[3])
		}
	}
}

func TestClusterSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "empty", "keyword\n": "no keyword", "keyword,n\na b,1\n,2\n": "line 3", "x,y\n1,2\n3,4\n5,6\n": "no column is named Keyword",
		"keyword\nshort\n" + strings.Repeat("x", 1<<20+10) + "\n": "line 3 is longer",
	} {
		dir := t.TempDir()
		code, _, errOut := clusterFile(t, dir, text)
		if code != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("%.20q: code %d, %s", text, code, errOut)
		}
		if _, err := os.Stat(filepath.Join(dir, "out.csv")); err == nil {
			t.Errorf("%.20q: something was written", text)
		}
	}
	dir := t.TempDir()
	if code, _, errOut := clusterFile(t, dir, shortList, "--strictness", "2"); code != exitUsage || !strings.Contains(errOut, "from 0 to 1") {
		t.Errorf("code %d, %s", code, errOut)
	}
}

func TestClusterTellsItsStabilityWhenAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, out, _ := clusterFile(t, dir, shortList, "--json"); strings.Contains(out, "stability") {
		t.Errorf("it was not asked for: %s", out)
	}
	code, out, errOut := clusterFile(t, dir, shortList, "--json", "--stability")
	if code != 0 || !strings.Contains(out, "\"stability\": 1") { // of the three that are left two are still together
		t.Errorf("code %d, %s%s", code, out, errOut)
	}
	code, out, _ = clusterFile(t, dir, shortList, "--stability")
	if code != 0 || !strings.Contains(out, "100.0 % stays") {
		t.Errorf("code %d, %s", code, out)
	}
}
