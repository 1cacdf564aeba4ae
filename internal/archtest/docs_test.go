package archtest

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

var update = flag.Bool("update", false, "write the parts of docs/ that are made from code")

// entity is a thing of the product as its users know it.
type entity struct {
	name string // in the facts
	typ  string // folder.Type
	sort string // of its key in table.Patterns; "" for columns of a row set
	path string // of its endpoint; "" when it is shown inside another
}

var entities = []entity{
	{"Account", "identity.Account", "ACCOUNT", "/v1/auth/me/"},
	{"User", "identity.User", "USER", "/v1/auth/me/"},
	{"Session (tokens)", "identity.Tokens", "FAMILY#<family>", "/v1/auth/login/"},
	{"Site", "site.Site", "SITE#<site>", "/v1/auth/sites/"},
	{"Site settings", "site.Settings", "SITE#<site>", "/v1/auth/sites/{id}/"},
	{"Settings of all sites", "site.Common", "SITES#COMMON", "/v1/system/settings/ai/"},
	{"Sector", "site.Sector", "SITE#<site>", "/v1/auth/sites/"},
	{"Prompt", "prompt.Prompt", "PROMPT#<type>", "/v1/system/prompts/"},
	{"Saved view", "view.View", "VIEW#<view>", "/v1/system/views/"},
	{"Industry", "site.Industry", "", "/v1/auth/industries/"},
	{"Upload", "upload.Ticket", "UPLOAD#<upload>", ""},
	{"Keyword", "keyword.Keyword", "", "/v1/planner/keywords/"},
	{"Cluster", "cluster.Cluster", "", "/v1/planner/clusters/"},
	{"Content idea", "idea.Idea", "IDEA#<idea>", "/v1/planner/ideas/"},
	{"Task", "task.Task", "TASK#<task>", "/v1/writer/tasks/"},
	{"Content", "content.Content", "CONTENT#<content>", "/v1/writer/content/"},
	{"Image", "imagery.Image", "IMAGE#<image>", "/v1/writer/images/"},
	{"Publication", "publish.Record", "PUBLISHING#<content>#<destination>", ""},
	{"Integration", "integration.Integration", "INTEGRATION#<integration>", "/v1/integration/integrations/"},
	{"Sync event", "integration.Event", "SYNCEVENT#<event>", ""},
	{"Credit balance", "credit.Balance", "BALANCE", "/v1/billing/credits/balance/"},
	{"Credit transaction", "credit.Entry", "LEDGER#<sequence>", "/v1/billing/credits/transactions/"},
	{"Automation run", "automation.Run", "RUN#<run>", "/v1/automation/run_detail/"},
	{"Stage result", "automation.StageResult", "STAGE#<run>#<stage>", "/v1/automation/run_detail/"},
	{"Wave", "automation.Wave", "WAVE#<wave>", ""},
	{"Job", "automation.Job", "JOB#<job>", "/v1/jobs/{id}/"},
	{"Event", "event.Event", "EVENT#<event>", "/v1/events/"},
}

// docs are the pages, by path.
func docs(t *testing.T) map[string]string {
	out := map[string]string{}
	for name, text := range texts(t) {
		if path.Dir(name) == "docs" && path.Ext(name) == ".md" {
			out[name] = text
		}
	}
	if len(out) < 8 {
		t.Fatalf("only %d pages in docs/", len(out))
	}
	return out
}

// blocks are the parts of pages that are made from code, by page and name.
func blocks(x index, ops []httpapi.Operation) map[string]string {
	return map[string]string{
		"docs/endpoints.md routes": routesBlock(x, ops),
		"docs/table.md patterns":   patternsBlock(x),
		"docs/fields.md entities":  fieldsBlock(x),
		"docs/modules.md packages": packagesBlock(x),
		"docs/config.md flags":     flagsBlock(x),
		"docs/config.md variables": variablesBlock(),
	}
}

func routesBlock(x index, ops []httpapi.Operation) string {
	var b strings.Builder
	b.WriteString("| route | what it does | least role | throttle | file, function |\n|---|---|---|---|---|\n")
	handlers := x.handlers()
	for _, o := range ops {
		s := o.Spec
		file, fn, _ := strings.Cut(handlers[s.ID], " ")
		fmt.Fprintf(&b, "| `%s %s` | %s | %s | %s | `%s`, `%s` |\n", s.Method, s.Path, s.Summary, s.Permission, s.Throttle, file, fn)
	}
	return b.String()
}

