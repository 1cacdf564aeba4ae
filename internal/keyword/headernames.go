package keyword

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fields that a column of a file may stand for.
const (
	fieldKeyword    = "keyword"
	fieldVolume     = "volume"
	fieldDifficulty = "difficulty"
	fieldIntent     = "intent"
	fieldCountry    = "country"
	fieldTags       = "tags"
	fieldDate       = "date"
	fieldSource     = "source"
	fieldFigures    = "figures"
)

// Fields lists the fields that a mapping may name.
func Fields() []string {
	return []string{fieldKeyword, fieldVolume, fieldDifficulty, fieldIntent, fieldCountry, fieldTags, fieldDate, fieldSource, fieldFigures}
}

// Marks are columns that tell a tool and are not read. They begin with a point.
const (
	markPlanner     = ".planner"     // its own volume column
	markMonths      = ".months"      // a volume for a single month
	markClicks      = ".clicks"      //
	markImpressions = ".impressions" // not searches
	markAhrefs      = ".ahrefs"
	markSemrush     = ".semrush"
	markMoz         = ".moz"
)

// spellings are the names of columns in the exports of the usual tools, in the languages
// that they speak: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
// Turkish, Japanese, Swedish, Danish, Czech, Russian. Impressions and competition are neither
// volume nor difficulty.
var spellings = map[string][]string{
	fieldKeyword: {
		"keyword", "keywords", "query", "queries", "top queries", "search term", "search terms", "search query", "search queries", "phrase",
		"key phrase", "keyphrase", "keyword text", "keyword phrase", "term", "keyword (by relevance)", "focus keyword",
		"suchbegriff", "suchbegriffe", "suchanfrage", "suchanfragen", "häufigste suchanfragen", "top-suchanfragen", "schlüsselwort", "schlagwort",
		"mot clé", "mots clés", "mot-clé", "mots-clés", "requête", "requêtes", "requêtes les plus fréquentes", "principales requêtes", "expression", "terme de recherche", //nolint:misspell // French
		"palabra clave", "palabras clave", "consulta", "consultas", "consultas principales", "principales consultas", "término de búsqueda", //nolint:misspell // Spanish
		"parola chiave", "parole chiave", "query principali", "query più frequenti", "termine di ricerca",
		"palavra-chave", "palavras-chave", "palavra chave", "principais consultas", "consultas principais", "termo de pesquisa", "termo de busca",
		"zoekwoord", "zoekwoorden", "trefwoord", "zoekopdracht", "zoekopdrachten", "populairste zoekopdrachten", "zoekterm", "top zoekopdrachten", "meest gebruikte zoekopdrachten",
		"słowo kluczowe", "słowa kluczowe", "zapytanie", "zapytania", "najpopularniejsze zapytania", "najczęstsze zapytania", "fraza",
		"anahtar kelime", "anahtar kelimeler", "sorgu", "sorgular", "en popüler sorgular", "en çok yapılan sorgular", "arama terimi",
		"キーワード", "検索キーワード", "クエリ", "上位のクエリ", "検索クエリ", "検索語句",
		"sökord", "sökfråga", "vanligaste sökfrågorna", "søgeord", "forespørgsler", "nejčastější dotazy", "klíčové slovo", "ключевое слово", "запрос", "популярные запросы",
	},
	fieldVolume: {
		"volume", "search volume", "monthly volume", "monthly search volume", "searches", "average monthly searches", "monthly searches", "avg monthly search volume",
		"vol", "vol.", "msv", "sv", "volume (avg.)", "search vol.", "searches per month",
		"suchvolumen", "volumen", "monatliches suchvolumen", "suchvolumen pro monat", "suchvol.",
		"volume de recherche", "volume de recherche mensuel", "recherches mensuelles", "volume mensuel",
		"volumen de búsqueda", "volumen de búsquedas", "volumen mensual", "búsquedas mensuales",
		"volume di ricerca", "volume mensile", "ricerche mensili", "volume di ricerca mensile",
		"volume de pesquisa", "volume de busca", "volume de buscas", "pesquisas mensais", "volume mensal",
		"zoekvolume", "maandelijks zoekvolume", "wolumen", "liczba wyszukiwań", "miesięczna liczba wyszukiwań", "wolumen wyszukiwań",
		"hacim", "arama hacmi", "aylık arama hacmi", "ボリューム", "検索ボリューム", "月間検索ボリューム", "月間検索数", "検索数",
		"sökvolym", "søgevolumen", "hledanost", "частотность", "объем поиска",
	},
	markPlanner: {
		"avg. monthly searches", "avg monthly searches", "avg. monthly searches (exact match only)",
		"durchschn. suchanfragen pro monat", "durchschnittl. suchanfragen pro monat", "durchschnittliche suchanfragen pro monat",
		"nbre moy. de recherches mensuelles", "moyenne des recherches mensuelles", "nb. moy. de recherches mensuelles", "nombre moyen de recherches mensuelles",
		"promedio de búsquedas mensuales", "media de búsquedas mensuales", "prom. de búsquedas mensuales",
		"media delle ricerche mensili", "media ricerche mensili", "media ric. mensili",
		"média de pesquisas mensais", "média pesq. mensais", "média mensal de pesquisas", "média de buscas mensais",
		"gem. aantal zoekopdrachten per maand", "gemiddeld aantal zoekopdrachten per maand", "gem. maandelijkse zoekopdrachten",
		"śr. mies. liczba wyszukiwań", "średnia miesięczna liczba wyszukiwań", "śr. miesięczna liczba wyszukiwań",
		"ort. aylık aramalar", "ortalama aylık aramalar", "ort. aylık arama sayısı", "ortalama aylık arama sayısı",
		"月間平均検索ボリューム", "genomsn. sökningar per månad", "gns. månedlige søgninger", "ср. число запросов в месяц",
	},
	fieldDifficulty: {
		"difficulty", "keyword difficulty", "keyword difficulty index", "kd", "kd %", "kd%", "seo difficulty", "keyword difficulty %", "kd index", "organic difficulty",
		"schwierigkeit", "keyword-schwierigkeit", "difficulté", "difficulté du mot-clé", "difficulté des mots clés", "dificultad", "dificultad de la palabra clave", "dificultad de palabra clave",
		"difficoltà", "difficoltà della parola chiave", "difficoltà keyword", "dificuldade", "dificuldade da palavra-chave", "dificuldade de palavra-chave",
		"moeilijkheid", "moeilijkheidsgraad", "trudność", "trudność słowa kluczowego", "zorluk", "anahtar kelime zorluğu", "難易度", "キーワード難易度", "キーワードの難易度",
		"svårighet", "sværhedsgrad", "obtížnost", "сложность",
	},
	fieldIntent: {
		"intent", "intents", "search intent", "keyword intent", "keyword intents", "suchintention", "suchabsicht", "absicht", "intention", "intention de recherche",
		"intención", "intención de búsqueda", "intento", "intento di ricerca", "intenção", "intenção de pesquisa", "intenção de busca", "zoekintentie", "intentie",
		"intencja", "intencja wyszukiwania", "amaç", "arama amacı", "niyet", "インテント", "検索意図", "意図",
	},
	fieldCountry: {
		"country", "country code", "database", "location", "land", "datenbank", "pays", "base de données", "país", "base de datos", "paese", "nazione",
		"base de dados", "banco de dados", "kraj", "ülke", "国", "国名", "データベース",
	},
	fieldTags: {
		"tags", "tag", "labels", "label", "lists", "list", "étiquettes", "etiquetas", "etichette", "etykiety", "etiketler", "etiket", "タグ", "ラベル",
	},
	fieldDate: {
		"date", "last update", "last updated", "updated", "datum", "letzte aktualisierung", "zuletzt aktualisiert", "dernière mise à jour", "última actualización",
		"ultimo aggiornamento", "última atualização", "laatste update", "ostatnia aktualizacja", "son güncelleme", "最終更新", "最終更新日", "更新日",
	},
	fieldSource:  {"source"},
	fieldFigures: {"all figures"},
	markClicks: {
		"clicks", "klicks", "clics", "clic", "cliques", "klikken", "kliknięcia", "tıklamalar", "tıklama", "クリック数", "klick", "klik", "kliknutí", "клики",
	},
	markImpressions: {
		"impressions", "impressionen", "impresiones", "impressioni", "impressões", "vertoningen", "wyświetlenia", "gösterimler", "görüntüleme", "gösterim",
		"表示回数", "visningar", "visninger", "eksponeringer", "zobrazení", "показы",
	},
	markAhrefs: {
		"parent keyword", "parent topic", "traffic potential", "global volume", "cps", "eltern-keyword", "übergeordnetes thema", "traffic-potenzial", "sujet parent",
		"mot-clé parent", "tema principal", "argomento principale", "tópico principal", "親トピック", "トラフィックポテンシャル",
	},
	markSemrush: {
		"keyword difficulty index", "competitive density", "number of results", "serp features by keyword", "wettbewerbsdichte", "anzahl der ergebnisse", "densité concurrentielle",
		"densité de la concurrence", "nombre de résultats", "densidad competitiva", "densidad de competencia", "número de resultados", "densità competitiva", "densità concorrenziale", "numero di risultati",
		"densidade competitiva", "concurrentiedichtheid", "aantal resultaten", "gęstość konkurencji", "liczba wyników", "rekabet yoğunluğu", "sonuç sayısı", "競合密度", "競合の激しさ", "結果数", "検索結果数",
	},
	markMoz: {"organic ctr", "monthly volume", "min volume", "max volume"},
}

