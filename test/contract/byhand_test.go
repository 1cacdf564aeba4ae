package contract_test

import (
	"net/http"
	"strings"
)

// nothing is an id that no record has, of whatever kind.
const nothing = "01KQS8X2XW0000000000000000"

const aeropress = `aeropress recipe\nbest aeropress recipe\naeropress recipes for beginners\naeropress coffee recipe\naeropress espresso recipe\ninverted aeropress recipe`

// some is the body of a request about some of the site's records.
func (w *world) some(more string, ids ...string) string {
	return `{"site_id":"` + w.ids["site"] + `","ids":["` + strings.Join(ids, `","`) + `"]` + more + `}`
}

// ids1 reads the ids of a list's page.
func ids1(list anything) (out []string) {
	for _, x := range list["results"].([]any) { //nolint:forcetypeassert // a fault of the test
		out = append(out, x.(anything)["id"].(string)) //nolint:forcetypeassert // a fault of the test
	}
	return out
}

func key(name string) map[string]string        { return map[string]string{"Idempotency-Key": name} }
func ifMatch(version string) map[string]string { return map[string]string{"If-Match": version} }

// byHand is the way from keywords to a published article without a run, step by step.
func (w *world) byHand() {
	w.clusters()
	w.ideas()
	w.tasks()
	w.draft()
	w.images()
	w.review()
}

func (w *world) clusters() {
	site, q := `"site_id":"`+w.ids["site"]+`"`, "site_id="+w.ids["site"]
	w.do(call{op: "cluster_keywords", name: "too_few", summary: "A sector without new keywords", body: `{` + site + `,"sector_ids":["` + w.ids["sector"] + `"]}`, status: 400})
	w.do(call{op: "cluster_keywords", name: "nothing_to_do", summary: "No sector has 5 new keywords", body: `{` + site + `}`, status: 409})
	old := ids1(w.do(call{op: "list_clusters", quiet: true, query: q + "&status=mapped"}))
	w.do(call{op: "import_keywords", quiet: true, body: `{` + site + `,"text":"` + aeropress + `"}`})
	w.work()
	w.do(call{op: "cluster_keywords", name: "group", summary: "Group the new keywords", body: `{` + site + `}`, header: key("group-1")})
	w.do(call{op: "delete_cluster", name: "in_work", summary: "Its sector is being grouped", path: old[0], query: q, status: 409})
	w.do(call{op: "bulk_delete_clusters", name: "in_work", summary: "Their sector is being grouped", body: w.some("", old[:min(2, len(old))]...), status: 409})
	w.work()
	list := ids1(w.do(call{op: "list_clusters", quiet: true, query: q + "&status=new&ordering=-keywords_count"}))
	w.ids["cluster"] = list[0]

	w.do(call{op: "create_cluster", name: "nameless", summary: "A name of blanks", body: `{` + site + `,"name":"  "}`, status: 400})
	made := w.do(call{op: "create_cluster", name: "create", summary: "A cluster of one's own", body: `{` + site + `,"name":"aeropress accessories","description":"Filters, caps and travel cases"}`, header: key("cluster-1")})
	id := at(made, "data", "id")
	w.do(call{op: "create_cluster", name: "taken", summary: "The sector has one of this name", body: `{` + site + `,"name":"Aeropress Accessories"}`, status: 409})
	w.do(call{op: "get_cluster", name: "cluster", summary: "One cluster", path: id, query: q})
	w.do(call{op: "get_cluster", name: "absent", summary: "No such cluster", path: "clu_" + nothing, query: q, status: 404})
	w.do(call{op: "update_cluster", name: "rename", summary: "Rename it, if nobody else has changed it", path: id, query: q, body: `{"name":"aeropress filters and accessories"}`, header: ifMatch(`"1"`)})
	w.do(call{op: "update_cluster", name: "changed", summary: "Others changed it meanwhile", path: id, query: q, body: `{"name":"accessories"}`, header: ifMatch(`"1"`), status: 412})
	w.do(call{op: "update_cluster", name: "taken", summary: "The sector has one of this name", path: list[0], query: q, body: `{"name":"aeropress filters and accessories"}`, status: 409})
	w.do(call{op: "update_cluster", name: "has_ideas", summary: "Its ideas are made", path: old[0], query: q, body: `{"status":"new"}`, status: 409})
	more := make([]string, 2)
	for i, name := range []string{"aeropress vs moka pot", "aeropress for travel"} {
		more[i] = at(w.do(call{op: "create_cluster", quiet: true, body: `{` + site + `,"name":"` + name + `"}`}), "data", "id")
	}
	w.do(call{op: "bulk_update_clusters", name: "disable", summary: "Let no automation work on them", body: w.some(`,"set":{"disabled":true}`, more...)})
	w.do(call{op: "bulk_update_clusters", name: "has_ideas", summary: "One has its ideas: none is changed", body: w.some(`,"set":{"status":"new"}`, id, old[0]), status: 409})
	w.do(call{op: "make_ideas", name: "no_keywords", summary: "A cluster without keywords", body: w.some("", id), status: 409})
	w.do(call{op: "make_ideas", name: "not_new", summary: "One has its ideas: nothing is begun", body: w.some("", list[0], old[0]), status: 409})
	w.do(call{op: "make_ideas", name: "make", summary: "Make ideas of a cluster", body: w.some("", list[0]), header: key("ideas-1")})
	w.do(call{op: "delete_cluster", name: "being_read", summary: "Ideas are being made of it", path: list[0], query: q, status: 409})
	w.work()
	w.do(call{op: "delete_cluster", name: "delete", summary: "Delete it", path: id, query: q})
	w.do(call{op: "bulk_delete_clusters", name: "absent", summary: "One is not there: none is deleted", body: w.some("", more[0], id), status: 404})
	w.do(call{op: "bulk_delete_clusters", name: "delete", summary: "Delete several", body: w.some("", more...)})
}

