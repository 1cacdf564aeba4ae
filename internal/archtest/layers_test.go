package archtest

import (
	"slices"
	"strings"
	"testing"
)

// layer is a group of folders and the layers that their non-test files may import beside
// their own folder's tree.
type layer struct {
	name    string
	folders []string // the first layer that has a folder's path wins, so special ones come first
	may     []string
}

var layers = []layer{
	{"test", []string{"test", "internal/archtest"}, []string{"*"}},
	{"lab", []string{"internal/lab"}, nil},
	{"suite", []string{"internal/*/tabletest", "internal/*/queuetest", "internal/*/blobtest", "internal/*/workflowtest",
		"internal/*/mailtest", "internal/*/sealtest", "internal/*/secrettest", "internal/*/apitest", "internal/automation/stages/stagetest"},
		[]string{"vocabulary", "port", "driver", "base", "client", "feature", "automation", "stages", "suite"}},
	{"driver", []string{"internal/table/embedded", "internal/queue/embedded", "internal/workflow/embedded",
		"internal/blob/embedded", "internal/mail/embedded", "internal/seal/embedded", "internal/table/dynamo",
		"internal/queue/sqs", "internal/workflow/sfn", "internal/blob/s3", "internal/mail/ses", "internal/seal/kms",
		"internal/secret/embedded", "internal/secret/ssm"},
		[]string{"vocabulary", "port", "file"}},
	{"file", []string{"internal/commit"}, nil},
	{"vocabulary", []string{"internal/account", "internal/errs", "internal/id", "internal/clock", "internal/system", "internal/structure"}, nil},
	{"port", []string{"internal/table", "internal/queue", "internal/workflow", "internal/blob", "internal/mail", "internal/seal",
		"internal/secret"}, []string{"vocabulary"}},
	{"base", []string{"internal/httpapi", "internal/credit", "internal/rowset", "internal/event", "internal/record"}, []string{"vocabulary", "port"}},
	{"client", []string{"internal/ai", "internal/guard", "internal/image", "internal/wordpress"}, []string{"vocabulary"}},
	{"feature", []string{"internal/identity", "internal/site", "internal/view", "internal/prompt", "internal/upload", "internal/keyword", "internal/cluster",
		"internal/idea", "internal/task", "internal/content", "internal/imagery", "internal/publish", "internal/integration",
		"internal/billing", "internal/schedule"}, []string{"vocabulary", "port"}},
	{"stages", []string{"internal/automation/stages"}, []string{"vocabulary", "port", "base", "client", "feature", "automation"}},
	{"automation", []string{"internal/automation"}, []string{"vocabulary", "port", "client"}},
	{"runtime", []string{"internal/app/embedded"}, []string{"vocabulary", "port", "driver", "base", "client", "feature", "automation", "stages", "app", "root"}},
	{"app", []string{"internal/app"}, []string{"vocabulary", "port", "base", "client", "feature", "automation", "stages"}},
	{"config", []string{"internal/config", "internal/obs", "internal/lambdaio"}, []string{"vocabulary", "port", "base", "config"}},
	{"cmd", []string{"cmd"}, []string{"vocabulary", "port", "base", "client", "feature", "automation", "stages", "app", "runtime", "config", "root"}},
	{"function", []string{"functions"}, []string{"vocabulary", "port", "driver", "base", "client", "app", "config"}},
	{"root", []string{"statemachines", "web", "docs", "internal/webapp"}, nil},
}

// edge is one import beside the layers, with its reason.
type edge struct{ from, to, why string }

var edges = []edge{
	{"internal/id", "internal/clock", "ids begin with the time, which is injected"},
	{"internal/ai", "internal/credit", "a model's price is in the ledger's micro-dollars"},
	{"internal/ai/demo/draw", "internal/image", "the demo painter draws into checked pictures"},
	{"internal/ai/openai", "internal/image", "a picture that came over the wire is checked before it is used"},
	{"internal/ai/stability", "internal/image", "a picture that came over the wire is checked before it is used"},
	{"internal/automation", "internal/credit", "a wave holds and settles credits"},
	{"internal/keyword", "internal/rowset", "keywords are a row set"},
	{"internal/keyword", "internal/cluster/engine/intent", "the rules that tell an intent by a keyword's words are data, for keywords and their clusters alike"},
	{"internal/cluster", "internal/rowset", "clusters are a row set, swapped together with the keywords"},
	{"internal/lab/aws", "internal/lambdaio/wire", "the lab's clients speak as the functions' do"},
	{"internal/publish/wordpress", "internal/wordpress", "the destination speaks through the client"},
	{"internal/automation", "internal/event", "a run tells its story in its own transactions"},
	{"internal/credit", "internal/httpapi", "routes.go names the operations of credits"},
	{"internal/event", "internal/httpapi", "routes.go names the operation of events"},
	{"internal/automation", "internal/httpapi", "routes.go names the operations of runs"},
	{"internal/automation", "internal/httpapi/idem", "a run that is started twice by one request is one run"},
	{"internal/record", "internal/httpapi", "a record is held against the version that its request names, alone or in bulk"},
	{"internal/record", "internal/httpapi/idem", "the idempotency record goes into the write's own transaction"},
	{"internal/*", "internal/record", "ideas, tasks, contents and images are records of a site"},
	{"internal/*", "internal/httpapi", "a feature's routes.go names its operations"},
	{"internal/*", "internal/httpapi/idem", "the idempotency record goes into the write's own transaction"},
}

