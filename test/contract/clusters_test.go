package contract_test

import (
	"fmt"
	"strings"
)

// brewing are keywords of three topics, new to the site.
const brewing = `french press coffee ratio\nfrench press coffee grind size\nfrench press coffee maker\nbest french press coffee maker\ncold brew coffee ratio\ncold brew coffee maker\nbest cold brew coffee maker\ncold brew coffee filter\nmoka pot coffee ratio\nmoka pot coffee grind size\nbest moka pot coffee maker`

// regrouping is clusters computed anew and changed by hand.
func (w *world) regrouping() {
	q := "site_id=" + w.ids["site"]
	w.do(call{op: "import_keywords", quiet: true, body: `{"site_id":"` + w.ids["site"] + `","text":"` + brewing + `"}`})
	w.work()
	w.do(call{op: "get_cluster_map", name: "map", summary: "Topics and their clusters", query: q})
	w.do(call{op: "get_cluster_map", name: "foreign", summary: "A site of another account", query: "site_id=sit_" + nothing, status: 404})
	w.do(call{op: "get_vector_price", name: "site", summary: "What vectors of all keywords would cost", query: q})
	w.do(call{op: "get_vector_price", name: "absent", summary: "No such cluster", query: q + "&sector_id=" + w.ids["sector"] + "&cluster_id=clu_" + nothing, status: 404})
	w.do(call{op: "get_vector_price", name: "foreign", summary: "A site of another account", query: "site_id=sit_" + nothing, status: 404})
	w.recluster()
	w.movesByHand()
}

func (w *world) recluster() {
	site, q := `"site_id":"`+w.ids["site"]+`"`, "site_id="+w.ids["site"]
	w.do(call{op: "recluster", name: "strictness", summary: "A strictness that is none", body: `{` + site + `,"strictness":"very"}`, status: 400})
	w.do(call{op: "recluster", name: "foreign", summary: "A site of another account", body: `{"site_id":"sit_` + nothing + `"}`, status: 404})
	w.do(call{op: "recluster", name: "absent", summary: "No such cluster", body: `{` + site + `,"cluster_id":"clu_` + nothing + `"}`, status: 404})
	w.do(call{op: "update_site", quiet: true, path: w.ids["site"], body: `{"settings":{"compare_by":"openai"}}`})
	w.do(call{op: "recluster", name: "price_changed", summary: "Vectors have to be bought, and nothing was agreed to", body: `{` + site + `,"max_credits":0}`, status: 409})
	w.do(call{op: "update_site", quiet: true, path: w.ids["site"], body: `{"settings":{"compare_by":"built_in"}}`})
	w.do(call{op: "recluster", name: "begin", summary: "What would the clusters be? A job computes it", body: `{` + site + `,"strictness":"normal"}`, header: key("recluster-1")})
	w.work()
	out := w.do(call{op: "recluster", name: "computed", summary: "It was computed: what would change", body: `{` + site + `,"strictness":"normal"}`})
	id := at(out, "data", "result", "id")
	w.do(call{op: "get_reclustering", name: "figures", summary: "At another strictness, which was computed with it", path: id, query: q + "&strictness=1"})
	w.do(call{op: "get_reclustering", name: "absent", summary: "A strictness that was not computed", path: id, query: q + "&strictness=0.33", status: 404})
	w.do(call{op: "get_reclustering", name: "foreign", summary: "A site of another account", path: id, query: "site_id=sit_" + nothing, status: 404})
	list := w.do(call{op: "list_recluster_changes", name: "changes", summary: "What would change", path: id, query: q + "&page_size=3"})
	w.do(call{op: "list_recluster_changes", name: "kind", summary: "A kind that is none", path: id, query: q + "&kind=explode", status: 400})
	change := at(list, "results", "id")
	w.do(call{op: "list_recluster_keywords", name: "keywords", summary: "The keywords of one change", path: id, query: q + "&page_size=3&change=" + strings.ReplaceAll(change, "+", "%2B")})
	w.do(call{op: "list_recluster_keywords", name: "absent", summary: "Nothing was computed under this id", path: "rgp_nothing", query: q, status: 404})

	w.do(call{op: "apply_reclustering", name: "none", summary: "No change is chosen", path: id, body: `{` + site + `,"strictness":0.5,"changes":[]}`, status: 400})
	w.do(call{op: "apply_reclustering", name: "unknown", summary: "A change that was not computed", path: id, body: `{` + site + `,"strictness":0.5,"changes":["split:nothing"]}`, status: 400})
	w.do(call{op: "apply_reclustering", name: "foreign", summary: "A site of another account", path: id, body: `{"site_id":"sit_` + nothing + `","strictness":0.5}`, status: 404})
	w.do(call{op: "apply_reclustering", name: "part", summary: "Make one of the changes", path: id, body: `{` + site + `,"strictness":0.5,"changes":["` + change + `"]}`, header: key("apply-1")})
	w.do(call{op: "apply_reclustering", name: "changed_since", summary: "The keywords were changed since it was computed", path: id, body: `{` + site + `,"strictness":0.5}`, status: 409})
	job := w.do(call{op: "recluster", name: "at_once", summary: "Make all changes without a look: a job", body: `{` + site + `,"strictness":"tight","dry_run":false}`, header: key("recluster-2")})
	w.work()
	done := w.do(call{op: "get_job", quiet: true, path: at(job, "data", "job", "id")})
	if at(done, "data", "status") != "done" || at(done, "data", "result", "applied", "undo_version") == "0" {
		w.Errorf("the job that makes all changes: %v", done["data"])
	}
}

