package api

import "github.com/igny8/igny8/internal/httpapi"

var plannerWords = map[string]httpapi.Words{
	"import_keywords":      {Description: "Reads files that were uploaded (`POST /v1/system/uploads/`), or a pasted text. `dry_run` tells in the job's result what would happen: new, known, refused rows with their lines. The same import again is the same job. Read the result at `GET /v1/jobs/{id}/`."},
	"export_keywords":      {Description: "Writes the keywords that match into a CSV file or an Excel workbook. The job's result has the file's address, good for an hour."},
	"get_keyword":          {Description: "A keyword with the figures of each tool that has some."},
	"create_keyword":       {Description: "Adds one keyword to a sector of the site; the first one when none is named.", Codes: []string{"keyword_exists", "busy"}},
	"update_keyword":       {Description: "Changes what is sent and leaves the rest. Can be taken back with `POST /v1/planner/keywords/undo/`.", Codes: []string{"keyword_exists", "busy"}},
	"delete_keyword":       {Description: "Deletes a keyword, which `POST /v1/planner/keywords/undo/` brings back.", Codes: []string{"busy"}},
	"bulk_update_keywords": {Description: "Changes the keywords of `ids`, or all that match `filter`, in one step. `dry_run` counts and changes nothing; `expected` refuses when another number matches now. A repeat with the same Idempotency-Key changes nothing and says `repeated`.", Codes: []string{"changed_since", "busy"}},
	"bulk_delete_keywords": {Description: "Deletes the keywords of `ids`, or all that match `filter`, in one step that can be taken back. A repeat with the same Idempotency-Key changes nothing and says `repeated`.", Codes: []string{"changed_since", "busy"}},
	"undo_keywords":        {Description: "Takes back the last change, of whatever size, by the `version` that it answered. Refused when rows were changed since. Safe to repeat.", Codes: []string{"changed_since", "undo_gone", "busy"}},
	"list_keyword_tags":    {Description: "The most used first, at most 100."},
	"list_keywords":        {Description: "A page of up to 200,000 keywords, filtered and sorted by the server. Order by `keyword`, `volume`, `difficulty`, `status`, `created_at` and others; several with commas, `-` before one for descending."},
	"total_keywords":       {Description: "Takes the filters of the list."},
	"list_clusters":        {Description: "Groups of keywords that one article can serve, with their number of keywords and summed volume."},
	"list_ideas":           {Description: "What could be written about each cluster: title, outline, keywords."},
}
