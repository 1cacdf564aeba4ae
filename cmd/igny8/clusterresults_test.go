package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		"":                                  "is empty",
		"keyword,url\nmilk frother,a.com\n": "no column named rank",
		"keyword,rank,url\n":                "no result below",
		"keyword,rank,url\nmilk frother,1,a.com\nmilk frother,none,b.com\n": "line 3: the rank is \"none\"",
		"keyword,rank,url\n,1,a.com\n":                                      "line 2: the keyword is empty",
		"keyword,rank,url\nmilk frother,1,https://\n":                       "line 2: the url is",
		"keyword,rank,url\nnot in the list,1,a.com\n":                       "no keyword of the list",
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