// members gives the ids of a cluster's keywords, as an array has them.
func (w *world) members(cluster string) (ids []string) {
	w.Helper()
	list := w.do(call{op: "list_cluster_keywords", quiet: true, path: cluster, query: "site_id=" + w.ids["site"]})
	for _, m := range list["results"].([]any) { //nolint:forcetypeassert // a fault of the test
		ids = append(ids, fmt.Sprint(m.(anything)["id"])) //nolint:forcetypeassert // a fault of the test
	}
	return ids
}

func (w *world) movesByHand() {
	site, q := `"site_id":"`+w.ids["site"]+`"`, "site_id="+w.ids["site"]
	list := ids1(w.do(call{op: "list_clusters", quiet: true, query: q + "&status=new&ordering=-keywords_count"}))
	if len(list) < 3 {
		w.Fatalf("the walk needs three clusters without ideas, and has %d", len(list))
	}
	first, second, third := list[0], list[1], list[2]
	w.do(call{op: "list_cluster_keywords", name: "keywords", summary: "The most alike first, and why they are there", path: first, query: q + "&page_size=2"})
	w.do(call{op: "list_cluster_keywords", name: "absent", summary: "No such cluster", path: "clu_" + nothing, query: q, status: 404})
	w.do(call{op: "get_cluster_map_keywords", name: "window", summary: "The keywords of two clusters", query: q + "&cluster_ids=" + second + "," + third})
	w.do(call{op: "get_cluster_map_keywords", name: "many", summary: "More than 200 clusters", query: q + "&cluster_ids=" + strings.Repeat("c,", 200) + "c", status: 400})
	w.do(call{op: "get_cluster_map_keywords", name: "foreign", summary: "A site of another account", query: "site_id=sit_" + nothing + "&cluster_ids=" + second, status: 404})

	in := w.members(first)
	some := func(more string, ids ...string) string {
		return `{` + site + `,"keyword_ids":[` + strings.Join(ids, ",") + `]` + more + `}`
	}
	w.do(call{op: "lock_keywords", name: "lock", summary: "Hold one where it is", body: some(`,"locked":true`, in[0])})
	w.do(call{op: "lock_keywords", name: "absent", summary: "No such keyword", body: some(`,"locked":true`, "999999"), status: 400})
	w.do(call{op: "lock_keywords", name: "foreign", summary: "A site of another account", body: `{"site_id":"sit_` + nothing + `","keyword_ids":[1],"locked":true}`, status: 404})
	w.do(call{op: "move_keywords", name: "nowhere", summary: "Neither a cluster nor a name", body: some("", in[0]), status: 400})
	w.do(call{op: "move_keywords", name: "foreign", summary: "A site of another account", body: `{"site_id":"sit_` + nothing + `","keyword_ids":[1],"name":"brewing"}`, status: 404})
	w.do(call{op: "move_keywords", name: "absent", summary: "No such cluster", body: some(`,"cluster_id":"clu_`+nothing+`"`, in[0]), status: 404})
	w.do(call{op: "move_keywords", name: "move", summary: "Into another cluster", body: some(`,"cluster_id":"`+second+`"`, in[0]), header: key("move-1")})
	made := w.do(call{op: "move_keywords", name: "new", summary: "Into a new cluster", body: some(`,"name":"brewing by hand"`, w.members(second)[0]), header: key("move-2")})
	w.do(call{op: "move_keywords", name: "taken", summary: "The sector has one of this name", body: some(`,"name":"Brewing by Hand"`, in[0]), status: 409})

	in = w.members(second)
	tag := w.tagOf("get_cluster", second)
	w.do(call{op: "split_cluster", name: "others", summary: "A keyword of another cluster", path: second, body: some(`,"name":"parts"`, w.members(first)[0]), status: 400})
	w.do(call{op: "split_cluster", name: "all", summary: "Nothing would be left", path: second, body: some(`,"name":"parts"`, in...), status: 400})
	w.do(call{op: "split_cluster", name: "taken", summary: "The sector has one of this name", path: second, body: some(`,"name":"brewing by hand"`, in[0]), status: 409})
	w.do(call{op: "split_cluster", name: "foreign", summary: "A site of another account", path: second, body: `{"site_id":"sit_` + nothing + `","keyword_ids":[1],"name":"parts"}`, status: 404})
	w.do(call{op: "split_cluster", name: "split", summary: "Take one keyword into a new cluster, if nobody else has changed this one", path: second, body: some(`,"name":"parts of its own"`, in[0]), header: map[string]string{"Idempotency-Key": "split-1", "If-Match": tag}})
	w.do(call{op: "update_cluster", quiet: true, path: second, query: q, body: `{"description":"What is left"}`})
	w.do(call{op: "split_cluster", name: "changed", summary: "Others changed it meanwhile", path: second, body: some(`,"name":"more parts"`, in[1]), header: ifMatch(tag), status: 412})
	w.merges(second, third, at(made, "data", "cluster_id"))
}

