package api

import "github.com/igny8/igny8/internal/httpapi"

const (
	changesSent = "Changes what is sent and leaves the rest. With `If-Match` nothing is overwritten that others wrote meanwhile (412, `changed_meanwhile`). Costs nothing. "
	allOrNone   = "Up to 500 at once, all or none: a refusal names each record in `errors.ids`, and nothing is changed then. `changed` counts those that were not as asked already, so it is safe to repeat. "
	asked       = "Up to 500 at once, all or none: 404 or 409 names in `errors.ids` those that can't be worked on, and 402 says that the credits do not cover it; nothing is begun and nothing is charged then. What is being worked on already gives its job. Safe to repeat: nothing is bought a second time. Follow a job at `GET /v1/jobs/{id}/`."
)

// clusterWords and those below are of single records, and of work on them by hand.
var clusterWords = map[string]httpapi.Words{
	"cluster_keywords":     {Codes: []string{"too_few_keywords", "nothing_to_do", "credits"}, Description: "Groups the new keywords of a sector by what searchers mean, all of them together, since each may change where the others belong. `sector_ids` chooses sectors; without it all with at least 5 new keywords are grouped. Costs 5 credits for each batch of 50 keywords, which are held when the job begins; no provider is asked, and the keywords themselves are not changed. Asking again while a sector is being grouped gives the same job."},
	"create_cluster":       {Codes: []string{"name_taken", "busy"}, Description: "Makes a cluster without keywords; move some to it with `POST /v1/planner/keywords/bulk_update/`. Its name is unique in the sector. Costs nothing, and asks no model."},
	"get_cluster":          {Description: "A cluster with the number of its keywords and their summed volume. The keywords themselves are at `GET /v1/planner/keywords/?cluster_id=`."},
	"update_cluster":       {Codes: []string{"name_taken", "has_ideas", "busy"}, Description: changesSent + "`status` `mapped` keeps a cluster from being given ideas; `new` is refused once its ideas are made, as they are not bought twice. A disabled cluster is left alone by runs."},
	"delete_cluster":       {Codes: []string{"in_work", "busy"}},
	"bulk_delete_clusters": {Codes: []string{"in_work", "busy"}, Description: "Deletes clusters in one step, all or none; their keywords are new again and can be grouped anew, which costs credits. The ideas that were made of them stay, and so does what was written. A second request finds them gone (404) and changes nothing."},
	"bulk_update_clusters": {Codes: []string{"has_ideas", "busy"}, Description: allOrNone + "Disabled clusters are left alone by runs."},
	"make_ideas":           {Codes: []string{"not_new", "has_ideas", "no_keywords", "credits"}, Description: "Has a model write the ideas of clusters: a job each, which makes one idea or several, by the number of keywords. Costs by the tokens of the answer, at least 2 credits a cluster; the most that it can cost is held until the job is done. " + asked},
}

var ideaWords = map[string]httpapi.Words{
	"create_idea":       {Description: "Writes an idea down as a person has it: no model is asked, and it costs nothing. `keyword_cluster_id` gives it the cluster's sector. It waits as `new` until a run, or `POST /v1/planner/ideas/bulk_queue_to_writer/`, makes a task of it."},
	"get_idea":          {Description: "An idea with its outline and keywords, and the task that was made of it."},
	"update_idea":       {Codes: []string{"idea_queued"}, Description: changesSent + "Once a task was made of it, only `disabled` can be changed: change the task instead."},
	"delete_idea":       {Description: "Hides an idea for 14 days, in which `POST /v1/planner/ideas/{id}/restore/` brings it back; `restorable_until` tells how long. A task that was made of it stays. A second request answers 404."},
	"restore_task":      {Description: "Brings back a task that was deleted in the last 14 days; an unwritten one takes its idea again. One that is there is answered as it is, so this is safe to repeat.", Codes: []string{"idea_taken"}},
	"restore_idea":      {Description: "Brings back an idea that was deleted in the last 14 days. One that is there is answered as it is, so this is safe to repeat."},
	"bulk_delete_ideas": {Description: allOrNone + "Each can be brought back for 14 days. Their tasks stay."},
	"bulk_update_ideas": {Codes: []string{"idea_queued"}, Description: allOrNone + "Texts are changed one by one: `PATCH /v1/planner/ideas/{id}/`."},
	"queue_ideas":       {Codes: []string{"idea_queued", "idea_disabled", httpapi.CodeChanged}, Description: "Makes a writing task of each idea, as a run does; nothing is written yet, and it costs nothing. All or none: 404 or 409 names in `errors.ids` those of which no task can be made. The tasks are answered in the order of the ids. An idea never gets a second task: with the same Idempotency-Key the same tasks are answered, without it 409."},
}

