package infra_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/app/api"
	settings "github.com/igny8/igny8/internal/config"
)

// functions are the functions of the template by their folder.
func (p project) functions() map[string]resource {
	out := map[string]resource{}
	for _, r := range p.resources("AWS::Serverless::Function") {
		out[strings.TrimSuffix(strings.TrimPrefix(text(at(r.props, "CodeUri")), "dist/"), "/")] = r
	}
	return out
}

// folders are those of functions/ with the files that each has to have; those files by folder.
func folders(t *testing.T) map[string][]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "functions"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		out[e.Name()] = nil
		for _, f := range []string{"main.go", "event.json"} {
			if _, err := os.Stat(filepath.Join(root, "functions", e.Name(), f)); err == nil {
				out[e.Name()] = append(out[e.Name()], f)
			}
		}
	}
	return out
}

// logical is the name of a folder's function: worker-ai is WorkerAi.
func logical(folder string) (out string) {
	for part := range strings.SplitSeq(folder, "-") {
		out += strings.ToUpper(part[:1]) + part[1:]
	}
	return out
}

// checkFunctions: each folder is a function, and the reverse; a function is what
// scripts/deploy.sh built, and logs where its role may.
func checkFunctions(p project, folders map[string][]string) (faults []string) {
	have := p.functions()
	for folder, files := range folders {
		if _, ok := have[folder]; !ok {
			faults = append(faults, "functions/"+folder+" is in no template")
		}
		if len(files) != 2 {
			faults = append(faults, "functions/"+folder+" needs main.go and event.json")
		}
	}
	for folder, r := range have {
		bad := func(why string) { faults = append(faults, r.id+": "+why) }
		if _, ok := folders[folder]; !ok {
			bad("CodeUri names dist/" + folder + "/, and functions/" + folder + " is not there")
		}
		if r.id != logical(folder) || text(at(r.props, "CodeUri")) != "dist/"+folder+"/" {
			bad("is not " + logical(folder) + " of dist/" + folder + "/")
		}
		if text(at(r.all, "Metadata", "SkipBuild")) != "true" {
			bad("sam would build it again")
		}
		if !is(at(r.props, "LoggingConfig", "LogGroup"), "Ref", r.id+"Logs") {
			bad("does not log into its own group")
		}
	}
	common := at(p.docs[rootDoc], "Globals", "Function")
	if text(at(common, "Runtime")) != "provided.al2023" || !is(list(at(common, "Architectures"))[0], "Ref", "Architecture") {
		faults = append(faults, "Globals: the runtime or the architecture")
	}
	return faults
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	p, have := load(t), folders(t)
	report(t, checkFunctions(p, have))
	extra := maps.Clone(have)
	extra["worker-new"] = []string{"main.go", "event.json"}
	refuses(t, checkFunctions(p, extra), "functions/worker-new is in no template")
	less := maps.Clone(have)
	delete(less, "tick")
	refuses(t, checkFunctions(p, less), "functions/tick is not there")
	bare := maps.Clone(have)
	bare["tick"] = []string{"main.go"}
	refuses(t, checkFunctions(p, bare), "functions/tick needs main.go and event.json")
	refuses(t, checkFunctions(p.with(t, rootDoc, "CodeUri: dist/tick/", "CodeUri: dist/tick"), have), "is not Tick of dist/tick/")
	refuses(t, checkFunctions(p.with(t, rootDoc, "LogGroup: !Ref TickLogs", "LogGroup: !Ref StageLogs"), have), "Tick: does not log into its own group")
	refuses(t, checkFunctions(p.with(t, rootDoc, "Metadata: {SkipBuild: true}", "Metadata: {}"), have), "sam would build it again")
	refuses(t, checkFunctions(p.with(t, rootDoc, "Runtime: provided.al2023", "Runtime: go1.x"), have), "Globals")
}

