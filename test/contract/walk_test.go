package contract_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/httpapi"
)

var update = flag.Bool("update", false, "write the examples of the OpenAPI document")

const examplesFolder = "../../internal/app/api/examples"

// unreached are operations that the walk can't call, with the reason.
var unreached = map[string]string{}

// unmet are codes that operations name and the walk does not meet, with the reason.
var unmet = map[string]string{
	"busy":               "takes several others who change the same rows at the same instant: internal/rowset",
	"run_ended":          "takes a run that ends between a look and a write: internal/automation",
	"undo_gone":          "takes 14 days: internal/keyword",
	"too_many_views":     "takes a hundred views: internal/view",
	"changed_since":      "of a view, takes others who change it at the same instant: internal/view",
	"slug_taken":         "takes a hundred sites of one name: internal/site",
	"account_required":   "takes a member who was shut out: internal/identity",
	"changed_meanwhile":  "of tasks made of ideas, takes others who change the ideas at the same instant: internal/app/planner",
	"credits":            "of a retry, a resumption and cheap work, takes a balance that others use up meanwhile: internal/automation",
	"publishing":         "takes the instant in which a job publishes: internal/content",
	"in_work":            "of a connection, takes a publication to an outside site: internal/app/api",
	"integration_exists": "of a change, takes one of two connections that are not active: internal/integration",
	"has_ideas":          "of ideas asked for, takes a fold that ended between two writes: internal/automation/stages/ideas",
	"not_draft":          "of pictures to plan, takes a draft that was moved to review without them: internal/automation/stages/prompts",
	"no_content":         "takes a picture whose content was deleted: internal/automation/stages/images",
}

// TestWalk makes every call, in the order in which a newcomer would. A new operation gets
// its calls in the file of its group: <group>_test.go, the part of its path after /v1/.
func TestWalk(t *testing.T) {
	w := newWorld(t, 1)
	w.auth()
	w.system()
	w.planner()
	w.automation()
	w.planned()
	w.writer()
	w.signIn()
	w.byHand()
	w.items()
	w.signIn()
	w.regrouping()
	w.signIn()
	w.prompts()
	w.jobs()
	w.integration()
	w.connections()
	w.account()
	w.billing()
	w.events()
	w.moreSites()
	w.poor()
	w.leave()
	w.all()
	w.requests()
	w.keys()
	w.remembered()
	if !t.Failed() {
		w.compare()
	}
}

// all holds that every operation was called, and every code of its own was met.
func (w *world) all() {
	w.Helper()
	needless := maps.Clone(unmet)
	for id, o := range w.ops {
		group := api.Group(o.Spec.Path)
		good := slices.ContainsFunc(w.seen[id], func(x httpapi.Example) bool { return x.Status < 300 })
		if reason := unreached[id]; good == (reason != "") {
			w.Errorf("%s %s (%s) has no example of a success: add a call to test/contract/%s_test.go (called from walk_test.go), then make docs", o.Spec.Method, o.Spec.Path, id, group)
		}
		own := append(slices.Clone(o.Spec.Codes), api.Words()[id].Codes...)
		for _, code := range own {
			switch {
			case w.codes[id][code]:
			case unmet[code] != "":
				delete(needless, code)
			default:
				w.Errorf("%s names the code %q: add a call that meets it to test/contract/%s_test.go, or the reason why none can to unmet in walk_test.go", id, code, group)
			}
		}
		if api.Words()[id].Description == "" && o.Spec.Description == "" {
			w.Errorf("%s has no description: write one into internal/app/api/words_%s.go, or into its route", id, group)
		}
	}
	w.versions()
	for code := range needless {
		w.Errorf("the code %q is met wherever it is named: take it out of unmet", code)
	}
}

// compare holds the walk against the examples that the document has.
func (w *world) compare() {
	w.Helper()
	groups := map[string]map[string][]httpapi.Example{}
	for id, x := range w.seen {
		g := api.Group(w.ops[id].Spec.Path)
		if groups[g] == nil {
			groups[g] = map[string][]httpapi.Example{}
		}
		groups[g][id] = x
	}
	for g, x := range groups {
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		if err := enc.Encode(x); err != nil {
			w.Fatal(err)
		}
		name := filepath.Join(examplesFolder, g+".json")
		if *update {
			if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
				w.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(name); err != nil || !bytes.Equal(kept, text.Bytes()) {
			w.Errorf("the examples of %s are not what the API answers now (%v): look at the difference after make docs", g, err)
		}
	}
	for _, name := range need(os.ReadDir(examplesFolder))(w) {
		if g := name.Name()[:len(name.Name())-len(".json")]; groups[g] == nil {
			w.Errorf("%s/%s has examples that no call makes: delete it", examplesFolder, name.Name())
		}
	}
}

// versions holds that a record whose answers have an ETag is changed and deleted with an
// If-Match.
func (w *world) versions() {
	w.Helper()
	tagged := map[string]bool{}
	for _, o := range w.ops {
		if o.Spec.Method == http.MethodGet && o.Tagged() {
			tagged[o.Spec.Path] = true
		}
	}
	for id, o := range w.ops {
		if s := o.Spec; s.Method != http.MethodGet && s.Method != http.MethodPost && tagged[s.Path] && !s.IfMatch {
			w.Errorf("%s (%s %s) changes a record that has an ETag: set RouteSpec.IfMatch, and call httpapi.Unchanged where it is changed", id, s.Method, s.Path)
		}
	}
}