func (w *world) ideas() {
	site, q := `"site_id":"`+w.ids["site"]+`"`, "site_id="+w.ids["site"]
	ready := ids1(w.do(call{op: "list_ideas", quiet: true, query: q + "&status=new"}))
	taken := ids1(w.do(call{op: "list_ideas", quiet: true, query: q + "&status=completed"}))[0]
	const draft = `,"idea_title":"Aeropress or Pour Over: Which One Is for You?","primary_keyword":"aeropress vs pour over","content_structure":"comparison","estimated_word_count":`
	w.do(call{op: "create_idea", name: "too_short", summary: "Fewer words than a text may have", body: `{` + site + draft + `50}`, status: 400})
	made := w.do(call{op: "create_idea", name: "create", summary: "Write an idea down", body: `{` + site + `,"keyword_cluster_id":"` + w.ids["cluster"] + `"` + draft + `1200}`, header: key("idea-1")})
	id := at(made, "data", "id")
	w.do(call{op: "get_idea", name: "idea", summary: "One idea", path: id, query: q})
	w.do(call{op: "get_idea", name: "absent", summary: "No such idea", path: "ide_" + nothing, query: q, status: 404})
	w.do(call{op: "update_idea", name: "update", summary: "Change its title, if nobody else has changed it", path: id, query: q, header: ifMatch(`"1"`),
		body: `{"idea_title":"Aeropress vs Pour Over: Which One Suits Your Morning?","outline":[{"heading":"The short answer","notes":"Who is better served by which"},{"heading":"Taste, time and cleaning","notes":"Side by side"}]}`})
	w.do(call{op: "update_idea", name: "changed", summary: "Others changed it meanwhile", path: id, query: q, body: `{"idea_title":"Aeropress"}`, header: ifMatch(`"1"`), status: 412})
	w.do(call{op: "update_idea", name: "queued", summary: "A task was made of it", path: taken, query: q, body: `{"idea_title":"Aeropress"}`, status: 409})
	w.do(call{op: "bulk_update_ideas", name: "update", summary: "The same length for several", body: w.some(`,"set":{"estimated_word_count":900}`, append(ready, id)...)})
	w.do(call{op: "bulk_update_ideas", name: "queued", summary: "A task was made of one: none is changed", body: w.some(`,"set":{"estimated_word_count":900}`, id, taken), status: 409})
	w.do(call{op: "bulk_update_ideas", quiet: true, body: w.some(`,"set":{"disabled":true}`, id)})
	w.do(call{op: "queue_ideas", name: "disabled", summary: "One is disabled: no task is made", body: w.some("", append(ready, id)...), status: 409})
	w.do(call{op: "bulk_update_ideas", quiet: true, body: w.some(`,"set":{"disabled":false}`, id)})
	w.do(call{op: "queue_ideas", name: "queued", summary: "One has its task: no other is made", body: w.some("", id, taken), status: 409})
	w.do(call{op: "delete_idea", name: "delete", summary: "Delete it", path: id, query: q})
	w.do(call{op: "delete_idea", name: "gone", summary: "It is deleted", path: id, query: q, status: 404})
	w.do(call{op: "restore_idea", name: "restore", summary: "Bring it back", path: id, query: q})
	tasks := w.do(call{op: "queue_ideas", name: "queue", summary: "Make tasks of ideas", body: w.some("", id), header: key("queue-1")})
	first := at(tasks, "data", "id")
	w.do(call{op: "delete_task", quiet: true, path: first, query: q})
	w.do(call{op: "restore_task", quiet: true, path: first, query: q})
	w.do(call{op: "delete_task", quiet: true, path: first, query: q})
	w.ids["task"] = at(w.do(call{op: "queue_ideas", quiet: true, body: w.some("", id)}), "data", "id")
	w.do(call{op: "restore_task", name: "taken", summary: "Its idea has another task now", path: first, query: q, status: 409})
	w.do(call{op: "bulk_delete_ideas", name: "absent", summary: "One is not there: none is deleted", body: w.some("", ready[0], "ide_"+nothing), status: 404})
	w.do(call{op: "bulk_delete_ideas", name: "delete", summary: "Delete several", body: w.some("", ready...)})
}

