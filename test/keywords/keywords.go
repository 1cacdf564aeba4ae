// Package keywords makes lists of keywords that give a known number of articles, for benches.
package keywords

import (
	"fmt"
	"strings"
)

// For gives a file of keywords that make so many articles: eight about one thing make a cluster
// with two ideas.
func For(articles int) string {
	var b strings.Builder
	b.WriteString("keyword,volume\n")
	for n := range (articles + 1) / 2 {
		for i, what := range []string{"best", "cheap", "small", "reviews", "repair", "parts", "price", "guide"} {
			fmt.Fprintf(&b, "%s %s machine,%d\n", what, thing(n), 10+n%997*(i+1))
		}
	}
	return b.String()
}

// thing is a made-up word, another one for each number below 5200.
func thing(n int) string {
	begin := []string{"ka", "lo", "mi", "ru", "te", "sa", "no", "vi", "pe", "du", "zi", "fo", "gra", "kli", "bru", "stre", "pla", "dro", "che", "whi"}
	middle := []string{"bar", "den", "fil", "gon", "hut", "jor", "kel", "lam", "mon", "nor", "pim", "qua", "ros", "sut", "tal", "vor", "wen", "xan", "yel", "zot"}
	end := []string{"", "ax", "ol", "um", "ine", "ard", "ish", "oke", "ent", "ive", "ost", "urn", "alp"}
	return begin[n%20] + middle[n/20%20] + end[n/400%13]
}