func patternsBlock(x index) string {
	var b strings.Builder
	b.WriteString("| partition | sort key | holds | written by |\n|---|---|---|---|\n")
	for _, p := range table.Patterns() {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | `internal/%s` |\n", p.Partition, p.Sort, p.Holds, p.Writer)
	}
	return b.String()
}

func fieldsBlock(x index) string {
	var b strings.Builder
	for _, e := range entities {
		where := "a row set: columns in pages, see `internal/rowset/columns.go`"
		for _, p := range table.Patterns() {
			if p.Sort == e.sort {
				where = "`" + p.Partition + "` `" + p.Sort + "`"
			}
		}
		if e.typ == "site.Industry" {
			where = "a list in the program: `internal/site/industry.go`"
		}
		at := "inside another, or not shown"
		if e.path != "" {
			at = "`" + e.path + "`"
		}
		fmt.Fprintf(&b, "### %s\n\nType `%s`. Kept in %s. Endpoint: %s.\n\n| field | Go field | type |\n|---|---|---|\n", e.name, e.typ, where, at)
		pkg, typ, _ := strings.Cut(e.typ, ".")
		for _, f := range x.fields(pkg, typ) {
			fmt.Fprintf(&b, "| %s | `%s.%s` | %s |\n", f.json, e.typ, f.name, f.typ)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func packagesBlock(x index) string {
	var b strings.Builder
	b.WriteString("| folder | layer | what it holds | main types |\n|---|---|---|---|\n")
	dirs := make([]string, 0, len(x))
	for d := range x {
		dirs = append(dirs, d)
	}
	slices.Sort(dirs)
	for _, d := range dirs {
		var main []string
		for _, n := range []string{"Service", "Engine", "Stage", "Store", "Table", "Queue", "Client", "Sealer", "Handler", "Destination", "Run", "Open", "New"} {
			if x[d].names[n] && len(main) < 3 && x[d].files[0].file.Name.Name != "main" {
				main = append(main, "`"+strings.TrimPrefix(d, "internal/")+"."+n+"`")
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d, layerOf(d).name, x[d].doc, strings.Join(main, " "))
	}
	return b.String()
}

var flagTag = regexp.MustCompile(`(\w+)\s+[\w.\[\]]+\s+` + "`" + `([^` + "`" + `]*help:"[^` + "`" + `]*|[^` + "`" + `]*env:"[^` + "`" + `]*)` + "`")

func flagsBlock(x index) string {
	var b strings.Builder
	b.WriteString("| flag or variable | default | meaning | file |\n|---|---|---|---|\n")
	for _, s := range x["cmd/igny8"].files {
		for _, m := range flagTag.FindAllStringSubmatch(s.text, -1) {
			get := func(k string) string {
				v := regexp.MustCompile(k + `:"([^"]*)"`).FindStringSubmatch(m[2])
				if v == nil {
					return ""
				}
				return v[1]
			}
			if strings.Contains(m[2], `cmd:""`) {
				continue
			}
			name := get("name")
			if name == "" {
				name = strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(m[1], "$1-$2"))
			}
			name = "--" + name
			if strings.Contains(m[2], `arg:""`) {
				name = get("placeholder")
			}
			if env := get("env"); env != "" {
				name += ", `" + env + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | `%s` |\n", name, get("default"), get("help"), s.path)
		}
	}
	return b.String()
}

// variablesBlock lists which function reads which variable.
func variablesBlock() string {
	functions, readers := config.Functions(), map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		variables, err := config.Variables(functions[name])
		if err != nil {
			return err.Error()
		}
		for _, v := range variables {
			readers[v] = append(readers[v], name)
		}
	}
	var b strings.Builder
	b.WriteString("| variable | functions that read it |\n|---|---|\n")
	for _, v := range slices.Sorted(maps.Keys(readers)) {
		who := strings.Join(readers[v], ", ")
		if len(readers[v]) == len(functions) {
			who = "all"
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", v, who)
	}
	return b.String()
}

func block(text, name string) (found string, start, end int) {
	open, end2 := "<!-- from code: "+name+" -->\n", "<!-- end -->"
	i := strings.Index(text, open)
	if i < 0 {
		return "", -1, -1
	}
	start = i + len(open)
	j := strings.Index(text[start:], end2)
	if j < 0 {
		return "", -1, -1
	}
	return text[start : start+j], start, start + j
}

func checkBlocks(pages, made map[string]string) (faults []string) {
	for key, want := range made {
		page, name, _ := strings.Cut(key, " ")
		got, start, _ := block(pages[page], name)
		if start < 0 || got != want {
			faults = append(faults, page+": the part "+name+" is not what the code says: go test ./internal/archtest -run Docs -update")
		}
	}
	return faults
}

func TestDocsFromCode(t *testing.T) {
	t.Parallel()
	made := blocks(newIndex(tree(t)), api.Operations(api.Deps{}))
	for key, want := range made {
		page, name, _ := strings.Cut(key, " ")
		if strings.Count(want, "\n") < 5 || strings.Contains(want, "``") {
			t.Errorf("%s: the generator gives little or leaves something empty:\n%s", key, want)
		}
		if *update {
			rewrite(t, page, name, want)
		}
	}
	if *update {
		return
	}
	pages := docs(t)
	report(t, checkBlocks(pages, made))
	refuses(t, checkBlocks(pages, map[string]string{"docs/table.md patterns": "other"}), "not what the code says")
	refuses(t, checkBlocks(pages, map[string]string{"docs/table.md strange": ""}), "the part strange")
}

func rewrite(t *testing.T, page, name, want string) {
	file := filepath.Join(root, page)
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, start, end := block(string(old), name)
	if start < 0 {
		t.Fatalf("%s has no part %s", page, name)
	}
	if err := os.WriteFile(file, []byte(string(old[:start])+want+string(old[end:])), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	ticked  = regexp.MustCompile("`([^`\n]+)`")
	pkgName = regexp.MustCompile(`^((?:[a-z0-9]+/)*[a-z0-9]+)\.([A-Za-z]\w*(?:\.\w+)?)$`)
	extends = regexp.MustCompile(`\.(go|md|json|sh|yml|yaml|php|csv|mod|toml)$`)
	route   = regexp.MustCompile(`^(?:(GET|POST|PUT|PATCH|DELETE) )?(/v1/\S*)$`)
	envName = regexp.MustCompile(`^(IGNY8|OPENAI|ANTHROPIC|STABILITY)_[A-Z0-9_]+$`)
	keyName = regexp.MustCompile(`^[AX]#`)
	link    = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
)

// world is what pages may name.
type world struct {
	index  index
	exists func(path string) bool
	routes map[string]bool // with and without the method
	code   string          // all Go text, for names of variables
}

func newWorld(t *testing.T) world {
	w := world{index: newIndex(tree(t)), routes: map[string]bool{}}
	w.exists = func(p string) bool { _, err := os.Stat(filepath.Join(root, p)); return err == nil }
	for _, o := range append(api.Operations(api.Deps{}), httpapi.Document(nil)) {
		w.routes[o.Spec.Path], w.routes[o.Spec.Method+" "+o.Spec.Path] = true, true
	}
	var b strings.Builder
	for _, s := range tree(t) {
		if !strings.HasPrefix(s.path, "internal/archtest/") {
			b.WriteString(s.text)
		}
	}
	w.code = b.String()
	return w
}

// checkNames finds what a page names and the project does not have.
func (w world) checkNames(name, text string) (faults []string) {
	bad := func(token, why string) { faults = append(faults, name+": `"+token+"` "+why) }
	for _, m := range ticked.FindAllStringSubmatch(text, -1) {
		tok := m[1]
		switch p := pkgName.FindStringSubmatch(tok); {
		case envName.MatchString(tok):
			if !strings.Contains(w.code, `"`+tok) {
				bad(tok, "is read nowhere")
			}
		case keyName.MatchString(tok):
			if !slices.ContainsFunc(table.Patterns(), func(p table.Pattern) bool { return p.Partition == tok }) {
				bad(tok, "is no partition of table.Patterns")
			}
		case route.MatchString(tok):
			if !w.routes[tok] {
				bad(tok, "is no route")
			}
		case p != nil && !extends.MatchString(tok):
			if !w.index.has(p[1], p[2]) {
				bad(tok, "is not declared")
			}
		case strings.Contains(tok, "/") && !strings.ContainsAny(tok, " <>{}*$") && !strings.HasPrefix(tok, "/"), extends.MatchString(tok) && !strings.Contains(tok, " "):
			if !w.exists(strings.TrimPrefix(tok, "./")) {
				bad(tok, "does not exist")
			}
		}
	}
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(m[1], "://") && !w.exists(path.Join(path.Dir(name), m[1])) {
			bad(m[1], "is a link to nothing")
		}
	}
	if strings.Contains(text, "```go") {
		bad("```go", "is code: name the file and the function")
	}
	return faults
}

func TestDocsNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var faults []string
	for name, text := range docs(t) {
		faults = append(faults, w.checkNames(name, text)...)
	}
	report(t, faults)
	for _, c := range []struct{ text, want string }{
		{"`internal/nowhere`", "does not exist"},
		{"`internal/site/nowhere.go`", "does not exist"},
		{"`site.Nothing`", "is not declared"},
		{"`site.Service.Nothing`", "is not declared"},
		{"`nowhere.Service`", "is not declared"},
		{"`table/embedded.Nothing`", "is not declared"},
		{"`GET /v1/nowhere/`", "is no route"},
		{"`DELETE /v1/auth/login/`", "is no route"},
		{"`IGNY8_NOTHING`", "is read nowhere"},
		{"`A#<account>#NOTHING`", "no partition"},
		{"[a](nowhere.md)", "link to nothing"},
		{"```go\n```", "is code"},
	} {
		refuses(t, w.checkNames("docs/a.md", c.text), c.want)
	}
	accepts(t, w.checkNames("docs/a.md", "`site.Service.Create` in `internal/site`, `POST /v1/auth/login/`, `table/embedded.Open`, `draft`, `planned`"))
}

// checkReach finds what a reader can't come to from the master index in two steps: the
// index, a page that it links.
func checkReach(pages map[string]string, want []string) (faults []string) {
	all := pages["docs/README.md"]
	linked := map[string]bool{"docs/README.md": true}
	for _, m := range link.FindAllStringSubmatch(all, -1) {
		p := path.Join("docs", m[1])
		linked[p] = true
		all += "\n" + pages[p]
	}
	for p := range pages {
		if !linked[p] {
			faults = append(faults, "docs/README.md does not link "+p)
		}
	}
	for _, w := range want {
		if !strings.Contains(all, "`"+w+"`") {
			faults = append(faults, "no page that docs/README.md links names "+w)
		}
	}
	return faults
}

func TestDocsReach(t *testing.T) {
	t.Parallel()
	var want []string
	for dir := range newIndex(tree(t)) {
		want = append(want, dir)
	}
	for _, o := range api.Operations(api.Deps{}) {
		want = append(want, o.Spec.Method+" "+o.Spec.Path)
	}
	for _, e := range entities {
		want = append(want, e.typ)
	}
	for _, p := range table.Patterns() {
		want = append(want, p.Sort)
	}
	pages := docs(t)
	report(t, checkReach(pages, want))
	refuses(t, checkReach(pages, []string{"internal/nowhere"}), "names internal/nowhere")
	refuses(t, checkReach(map[string]string{"docs/README.md": "", "docs/lost.md": ""}, nil), "does not link docs/lost.md")
}

// TestEntitiesComplete: each feature has an entity, and each entity its fields.
func TestEntitiesComplete(t *testing.T) {
	t.Parallel()
	x := newIndex(tree(t))
	report(t, checkEntities(x, entities))
	refuses(t, checkEntities(x, []entity{{"Nothing", "site.Nothing", "", ""}}), "site.Nothing has no fields")
	refuses(t, checkEntities(x, nil), "internal/site has no entity")
}

func checkEntities(x index, list []entity) (faults []string) {
	for _, e := range list {
		pkg, typ, _ := strings.Cut(e.typ, ".")
		if len(x.fields(pkg, typ)) == 0 {
			faults = append(faults, e.typ+" has no fields with a JSON name")
		}
		if e.sort != "" && !slices.ContainsFunc(table.Patterns(), func(p table.Pattern) bool { return p.Sort == e.sort }) {
			faults = append(faults, e.name+": no pattern has the sort key "+e.sort)
		}
	}
	for dir := range x {
		l := layerOf(dir)
		if l == nil || l.name != "feature" || strings.Count(dir, "/") != 1 {
			continue
		}
		if !slices.ContainsFunc(list, func(e entity) bool { return strings.HasPrefix(e.typ, path.Base(dir)+".") }) {
			faults = append(faults, dir+" has no entity in the list of entities")
		}
	}
	return faults
}