var taskWords = map[string]httpapi.Words{
	"create_task":       {Description: "Queues a text that no idea stands behind. Nothing is written yet, and it costs nothing: a run, or `POST /v1/writer/tasks/auto_generate_content/`, writes it."},
	"get_task":          {Description: "A task with its outline and keywords, and the content that was written for it."},
	"update_task":       {Codes: []string{"task_completed"}, Description: changesSent + "Until it is written; a job that is writing it goes on with what it has read."},
	"delete_task":       {Codes: []string{"in_work"}},
	"bulk_delete_tasks": {Codes: []string{"in_work"}, Description: allOrNone + "The contents that were written stay; the ideas of unwritten tasks are new again."},
	"bulk_update_tasks": {Codes: []string{"task_completed"}, Description: allOrNone + "Titles and outlines are changed one by one: `PATCH /v1/writer/tasks/{id}/`."},
	"write_tasks":       {Codes: []string{"task_completed", "credits"}, Description: "Has a model write the texts of tasks: a job each, whose content is a draft without pictures. Costs by the tokens of the answer, at least 5 credits a text; the most that it can cost is held until the job is done. " + asked},
}

var contentWords = map[string]httpapi.Words{
	"update_content":       {Codes: []string{"publishing", "slug_published"}, Description: changesSent + "The HTML is cleaned: scripts, styles, handlers and pictures are taken out. One that is published is changed here, not on the site: `changed_since_publish` tells that its post is older. Its address can't be changed any more."},
	"delete_content":       {Codes: []string{"in_work"}, Description: "Hides a content for 14 days, in which `POST /v1/writer/content/{id}/restore/` brings it back. A post that was published stays on the outside site, as `stays` tells. 409 with `in_work` while a job works on it or its pictures: nothing that is paid for is pulled away. A second request answers 404."},
	"restore_content":      {Description: "Brings back a content that was deleted in the last 14 days, as it was. One that is there is answered as it is, so this is safe to repeat."},
	"review_content":       {Codes: []string{"not_draft", "in_work"}, Description: "Moves a draft to review with the pictures that it has, which a content does by itself with its last picture. Costs nothing. Safe to repeat."},
	"reject_content":       {Codes: []string{"not_in_review", "already_published", "publishing"}, Description: "Sends a content in review, or an approved one, back to draft, and keeps the reason with it. It stays a draft until a person moves it to review: no run touches it, and nothing is written anew. Safe to repeat with the same reason."},
	"bulk_approve_content": {Codes: []string{"not_in_review"}, Description: allOrNone + "Says that a person stands for the texts; nothing is published by it."},
	"bulk_delete_content":  {Codes: []string{"in_work"}, Description: allOrNone + "Each can be brought back for 14 days. Their posts stay on the outside site."},
	"prompt_content":       {Codes: []string{"has_image_prompts", "not_draft", "credits"}, Description: "Has a model read drafts and plan their pictures: where each goes, what it shows, its alternative text. A job each; nothing is drawn yet. Costs by the tokens of the answer, at least 2 credits a draft; the most that it can cost is held until the job is done. " + asked},
	"bulk_publish_content": {Codes: []string{"already_published", "publishing", "not_reviewed"}, Description: "Brings contents out once, on the site's destination: a job each, which costs nothing. Up to 500 at once, all or none: 404 or 409 names in `errors.ids` those that can't be published, and nothing is begun then. One that is being published gives its job; nothing is published twice."},
}

var imageWords = map[string]httpapi.Words{
	"update_image": {Codes: []string{"in_work", "image_generated"}, Description: changesSent + "The prompt until the picture is drawn; alternative text and caption also later, on which a published content tells with `changed_since_publish` that its post is older. 409 with `in_work` while it is being drawn, or its content being published."},
	"delete_image": {Codes: []string{"in_work"}, Description: "Deletes a picture for good: its content does without. A draft whose other pictures are drawn already is moved to review by hand. What it cost is not given back; a post that shows it goes on showing it. 409 with `in_work` while it is being drawn, or its content being published. A second request answers 404."},
	"draw_images":  {Codes: []string{"image_generated", "no_content", "credits"}, Description: "Has pictures drawn from their prompts: a job each. Costs 1 credit a picture, 4 with a premium model. A content moves to review with its last picture. " + asked},
}
