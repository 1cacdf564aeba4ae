package archtest

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// caller is a folder that may do what others may not, with the reason.
type caller struct{ folder, why string }

// minters may call account.Mint.
var minters = []caller{
	{"internal/identity", "from a verified token, a fresh registration, or the local owner"},
	{"internal/site", "a viewer of one site, for what is shown to anybody who knows its id (the preview)"},
	{"internal/automation", "from a job's envelope or an open entry, which the engine wrote itself"},
}

// systems may call system.As, and so reach partitions outside any account.
var systems = []caller{
	{"internal/identity", "users, e-mails and slugs belong to no account"},
	{"internal/site", "the account of a site that is known by its id alone"},
	{"internal/automation", "open entries of runs and waves, which tick walks"},
	{"internal/mail/ses", "a message's key is sent once, whoever it is to, and a person may have no account yet"},
}

// handlers may import internal/system at all: the callers of system.As and the table.
var handlers = append([]caller{{"internal/table", "opens the partitions of a handle"}}, systems...)

func checkCallers(s *source, pkg, fn string, list []caller) (faults []string) {
	if testSupport(s) {
		return nil
	}
	for _, line := range s.uses(pkg, fn) {
		if !slices.ContainsFunc(list, func(c caller) bool { return c.folder == s.dir() }) {
			faults = append(faults, at(s, line, "%s may not call %s.%s", s.dir(), pkg, fn))
		}
	}
	return faults
}

func testSupport(s *source) bool {
	l := layerOf(s.dir())
	return s.test() || (l != nil && slices.Contains([]string{"suite", "lab", "test"}, l.name))
}

func checkHandlers(s *source) (faults []string) {
	if !testSupport(s) && s.name("internal/system") != "" &&
		!slices.ContainsFunc(handlers, func(c caller) bool { return c.folder == s.dir() }) {
		faults = append(faults, at(s, 1, "%s may not import internal/system", s.dir()))
	}
	return faults
}

func staleCallers(all []*source, pkg, fn string, list []caller) (faults []string) {
	for _, c := range list {
		if !slices.ContainsFunc(all, func(s *source) bool {
			return !s.test() && s.dir() == c.folder && len(s.uses(pkg, fn)) > 0
		}) {
			faults = append(faults, c.folder+" no longer calls "+fn+": take it off the list")
		}
	}
	return faults
}

func TestCallers(t *testing.T) {
	t.Parallel()
	var faults []string
	for _, s := range tree(t) {
		faults = append(faults, checkCallers(s, "internal/account", "Mint", minters)...)
		faults = append(faults, checkCallers(s, "internal/system", "As", systems)...)
		faults = append(faults, checkHandlers(s)...)
	}
	faults = append(faults, staleCallers(tree(t), "internal/account", "Mint", minters)...)
	faults = append(faults, staleCallers(tree(t), "internal/system", "As", systems)...)
	report(t, faults)

	bad := example(t, "internal/idea/a.go", `package idea
import ("`+module+`/internal/account"; sys "`+module+`/internal/system")
var s = account.Mint(account.Grant{})
var h = sys.As("site")`)
	refuses(t, checkCallers(bad, "internal/account", "Mint", minters), "a.go:3: internal/idea may not call internal/account.Mint")
	refuses(t, checkCallers(bad, "internal/system", "As", systems), "may not call internal/system.As")
	refuses(t, checkHandlers(bad), "may not import internal/system")
	refuses(t, staleCallers([]*source{bad}, "internal/account", "Mint", minters), "no longer calls")
}

// readers may read the environment beside cmd, functions and internal/config.
var readers = []caller{
	{"internal/lab/ai", "the stand-in's own program and where it is built"},
	{"internal/lab/wordpress", "where the lab keeps PHP and WordPress"},
	{"internal/lab/aws", "what the emulator needs of this machine, and whether a suite runs as the judged child"},
}

var environment = []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}