// reads are the variables that a function's struct reads, without those of the platform.
func reads(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for name, c := range settings.Functions() {
		all, err := settings.Variables(c)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = slices.DeleteFunc(all, func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	}
	return out
}

// variables are those that the template sets for a function.
func (p project) variables(r resource) map[string]any {
	out := map[string]any{}
	for _, v := range []any{at(p.docs[rootDoc], "Globals", "Function"), r.props} {
		m, _ := at(v, "Environment", "Variables").(map[string]any)
		maps.Copy(out, m)
	}
	return out
}

// checkVariables: what the template sets for a function is what it reads.
func checkVariables(p project, reads map[string][]string) (faults []string) {
	for folder, r := range p.functions() {
		set := slices.Collect(maps.Keys(p.variables(r)))
		for _, v := range reads[folder] {
			if !slices.Contains(set, v) {
				faults = append(faults, folder+" reads "+v+", which the template does not set")
			}
		}
		for _, v := range set {
			if !slices.Contains(reads[folder], v) {
				faults = append(faults, folder+" does not read "+v+", which the template sets")
			}
		}
	}
	return faults
}

func TestVariables(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkVariables(p, reads(t)))
	refuses(t, checkVariables(p.with(t, rootDoc, "IGNY8_RESEND:", "IGNY8_RESENT:"), reads(t)), "tick reads IGNY8_RESEND")
	refuses(t, checkVariables(p.with(t, rootDoc, "IGNY8_RESEND:", "IGNY8_RESENT:"), reads(t)), "tick does not read IGNY8_RESENT")
	refuses(t, checkVariables(p.with(t, rootDoc, "IGNY8_TABLE:", "IGNY8_STORE:"), reads(t)), "stage reads IGNY8_TABLE")
}

// groups say which function answers the routes of a group, the name after /v1/.
var groups = map[string]string{
	"auth": "ApiAuth", "planner": "ApiPlanner", "writer": "ApiWriter", "automation": "ApiAutomation", "jobs": "ApiAutomation", "account": "ApiAutomation",
	"integration": "ApiIntegration", "billing": "ApiBilling", "system": "ApiSystem", "events": "ApiSystem",
}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}

// routed is the function that the gateway calls for a method and path: of the paths that fit
// and have the method the one with the longest beginning.
func (p project) routed(method, path string) (function string) {
	best := -1
	for _, r := range p.resources("AWS::Serverless::Function") {
		events, _ := at(r.props, "Events").(map[string]any)
		for _, e := range events {
			own := text(at(e, "Properties", "Path"))
			begin, greedy := strings.CutSuffix(own, "{proxy+}")
			fits := path == own || greedy && len(path) > len(begin) && strings.HasPrefix(path, begin)
			if text(at(e, "Type")) == "Api" && text(at(e, "Properties", "Method")) == method && fits && len(begin) > best {
				best, function = len(begin), r.id
			}
		}
	}
	return function
}

// checkRoutes: each group's paths reach its function by every method, below both
// beginnings; whatever is no group's reaches ApiSystem, which answers in our envelope.
func checkRoutes(p project, paths []string) (faults []string) {
	want := map[string]string{"/": "ApiSystem", "/x": "ApiSystem", "/v1/openapi.json": "ApiSystem", "/v1/auth/": "ApiSystem", "/v1/nothing/": "ApiSystem"}
	for _, path := range paths {
		group, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
		want[path], want["/api"+path] = groups[group], groups[group]
	}
	for path, function := range want {
		for _, m := range methods {
			if got := p.routed(m, path); got != function || function == "" {
				faults = append(faults, m+" "+path+" reaches "+got+" and not "+function)
			}
		}
	}
	return faults
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	p := load(t)
	var paths []string
	for _, o := range api.Operations(api.Deps{}) {
		paths = append(paths, strings.NewReplacer("{", "", "}", "").Replace(o.Spec.Path))
	}
	if len(paths) < 30 {
		t.Fatalf("only %d routes", len(paths))
	}
	report(t, checkRoutes(p, paths))
	refuses(t, checkRoutes(p.with(t, rootDoc, `Path: "/v1/auth/{proxy+}", Method: PUT`, `Path: "/v1/auth/{proxy+}", Method: ANY`), paths), "PUT /v1/auth/login/ reaches ApiSystem and not ApiAuth")
	refuses(t, checkRoutes(p.with(t, rootDoc, `Path: "/", Method: GET`, `Path: "/y", Method: GET`), paths), "GET / reaches  and not ApiSystem")
	refuses(t, checkRoutes(p, []string{"/v1/strange/x/"}), "/v1/strange/x/ reaches ApiSystem and not ")
}
