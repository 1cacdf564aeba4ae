package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/keyword"
)

// withResults runs the command on the short list and these results.
func withResults(t *testing.T, text string, flags ...string) (code int, rows [][]string, out, errOut string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "results.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut = clusterFile(t, dir, shortList+"sailing boat,c,3\nlawn mowers repair shop,a,1\n", append(flags, "--results", file)...)
	if code == 0 {
		rows = rowsOf(t, filepath.Join(dir, "out.csv"))
	}
	return code, rows, out, errOut
}

// sharing are results in which a keyword has pages of these letters, the first best.
func sharing(of map[string]string) string {
	text := "url,keyword,rank\n"
	for _, k := range []string{"lawn mower repair", "repair a lawn mower", "milk frother", "best, milk frother", "sailing boat", "not in the list"} {
		for rank, page := range of[k] {
			text += "https://www.example.com/" + string(page) + "/?utm_source=x,\"" + k + "\"," + string(rune('1'+rank)) + "\n"
		}
	}
	return text
}

func TestClusterByResults(t *testing.T) {
	t.Parallel()
	// By their pages the two about mowers are apart, and one of them is with the boat.
	text := sharing(map[string]string{
		"lawn mower repair": "abcd", "sailing boat": "dcbe", "repair a lawn mower": "fghi", "milk frother": "klmn", "best, milk frother": "klmo", "not in the list": "abcd",
	})
	code, got, out, errOut := withResults(t, text)
	if code != 0 || !strings.Contains(out, "compared by search results: 5") {
		t.Fatalf("code %d, %s%s", code, out, errOut)
	}
	mower, repair, frother, best, boat, shop := got[1], got[2], got[3], got[4], got[5], got[6]
	if mower[3] != boat[3] || frother[3] != best[3] || repair[3] == mower[3] || repair[3] == frother[3] {
		t.Errorf("clusters %v", got)
	}
	if boat[4] != "lawn mower repair" || boat[5] != "0.300" || best[4] != best[0] || mower[5] != "0.400" {
		t.Errorf("leaders %v", got)
	}
	if shop[3] != mower[3] && shop[3] != repair[3] { // it has no results: by meaning
		t.Errorf("%v joined none about mowers", shop)
	}
	_, strict, _, _ := withResults(t, text, "--overlap", "4")
	if strict[1][3] == strict[5][3] {
		t.Errorf("three pages are enough for four: %v", strict)
	}
}

func TestClusterByResultsSoftAndHard(t *testing.T) {
	t.Parallel()
	// The frother with most searches shares three pages with each of two that share none.
	text := sharing(map[string]string{"best, milk frother": "abcdef", "milk frother": "abc", "repair a lawn mower": "def"})
	_, soft, _, _ := withResults(t, text)
	_, hard, _, _ := withResults(t, text, "--linking", "hard")
	if soft[2][3] != soft[4][3] || soft[3][3] != soft[4][3] {
		t.Errorf("soft: %v", soft)
	}
	if hard[2][3] == hard[3][3] {
		t.Errorf("hard: two that share no page are together: %v", hard)
	}
}

func TestClusterByResultsSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                       "empty",
		"keyword,volume\nmilk frother,1\n":       "no column is named URL",
		"keyword,rank,url\n":                     "no results of rank 1 to 10",
		"keyword,rank,url\nfrother,none,b.com\n": "line 2, column 2: the rank can't be read",
		"keyword,rank,url\nnot in the list,1,a.com\n": "no keyword of the list",
	} {
		code, _, _, errOut := withResults(t, text)
		if code != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("%q: code %d, %s", text, code, errOut)
		}
	}
	for flag, want := range map[string]string{"--overlap=11": "1 to 10", "--linking=loose": "soft or hard", "--into=x.csv": "together with --into"} {
		code, _, _, errOut := withResults(t, sharing(map[string]string{"milk frother": "a"}), flag)
		if code != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("%s: code %d, %s", flag, code, errOut)
		}
	}
}

// A row that can't be used costs itself alone and is told; so is what is left out on purpose.
func TestClusterTellsWhatResultsItLeftOut(t *testing.T) {
	t.Parallel()
	text := "Query;#;Link;Type\n"
	for _, k := range []string{"milk frother", "sailing boat"} {
		for rank, page := range []string{"a", "b", "c"} {
			text += fmt.Sprintf("%s;%d;https://example.com/%s;organic\n", k, rank+1, page)
		}
	}
	text += "milk frother;none;https://example.com/d;organic\n;1;https://example.com/d;organic\n" +
		"milk frother;4;https://example.com/ad;Paid\nmilk frother;12;https://example.com/e;organic\n"
	code, rows, out, errOut := withResults(t, text)
	if code != 0 || rows[3][3] != rows[5][3] {
		t.Fatalf("code %d, %v, %s", code, rows, errOut)
	}
	for _, want := range []string{"line 8, column 2: the rank can't be read", "line 9, column 1"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("%q does not tell %q", errOut, want)
		}
	}
	if want := "6 rows of 2 keywords taken, 1 left out (behind the first 10), 1 left out (advertisements), 2 left out (can't be used)"; !strings.Contains(out, want) {
		t.Errorf("%q does not tell %q", out, want)
	}
	_, _, out, _ = withResults(t, text, "--json")
	var told struct{ Results keyword.ResultsReport }
	if err := json.Unmarshal([]byte(out), &told); err != nil || told.Results.Taken != 6 || told.Results.Paid != 1 || len(told.Results.Faults) != 2 {
		t.Errorf("%v, %+v of %s", err, told, out)
	}
}