// columnName tells what a tidied header stands for: a field, and the marks that it is too.
type columnName struct {
	field string
	marks []string
}

// A variable that is set by a function at the start would keep the names in every program.
var columnNamesOnce = struct {
	sync.Once
	all map[string]columnName
}{}

func columnNames() map[string]columnName {
	columnNamesOnce.Do(func() { columnNamesOnce.all = makeColumnNames() })
	return columnNamesOnce.all
}

func makeColumnNames() map[string]columnName {
	out := map[string]columnName{}
	for what, all := range spellings {
		for _, s := range all {
			n := out[headerName(s)]
			switch {
			case !strings.HasPrefix(what, "."):
				n.field = what
			case what == markPlanner:
				n.field = fieldVolume
				n.marks = append(n.marks, what)
			default:
				n.marks = append(n.marks, what)
			}
			out[headerName(s)] = n
		}
	}
	return out
}

// headerName tidies a header cell: one width, small letters without accents, single spaces.
func headerName(cell string) string {
	s := strings.Trim(cell, "\uFEFF \t\"'*")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x3000: // accents; the marks of kana make letters
			return -1
		case r == 'ı':
			return 'i'
		}
		return r
	}, norm.NFD.String(strings.ToLower(norm.NFKC.String(s))))
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// nameOf finds what a header stands for.
func nameOf(cell string) columnName { return nameIn(columnNames(), cell) }

// nameIn finds what a header stands for; a note in brackets at its end (Volume (US)) is
// passed over when the whole name is not known.
func nameIn(names map[string]columnName, cell string) columnName {
	name := headerName(cell)
	if n, ok := names[name]; ok {
		return n
	}
	if i := strings.LastIndexAny(name, "(["); i > 0 && strings.HasSuffix(strings.TrimRight(name, " "), closing(name[i])) {
		return names[strings.TrimSpace(name[:i])]
	}
	return columnName{}
}

func closing(open byte) string {
	if open == '[' {
		return "]"
	}
	return ")"
}