func checkEnvironment(s *source) (faults []string) {
	if s.test() || slices.ContainsFunc([]string{"cmd", "functions", "test", "internal/config"}, func(f string) bool { return under(s.dir(), f) }) ||
		slices.ContainsFunc(readers, func(c caller) bool { return under(s.dir(), c.folder) }) {
		return nil
	}
	for _, line := range s.uses("os", environment...) {
		faults = append(faults, at(s, line, "only cmd, functions and internal/config read the environment"))
	}
	return faults
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	var faults []string
	for _, s := range tree(t) {
		faults = append(faults, checkEnvironment(s)...)
	}
	for _, c := range readers {
		if !slices.ContainsFunc(tree(t), func(s *source) bool {
			return under(s.dir(), c.folder) && !s.test() && len(s.uses("os", environment...)) > 0
		}) {
			faults = append(faults, c.folder+" no longer reads the environment: take it off the list")
		}
	}
	report(t, faults)
	refuses(t, checkEnvironment(example(t, "internal/site/a.go", "package site\nimport \"os\"\nvar local = os.Getenv(\"LOCAL\")")), "a.go:3")
}

// skippers hold calls named Skip that leave no test out.
var skippers = []caller{
	{"internal/queue/embedded/model_test.go", "an action of a random history that this state has no room for; rapid draws another"},
	{"internal/workflow/embedded/model_test.go", "the same, for histories of executions"},
}

func checkSkips(s *source) (faults []string) {
	if slices.ContainsFunc(skippers, func(c caller) bool { return c.folder == s.path }) || strings.HasPrefix(s.path, "internal/archtest/") {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) && testSupport(s) {
			faults = append(faults, at(s, s.line(n), "a test never skips: a missing tool is a failure"))
		}
		if ok && sel.Sel.Name == "Short" && s.name("testing") != "" {
			faults = append(faults, at(s, s.line(n), "no short mode: every suite runs whole"))
		}
		return true
	})
	return faults
}

func TestNoSkips(t *testing.T) {
	t.Parallel()
	var faults []string
	for _, s := range tree(t) {
		faults = append(faults, checkSkips(s)...)
	}
	for _, c := range skippers {
		if !strings.Contains(texts(t)[c.folder], ".Skip(") {
			faults = append(faults, c.folder+" no longer skips: take it off the list")
		}
	}
	report(t, faults)
	refuses(t, checkSkips(example(t, "internal/site/a_test.go", "package site\nfunc TestA(t *testing.T) { t.Skip(`x`) }")), "never skips")
	refuses(t, checkSkips(example(t, "internal/site/a_test.go", "package site\nimport \"testing\"\nvar a = testing.Short()")), "short mode")
}

// words is what no text of the project says, with the reason. Each is spelt in two parts,
// so that this file does not say it either.
var words = []struct{ pattern, why string }{
	{`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`, "finish it, or say in the docs that it is not there"},
	{`(^|[^\w.$}/-])/(wo` + `rk|ro` + `ot|ho` + `me|Us` + `ers)(/|\b)[\w/]`, "a path of one machine"},
	{`(^|[^\w.$}/:-])/t` + `mp/`, "a path of one machine: take it from the caller"},
	{`sha` + `red/`, "a folder that is not in the project"},
	{`\.(inte` + `rnal|co` + `rp|la` + `n)(:\d+)?/`, "a host of one network"},
}

// hosts are the places that texts may name beside examples, loopback and plain addresses.
var hosts = []string{
	"api.openai.com", "platform.openai.com", "api.anthropic.com", "api.stability.ai", "api.w.org", "docs.aws.amazon.com", "github.com", "go.dev", "www.w3.org",
	"wordpress.org", "developer.wordpress.org", "json-schema.org", "keepachangelog.com", "semver.org", "opencontainers.org", "schemas.openxmlformats.org",
	"stability.ai", "platform.stability.ai", "docs.claude.com", "maven.apache.org", "d1ni2b6xgvw0s0.cloudfront.net",
	"downloads.wordpress.org", "api.wordpress.org", "localhost",
}

var (
	address  = regexp.MustCompile(`https?://([A-Za-z0-9.-]+\.[a-z]{2,})`)
	fundLine = regexp.MustCompile(`^\s*("(url|funding)": )?"https://[^"]*",?$`)
	free     = regexp.MustCompile(`(?i)(^|\.)(example|test|invalid|localhost)(\.(com|org|net))?\.?$`)
)