// foreign says which folders alone may import a module.
var foreign = []struct {
	module  string
	folders []string
}{
	{"github.com/aws/", []string{"internal/*/dynamo", "internal/*/sqs", "internal/*/sfn", "internal/*/s3", "internal/*/ses",
		"internal/*/kms", "internal/*/ssm", "internal/lambdaio", "functions", "internal/lab/dynamodb", "internal/lab/aws", "internal/lab/coldstart/empty", "test/e2e", "test/bench-keywords", "test/bench-cost", "test/awschaos", "test/deploy"}},
	{"github.com/awslabs/", []string{"internal/lambdaio", "functions"}},
	{"go.etcd.io/bbolt", []string{"internal/*/embedded", "internal/commit"}},
	{"github.com/fxamacker/cbor", []string{"internal/table/embedded"}},
	{"github.com/danielgtaylor/huma", []string{"internal/httpapi"}},
	{"github.com/openai/", []string{"internal/ai/openai"}},
	{"github.com/anthropics/", []string{"internal/ai/anthropic"}},
	{"github.com/golang-jwt/", []string{"internal/identity"}},
	{"github.com/alexedwards/argon2id", []string{"internal/identity", "internal/app", "test"}},
	{"github.com/alecthomas/kong", []string{"cmd"}},
	{"github.com/caarlos0/env", []string{"internal/config"}},
	{"github.com/pierrec/lz4/", []string{"internal/rowset"}},
	{"github.com/oklog/ulid", []string{"internal/id", "internal/table/tabletest"}},
	{"pgregory.net/rapid", []string{"internal/table/tabletest"}},
}

func layerOf(dir string) *layer {
	for i, l := range layers {
		if slices.ContainsFunc(l.folders, func(f string) bool { return under(dir, f) }) {
			return &layers[i]
		}
	}
	return nil
}