func (w *world) tasks() {
	site, q := `"site_id":"`+w.ids["site"]+`"`, "site_id="+w.ids["site"]
	written := ids1(w.do(call{op: "list_tasks", quiet: true, query: q + "&status=completed"}))[0]
	w.do(call{op: "create_task", name: "untitled", summary: "Without a title", body: `{` + site + `,"word_count":900}`, status: 400})
	made := w.do(call{op: "create_task", name: "create", summary: "Queue a text of one's own", body: `{` + site + `,"title":"How to Clean an Aeropress","primary_keyword":"how to clean an aeropress","content_structure":"guide","word_count":900}`, header: key("task-1")})
	id := at(made, "data", "id")
	w.do(call{op: "get_task", name: "task", summary: "One task", path: id, query: q})
	w.do(call{op: "get_task", name: "absent", summary: "No such task", path: "tsk_" + nothing, query: q, status: 404})
	w.do(call{op: "update_task", name: "update", summary: "Make it shorter, if nobody else has changed it", path: id, query: q, body: `{"word_count":700}`, header: ifMatch(`"1"`)})
	w.do(call{op: "update_task", name: "changed", summary: "Others changed it meanwhile", path: id, query: q, body: `{"word_count":800}`, header: ifMatch(`"1"`), status: 412})
	w.do(call{op: "update_task", name: "written", summary: "It is written", path: written, query: q, body: `{"word_count":800}`, status: 409})
	w.do(call{op: "bulk_update_tasks", name: "update", summary: "The same length for several", body: w.some(`,"set":{"word_count":800}`, id, w.ids["task"])})
	w.do(call{op: "bulk_update_tasks", name: "written", summary: "One is written: none is changed", body: w.some(`,"set":{"word_count":800}`, id, written), status: 409})
	w.do(call{op: "write_tasks", name: "written", summary: "One is written: nothing is begun", body: w.some("", w.ids["task"], written), status: 409})
	w.do(call{op: "write_tasks", name: "write", summary: "Write a task", body: w.some("", w.ids["task"]), header: key("write-1")})
	w.do(call{op: "delete_task", name: "in_work", summary: "It is being written", path: w.ids["task"], query: q, status: 409})
	w.do(call{op: "bulk_delete_tasks", name: "in_work", summary: "One is being written: none is deleted", body: w.some("", id, w.ids["task"]), status: 409})
	w.do(call{op: "delete_site", name: "busy", summary: "A job works on one of its records", path: w.ids["site"], status: 409})
	w.work()
	w.do(call{op: "delete_task", name: "delete", summary: "Delete it", path: id, query: q})
	w.do(call{op: "restore_task", name: "restore", summary: "Bring it back", path: id, query: q})
	w.do(call{op: "restore_task", name: "absent", summary: "No such task", path: "tsk_" + nothing, query: q, status: 404})
	w.do(call{op: "bulk_delete_tasks", name: "delete", summary: "Delete several; those that are deleted count as done", body: w.some("", id)})
	w.ids["draft"] = ids1(w.do(call{op: "list_content", quiet: true, query: q + "&task_id=" + w.ids["task"]}))[0]
}

