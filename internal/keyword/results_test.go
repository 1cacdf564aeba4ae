package keyword

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
)

func readResults(text string) (Results, error) {
	return ReadResults(context.Background(), Source{Name: "results.csv", Reader: strings.NewReader(text)}, 10)
}

// The forms in which tools write results: order of columns and rows, names, signs between.
func TestResultFiles(t *testing.T) {
	t.Parallel()
	want := map[string][]string{"red shoes": {"https://a.com/1", "https://b.com/?q=1,2", "c.com"}, "blue shoes": {"https://a.com/1"}}
	for name, text := range map[string]string{
		"plain":           "keyword,rank,url\nred shoes,1,https://a.com/1\nred shoes,2,\"https://b.com/?q=1,2\"\nred shoes,3,c.com\nblue shoes,1,https://a.com/1\n",
		"mixed rows":      "\uFEFFURL;Position;Query\nc.com;3;Red  Shoes\nhttps://a.com/1;1;blue shoes\nhttps://b.com/?q=1,2;2;red shoes\nhttps://a.com/1;1.0;RED SHOES\n",
		"no ranks":        "Search term\tLanding page\nred shoes\thttps://a.com/1\nred shoes\thttps://b.com/?q=1,2\nblue shoes\thttps://a.com/1\nred shoes\tc.com\nred shoes\tc.com\n",
		"pages and kinds": "Results of 2026-05-01\n\nKeyword|Page|#|Link|Type\nred shoes|1|1|https://a.com/1|organic\nred shoes|1|1|https://ad.com/1|Paid (top)\nred shoes|1|2|https://b.com/?q=1,2|Organic\nred shoes|1|3|c.com|organic\nblue shoes|1|#1|https://a.com/1|\nblue shoes|2|11|https://k.com/1|\n",
		"a formula":       "keyword,rank_group,url\nred shoes,1,https://a.com/1\nred shoes,2,\"https://b.com/?q=1,2\"\nred shoes,3,c.com\nblue shoes,1,https://a.com/1\n'=1+1,no,https://a.com/1\n",
	} {
		got, err := readResults(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got.Pages, want) {
			t.Errorf("%s: %v", name, got.Pages)
		}
		if r := got.Report; r.Keywords != 2 || r.Taken != 4 || r.ByOrder != (name == "no ranks") || (len(r.Faults) > 0) != (name == "a formula") {
			t.Errorf("%s: %+v", name, r)
		}
		if r := got.Report; name == "pages and kinds" && (r.Paid != 1 || r.Behind != 1 || r.Columns["url"] != 4 || r.Columns["rank"] != 3) {
			t.Errorf("%s: %+v", name, r)
		}
		if r := got.Report; name == "no ranks" && r.Again != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// What is wrong is told with line and column, and costs its row alone.
func TestResultFaults(t *testing.T) {
	t.Parallel()
	text := "keyword,rank,url\n" +
		"shoes,first,https://a.com/1\n" + // 2: rank
		"shoes,0,https://a.com/1\n" + // 3: rank
		"shoes,1,not an address\n" + // 4: url
		"shoes,1,ftp://a.com/1\n" + // 5: url
		",1,https://a.com/1\n" + // 6: keyword
		"shoes,1\n" + // 7: cell missing
		"shoes,2,https://ok.com/\n" +
		"shoes,2,https://other.com/\n" + // the rank is taken
		"shoes,3,https://ok.com/\n" + // the page is taken
		"shoes,1001,https://b.com/\n" + // 11: rank
		"shoes,,https://b.com/\n" // 12: rank
	got, err := readResults(text)
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for _, f := range got.Report.Faults {
		if f.Reason == "" || f.Mend == "" {
			t.Errorf("not told what to do: %+v", f)
		}
		at = append(at, fmt.Sprintf("%d:%d", f.Line, f.Column))
	}
	if want := []string{"2:2", "3:2", "4:3", "5:3", "6:1", "7:3", "11:2", "12:2"}; !slices.Equal(at, want) {
		t.Errorf("faults at %v, not %v", at, want)
	}
	if want := map[string][]string{"shoes": {"https://ok.com/"}}; !reflect.DeepEqual(got.Pages, want) || got.Report.Again != 2 {
		t.Errorf("%v, %+v", got.Pages, got.Report)
	}
}

func TestUselessResultFiles(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "file_empty",
		"red shoes\nblue shoes\n":        "no_keyword_column",
		"name,place\na,1\nb,2\nc,3\n":    "no_keyword_column",
		"keyword,volume\na,1\nb,2\n":     "no_url_column",
		"keyword,rank,url\n":             "no_rows",
		"keyword,rank,url\na,x,b\n":      "no_rows",
		"keyword,rank,url\na,11,b.com\n": "no_rows",
		"{\"a\":1}":                      "file_not_text",
	} {
		_, err := readResults(text)
		if e := errs.Of(err); err == nil || e.Kind != errs.Invalid || e.Code != want {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadResults(stopped, Source{Reader: strings.NewReader("keyword,url\na,b.com\n")}, 10); errs.Of(err).Code != "stopped" {
		t.Errorf("a reader that was stopped: %v", err)
	}
}

// Whatever the file: no crash; what is taken has an address, at most top of them, each once.
func FuzzResultFile(f *testing.F) {
	f.Add("keyword,rank,url\na,1,https://a.com\n\"b,2\nb.com\n")
	f.Add("Query\tURL\n😀\thttps://مثال.com/\n\x00\t\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ReadResults(context.Background(), Source{Name: "x", Reader: strings.NewReader(text)}, 3)
		if err != nil {
			if errs.Of(err).Kind != errs.Invalid {
				t.Fatal(err)
			}
			return
		}
		taken := 0
		for fold, pages := range got.Pages {
			taken += len(pages)
			if Fold(fold) != fold || len(pages) == 0 || len(pages) > 3 {
				t.Fatalf("%q has %v", fold, pages)
			}
			once := maps.Collect(func(yield func(string, bool) bool) {
				for _, p := range pages {
					yield(p, true)
				}
			})
			if len(once) != len(pages) {
				t.Fatalf("%q has a page twice: %v", fold, pages)
			}
		}
		if taken != got.Report.Taken {
			t.Fatalf("%d results, %d told", taken, got.Report.Taken)
		}
	})
}