func checkWords(name, text string) (faults []string) {
	for i, line := range strings.Split(text, "\n") {
		for _, w := range words {
			if regexp.MustCompile(w.pattern).MatchString(line) {
				faults = append(faults, name+":"+strconv.Itoa(i+1)+": "+strings.TrimSpace(line)+": "+w.why)
			}
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if strings.HasSuffix(name, "package-lock.json") && fundLine.MatchString(line) {
			continue // where a package's makers take gifts: npm writes it, nothing asks it
		}
		for _, m := range address.FindAllStringSubmatch(line, -1) {
			if h := strings.TrimRight(m[1], "."); !slices.Contains(hosts, h) && !free.MatchString(h) && !strings.HasSuffix(h, ".example") {
				faults = append(faults, name+":"+strconv.Itoa(i+1)+": "+h+" is not among the hosts that texts may name")
			}
		}
	}
	return faults
}

func TestWords(t *testing.T) {
	t.Parallel()
	var faults []string
	for name, text := range texts(t) {
		if !strings.HasPrefix(name, "internal/archtest/") {
			faults = append(faults, checkWords(name, text)...)
		}
	}
	report(t, faults)
	for _, c := range []struct{ text, want string }{
		{"// TO" + "DO later", "finish it"},
		{`dir := "/wo` + `rk/main"`, "one machine"},
		{`dir := "/ro` + `ot/.cache"`, "one machine"},
		{`dir := "/t` + `mp/x"`, "one machine"},
		{"see sha" + "red/design", "not in the project"},
		{"https://mirror.strange.io/x", "not among the hosts"},
		{"http://proxy.inte" + "rnal/x", "one network"},
	} {
		refuses(t, checkWords("internal/site/a.go", c.text), c.want)
	}
	refuses(t, checkWords("web/package-lock.json", `"resolved": "https://mirror.strange.io/x"`), "not among the hosts")
	accepts(t, checkWords("web/package-lock.json", `  "url": "https://gifts.strange.io/x"`))
	accepts(t, checkWords("a.go", "// http://a.example/work and internal/workflow, ${TMPDIR:-/t"+"mp}"))
}

// checkState: variables of a package are tables, patterns and errors, never
// something that a call changes.
func checkState(s *source) (faults []string) {
	if testSupport(s) || under(s.dir(), "cmd") {
		return nil
	}
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			faults = append(faults, at(s, s.line(f), "no init: wire it where it is used"))
		}
	}
	names := map[string]bool{}
	for _, d := range s.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, sp := range g.Specs {
				for _, n := range sp.(*ast.ValueSpec).Names {
					names[n.Name] = true
				}
			}
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || a.Tok == token.DEFINE {
			return true
		}
		for _, l := range a.Lhs {
			if x, ok := l.(*ast.Ident); ok && x.Name != "_" && names[x.Name] && !shadowed(s, x) {
				faults = append(faults, at(s, s.line(n), "the package's variable %s is changed", x.Name))
			}
		}
		return true
	})
	return faults
}

// shadowed tells whether a function around x has a parameter, result or variable of its name.
func shadowed(s *source, x *ast.Ident) (found bool) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || x.Pos() < f.Pos() || x.Pos() > f.End() {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				found = found || slices.ContainsFunc(n.Names, func(i *ast.Ident) bool { return i.Name == x.Name })
			case *ast.ValueSpec:
				found = found || slices.ContainsFunc(n.Names, func(i *ast.Ident) bool { return i.Name == x.Name })
			case *ast.AssignStmt:
				found = found || n.Tok == token.DEFINE && slices.ContainsFunc(n.Lhs, func(e ast.Expr) bool {
					i, ok := e.(*ast.Ident)
					return ok && i.Name == x.Name
				})
			}
			return true
		})
	}
	return found
}

func TestNoPackageState(t *testing.T) {
	t.Parallel()
	var faults []string
	for _, s := range tree(t) {
		faults = append(faults, checkState(s)...)
	}
	report(t, faults)
	refuses(t, checkState(example(t, "internal/site/a.go", "package site\nvar n int\nfunc f() { n = 1 }")), "variable n is changed")
	refuses(t, checkState(example(t, "internal/site/a.go", "package site\nfunc init() {}")), "no init")
	accepts(t, checkState(example(t, "internal/site/a.go", "package site\nvar n int\nfunc f(n int) { n = 1 }")))
}