func (w *world) draft() {
	q, id := "site_id="+w.ids["site"], w.ids["draft"]
	tag := w.tagOf("get_content", id)
	w.do(call{op: "update_content", name: "update", summary: "Change title and description, if nobody else has changed it", path: id, query: q, header: ifMatch(tag),
		body: `{"title":"Aeropress vs Pour Over: Which One Suits Your Morning?","slug":"aeropress-vs-pour-over","meta_description":"Taste, time, cleaning and price of an Aeropress and a pour over, side by side.","tags":["aeropress","pour over"]}`})
	w.do(call{op: "update_content", name: "changed", summary: "Others changed it meanwhile", path: id, query: q, body: `{"title":"Aeropress"}`, header: ifMatch(tag), status: 412})
	w.do(call{op: "update_content", name: "slug", summary: "An address that is none", path: id, query: q, body: `{"slug":"Aeropress vs. Pour Over"}`, status: 400})
	w.do(call{op: "bulk_publish_content", name: "draft", summary: "A draft: nothing is begun", body: w.some("", id), status: 409})
	w.do(call{op: "bulk_approve_content", name: "draft", summary: "A draft: none is approved", body: w.some("", id), status: 409})
	w.do(call{op: "reject_content", name: "draft", summary: "It is a draft", path: id, query: q, body: `{"reason":"Too long"}`, status: 409})
	w.do(call{op: "prompt_content", name: "prompts", summary: "Plan the pictures of a draft", body: w.some("", id), header: key("prompts-1")})
	w.do(call{op: "delete_content", name: "in_work", summary: "Its pictures are being planned", path: id, query: q, status: 409})
	w.do(call{op: "bulk_delete_content", name: "in_work", summary: "The pictures of one are being planned: none is deleted", body: w.some("", id), status: 409})
	w.do(call{op: "review_content", name: "in_work", summary: "Its pictures are being planned", path: id, query: q, status: 409})
	w.work()
	w.do(call{op: "prompt_content", name: "planned", summary: "Its pictures are planned", body: w.some("", id), status: 409})
	other := ids1(w.do(call{op: "list_content", quiet: true, query: q + "&status=review"}))[0]
	w.do(call{op: "review_content", name: "not_draft", summary: "It is approved", path: ids1(w.do(call{op: "list_content", quiet: true, query: q + "&status=approved"}))[0], query: q, status: 409})
	w.ids["other"] = other
}

// tagOf is the ETag of a record.
func (w *world) tagOf(op, id string) string {
	w.Helper()
	path := strings.Replace(w.ops[op].Spec.Path, "{id}", id, 1)
	return w.send(http.MethodGet, path+"?site_id="+w.ids["site"], call{}).Header().Get("ETag")
}

