package keyword

import (
	"strings"
	"sync"
)

// Fields of a file of search results, beside the keyword.
const (
	fieldRank = "rank"
	fieldURL  = "url"
	fieldPage = "page" // an address, where no column is named url
	fieldKind = "type" // of a result: organic, paid …
)

// resultSpellings are the names of the columns of search results, in the exports of the
// usual tools.
var resultSpellings = map[string][]string{
	fieldRank: {
		"rank", "position", "pos", "pos.", "ranking", "#", "no", "no.", "serp position", "organic position", "result position", "position in serp", "google position", "serp rank",
		"rank group", "rank absolute", "current position", "rang", "platz", "classement", "posición", "posizione", "posição", "positie", "pozycja",
		"sıra", "konum", "pozisyon", "順位", "検索順位", "掲載順位", "स्थान", "रैंक", "الترتيب", "المرتبة", "позиция",
	},
	fieldURL: {
		"url", "urls", "link", "links", "result url", "serp url", "page url", "ranking url", "url address", "address", "organic url", "website url", "target url",
		"adresse", "dirección", "enlace", "lien", "indirizzo", "endereço", "koppeling", "adres", "bağlantı", "アドレス", "リンク", "यूआरएल", "लिंक", "الرابط", "رابط", "адрес", "ссылка", //nolint:misspell // Dutch and Turkish
	},
	fieldPage: {
		"page", "landing page", "result", "seite", "zielseite", "página", "pagina", "strona", "sayfa", "ページ", "पेज", "صفحة", "الصفحة", "страница",
	},
	fieldKind: {"type", "result type", "item type", "serp item type", "typ", "tipo", "tür", "種類"},
}

// A variable that is set by a function at the start would keep the names in every program.
var resultNamesOnce = struct {
	sync.Once
	all map[string]columnName
}{}

func resultNames() map[string]columnName {
	resultNamesOnce.Do(func() { resultNamesOnce.all = makeResultNames() })
	return resultNamesOnce.all
}

func makeResultNames() map[string]columnName {
	out := map[string]columnName{}
	for _, s := range spellings[fieldKeyword] {
		out[headerName(s)] = columnName{field: fieldKeyword}
	}
	for field, all := range resultSpellings {
		for _, s := range all {
			out[headerName(s)] = columnName{field: field}
		}
	}
	return out
}

// nameOfResult finds what a header of search results stands for.
func nameOfResult(cell string) columnName {
	return nameIn(resultNames(), strings.ReplaceAll(cell, "_", " "))
}