// tops is the folder that an import of the same tree is free within: the third name of a
// stage, the second name elsewhere.
func top(dir string) string {
	parts := strings.Split(dir, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func checkImports(s *source) (faults []string) {
	from := layerOf(s.dir())
	if from == nil {
		return []string{at(s, 1, "the folder is in no layer: add it to the table of layers")}
	}
	for _, imported := range s.imports() {
		if !ours(imported) {
			if why := checkForeign(s, from, imported); why != "" {
				faults = append(faults, at(s, 1, "%s", why))
			}
			continue
		}
		to := layerOf(imported)
		if to == nil || !allowed(s, from, to, imported) {
			faults = append(faults, at(s, 1, "%s may not import %s", from.name, imported))
		}
	}
	return faults
}

func ours(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return slices.Contains([]string{"internal", "cmd", "functions", "test", "statemachines", "web", "docs"}, first)
}

func allowed(s *source, from, to *layer, imported string) bool {
	if slices.Contains(from.may, "*") || slices.Contains(from.may, to.name) {
		return true
	}
	same := top(imported) == top(s.dir())
	switch {
	case s.test() && imported == s.dir():
		return true
	case s.test() && slices.Contains([]string{"vocabulary", "port", "driver", "base", "suite", "lab", "client"}, to.name):
		return true
	case s.test() && to.name == "feature" && from.name == "stages":
		return true
	case from.name == "app" && to.name == "app", from.name == "stages" && to.name == "stages":
		return true // the groups share parts; a stage folder shares ask and pick
	case same && from.name == to.name:
		return from.name != "vocabulary" && from.name != "driver"
	}
	if to.name == "root" && slices.Contains([]string{"app", "runtime", "cmd", "function"}, from.name) {
		return true
	}
	return slices.ContainsFunc(edges, func(e edge) bool {
		if e.from == "internal/*" && from.name != "feature" && from.name != "app" {
			return false
		}
		return imported == e.to && (s.dir() == e.from || (e.from == "internal/*" && under(s.dir(), e.from)))
	})
}

func checkForeign(s *source, from *layer, imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		if imported == "testing" && !s.test() && from.name != "suite" && from.name != "lab" && from.name != "test" {
			return "only tests, suites and labs import testing"
		}
		return ""
	}
	if from.name == "vocabulary" && s.dir() != "internal/id" {
		return "vocabulary imports the standard library only, not " + imported
	}
	for _, f := range foreign {
		if !strings.HasPrefix(imported, f.module) || (s.test() && !strings.HasPrefix(f.module, "github.com/aws")) {
			continue
		}
		if !slices.ContainsFunc(f.folders, func(d string) bool { return under(s.dir(), d) }) {
			return imported + " belongs in " + strings.Join(f.folders, ", ") + " alone"
		}
	}
	return ""
}

func TestImports(t *testing.T) {
	t.Parallel()
	var faults []string
	for _, s := range tree(t) {
		faults = append(faults, checkImports(s)...)
	}
	report(t, faults)
}

// TestEdgesInUse is the ratchet of the exceptions.
func TestEdgesInUse(t *testing.T) {
	t.Parallel()
	report(t, staleEdges(tree(t), edges))
	refuses(t, staleEdges(tree(t), []edge{{"internal/site", "internal/wordpress", "none"}}), "no longer needed")
}

func staleEdges(all []*source, list []edge) (faults []string) {
	for _, e := range list {
		if !slices.ContainsFunc(all, func(s *source) bool {
			return !s.test() && under(s.dir(), e.from) && slices.Contains(s.imports(), e.to)
		}) {
			faults = append(faults, "the edge "+e.from+" -> "+e.to+" is no longer needed: remove it")
		}
	}
	return faults
}

func TestImportsRefuses(t *testing.T) {
	t.Parallel()
	file := func(imported string) string {
		return "package p\nimport _ \"" + imported + "\"\n"
	}
	for _, c := range []struct{ path, imported, want string }{
		{"internal/idea/service.go", module + "/internal/task", "feature may not import internal/task"},
		{"internal/idea/items.go", module + "/internal/table/embedded", "feature may not import internal/table/embedded"},
		{"internal/idea/idea_test.go", module + "/internal/task", "feature may not import internal/task"},
		{"internal/site/site.go", module + "/internal/rowset", "feature may not import internal/rowset"},
		{"internal/errs/errs.go", module + "/internal/table", "vocabulary may not import internal/table"},
		{"internal/errs/errs.go", module + "/internal/account", "vocabulary may not import internal/account"},
		{"internal/errs/errs.go", "github.com/google/go-cmp/cmp", "standard library only"},
		{"internal/table/table.go", module + "/internal/queue", "port may not import internal/queue"},
		{"internal/table/table.go", module + "/internal/table/dynamo", "port may not import internal/table/dynamo"},
		{"internal/table/embedded/a.go", module + "/internal/queue/embedded", "driver may not import"},
		{"internal/table/embedded/a.go", "github.com/aws/aws-sdk-go-v2/aws", "alone"},
		{"internal/automation/run.go", module + "/internal/site", "automation may not import internal/site"},
		{"internal/automation/run.go", module + "/internal/automation/stages/ask", "automation may not import"},
		{"internal/automation/stages/x/x.go", module + "/internal/app/product", "stages may not import"},
		{"internal/app/product/p.go", module + "/internal/table/embedded", "app may not import"},
		{"internal/app/product/p.go", module + "/internal/app/embedded", "app may not import"},
		{"functions/stage/main.go", module + "/internal/app/embedded", "function may not import"},
		{"internal/site/site.go", module + "/internal/lab/ai", "feature may not import internal/lab/ai"},
		{"internal/site/site.go", module + "/internal/table/tabletest", "feature may not import"},
		{"internal/site/site.go", "testing", "only tests"},
		{"internal/site/site.go", "github.com/danielgtaylor/huma/v2", "alone"},
		{"internal/site/site_test.go", "github.com/aws/aws-sdk-go-v2/aws", "alone"},
		{"internal/utils/utils.go", "fmt", "in no layer"},
	} {
		refuses(t, checkImports(example(t, c.path, file(c.imported))), c.want)
	}
	accepts(t, checkImports(example(t, "internal/idea/idea_test.go", file(module+"/internal/table/embedded"))))
	accepts(t, checkImports(example(t, "internal/cluster/service.go", file(module+"/internal/rowset"))))
}
