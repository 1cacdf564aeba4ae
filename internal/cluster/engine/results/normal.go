package results

import (
	"slices"
	"strings"
)

// Normal is the form in which two addresses are the same page: without scheme, user, "www.",
// default port, fragment, tracking parameters and slashes at the end, the host in small
// letters. Host, path and other parameters stay as they are. Empty for what names no host.
func Normal(address string) string {
	s := strings.TrimSpace(address)
	if i := strings.Index(s, "://"); i >= 0 && !strings.ContainsAny(s[:i], "/?#") {
		s = s[i+len("://"):]
	} else {
		s = strings.TrimPrefix(s, "//")
	}
	s, _, _ = strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	host, path, _ := strings.Cut(s, "/")
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "www."), ".")
	if host == "" {
		return ""
	}
	if path = strings.TrimRight(path, "/"); path != "" {
		host += "/" + path
	}
	if query = ownQuery(query); query != "" {
		host += "?" + query
	}
	return host
}

// tracking are parameters that say where a visitor came from, not what is shown.
var tracking = []string{"dclid", "fbclid", "gad_source", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid", "msclkid", "srsltid", "twclid", "ved", "wbraid", "yclid", "_ga", "_gl"}

// ownQuery is a query without the parameters that track.
func ownQuery(query string) string {
	if query == "" {
		return ""
	}
	kept := strings.Split(query, "&")
	kept = slices.DeleteFunc(kept, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		name = strings.ToLower(name)
		return name == "" || strings.HasPrefix(name, "utm_") || slices.Contains(tracking, name)
	})
	return strings.Join(kept, "&")
}

// normalPages are the pages of a keyword's first Top results, each once.
func normalPages(addresses []string) []string {
	var out []string
	for _, a := range addresses[:min(Top, len(addresses))] {
		if p := Normal(a); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
