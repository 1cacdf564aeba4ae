package api

import "github.com/igny8/igny8/internal/httpapi"

var writerWords = map[string]httpapi.Words{
	"list_tasks":      {Description: "Ideas that were taken into the writer's queue. Filters: `status`, `cluster_id`, `content_type`, `content_structure`, `run_id`."},
	"list_content":    {Description: "Written texts with what review and the outside site say of them. `status` is the editorial one, `site_status` what the site holds."},
	"get_content":     {Description: "A content with its HTML and its pictures, whose addresses are good for an hour."},
	"approve_content": {Description: "Says that a person stands for the text: it can be published from now on. Safe to repeat.", Codes: []string{"not_in_review"}},
	"publish_content": {Description: "Brings the content out once, on the site's destination: a job. A second request finds it published, or the same job.", Codes: []string{"already_published", "publishing", "not_reviewed"}},
	"get_receipt":     {Codes: []string{}},
	"list_images":     {Description: "Pictures of contents: prompt, alternative text, and whether they are drawn."},
	"get_image":       {Description: "One picture, without its file: see `GET /v1/writer/images/{id}/file/`."},
	"get_image_file":  {Description: "An address that anyone can read the file from for an hour. 404 until the picture is drawn."},
}