func (w *world) merges(into, other, last string) {
	q := "site_id=" + w.ids["site"]
	tag := w.tagOf("get_cluster", into)
	ideas := ids1(w.do(call{op: "list_clusters", quiet: true, query: q + "&status=mapped"}))[0]
	w.do(call{op: "recluster", name: "too_few", summary: "How would a cluster of one keyword split?", body: `{"site_id":"` + w.ids["site"] + `","cluster_id":"` + last + `"}`, status: 400})
	w.do(call{op: "merge_clusters", name: "itself", summary: "Into itself", path: into, body: w.some("", into), status: 409})
	w.do(call{op: "merge_clusters", name: "has_ideas", summary: "Ideas were made of it: nothing is merged", path: into, body: w.some("", other, ideas), status: 409})
	w.do(call{op: "merge_clusters", name: "absent", summary: "One is not there: nothing is merged", path: into, body: w.some("", other, "clu_"+nothing), status: 404})
	w.do(call{op: "merge_clusters", name: "foreign", summary: "A site of another account", path: into, body: `{"site_id":"sit_` + nothing + `","ids":["` + other + `"]}`, status: 404})
	w.do(call{op: "merge_clusters", name: "changed", summary: "Others changed it meanwhile", path: into, body: w.some("", other), header: ifMatch(`"1"`), status: 412})
	done := w.do(call{op: "merge_clusters", name: "merge", summary: "Merge two others into it", path: into, body: w.some("", other, last), header: map[string]string{"Idempotency-Key": "merge-1", "If-Match": tag}})
	w.do(call{op: "undo_keywords", quiet: true, body: `{"site_id":"` + w.ids["site"] + `","version":` + at(done, "data", "undo_version") + `}`})
	w.do(call{op: "get_cluster", quiet: true, path: other, query: q})
}