func (w *world) images() {
	q := "site_id=" + w.ids["site"]
	list := ids1(w.do(call{op: "list_images", quiet: true, query: q + "&status=pending&content_id=" + w.ids["draft"]}))
	drawn := ids1(w.do(call{op: "list_images", quiet: true, query: q + "&status=generated"}))[0]
	tag := w.tagOf("get_image", list[0])
	w.do(call{op: "update_image", name: "update", summary: "Another prompt, if nobody else has changed it", path: list[0], query: q, header: ifMatch(tag),
		body: `{"prompt":"An Aeropress beside a glass pour over dripper on a wooden counter, morning light, no text","alt_text":"An Aeropress and a pour over dripper side by side"}`})
	w.do(call{op: "update_image", name: "changed", summary: "Others changed it meanwhile", path: list[0], query: q, body: `{"caption":"Two ways to a cup"}`, header: ifMatch(tag), status: 412})
	w.do(call{op: "update_image", name: "drawn", summary: "It is drawn: its prompt stays", path: drawn, query: q, body: `{"prompt":"A kettle"}`, status: 409})
	w.do(call{op: "delete_image", name: "delete", summary: "Delete it: its content does without", path: list[len(list)-1], query: q})
	w.do(call{op: "draw_images", name: "drawn", summary: "One is drawn: nothing is begun", body: w.some("", list[0], drawn), status: 409})
	w.do(call{op: "draw_images", name: "draw", summary: "Draw a picture", body: w.some("", list[0]), header: key("draw-1")})
	w.do(call{op: "update_image", name: "in_work", summary: "It is being drawn", path: list[0], query: q, body: `{"alt_text":"An Aeropress"}`, status: 409})
	w.do(call{op: "delete_image", name: "in_work", summary: "It is being drawn", path: list[0], query: q, status: 409})
	w.work()
}

func (w *world) review() {
	q, id, other := "site_id="+w.ids["site"], w.ids["draft"], w.ids["other"]
	w.do(call{op: "reject_content", name: "no_reason", summary: "Without a reason", path: other, query: q, body: `{"reason":" "}`, status: 400})
	w.do(call{op: "reject_content", name: "reject", summary: "Send it back", path: other, query: q, body: `{"reason":"Name the grind size for each filter, and leave the last part out."}`})
	w.do(call{op: "approve_content", name: "draft", summary: "It is a draft", path: other, query: q, status: 409})
	w.do(call{op: "publish_content", name: "draft", summary: "It is a draft", path: other, query: q, status: 409})
	w.do(call{op: "review_content", name: "review", summary: "Move it to review", path: other, query: q})
	w.do(call{op: "bulk_approve_content", name: "approve", summary: "Stand for several", body: w.some("", id, other)})
	w.do(call{op: "bulk_publish_content", name: "publish", summary: "Publish several", body: w.some("", id, other), header: key("publish-2")})
	w.do(call{op: "delete_image", name: "publishing", summary: "Its content is being published", path: ids1(w.do(call{op: "list_images", quiet: true, query: q + "&content_id=" + id}))[0], query: q, status: 409})
	w.work()
	w.do(call{op: "bulk_publish_content", name: "published", summary: "They are published: nothing is begun", body: w.some("", id, other), status: 409})
	w.do(call{op: "reject_content", name: "published", summary: "It is published", path: id, query: q, body: `{"reason":"Too long"}`, status: 409})
	w.do(call{op: "update_content", name: "published", summary: "Change one that is published: its post is older then", path: id, query: q, body: `{"meta_title":"Aeropress vs Pour Over, Side by Side"}`})
	w.do(call{op: "update_content", name: "slug_published", summary: "The address of one that is published", path: id, query: q, body: `{"slug":"aeropress-or-pour-over"}`, status: 409})
	w.do(call{op: "delete_content", name: "delete", summary: "Delete it here: its post stays", path: other, query: q})
	w.do(call{op: "restore_content", name: "restore", summary: "Bring it back", path: other, query: q})
	w.do(call{op: "restore_content", name: "absent", summary: "No such content", path: "con_" + nothing, query: q, status: 404})
	w.do(call{op: "bulk_delete_content", name: "delete", summary: "Delete several here: their posts stay", body: w.some("", other)})
}
