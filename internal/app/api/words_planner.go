package api

import "github.com/igny8/igny8/internal/httpapi"

var plannerWords = map[string]httpapi.Words{
	"import_keywords":          {Description: "Reads files that were uploaded (`POST /v1/system/uploads/`), or a pasted text. `dry_run` tells in the job's result what would happen: new, known, refused rows with their lines. The same import again is the same job. Read the result at `GET /v1/jobs/{id}/`."},
	"export_keywords":          {Description: "Writes the keywords that match into a CSV file or an Excel workbook. The job's result has the file's address, good for an hour."},
	"get_keyword":              {Description: "A keyword with the figures of each tool that has some."},
	"create_keyword":           {Description: "Adds one keyword to a sector of the site; the first one when none is named.", Codes: []string{"keyword_exists", "busy"}},
	"update_keyword":           {Description: "Changes what is sent and leaves the rest. Can be taken back with `POST /v1/planner/keywords/undo/`.", Codes: []string{"keyword_exists", "busy"}},
	"delete_keyword":           {Description: "Deletes a keyword, which `POST /v1/planner/keywords/undo/` brings back.", Codes: []string{"busy"}},
	"bulk_update_keywords":     {Description: "Changes the keywords of `ids`, or all that match `filter`, in one step. `dry_run` counts and changes nothing; `expected` refuses when another number matches now. A repeat with the same Idempotency-Key changes nothing and says `repeated`.", Codes: []string{"changed_since", "busy"}},
	"bulk_delete_keywords":     {Description: "Deletes the keywords of `ids`, or all that match `filter`, in one step that can be taken back. A repeat with the same Idempotency-Key changes nothing and says `repeated`.", Codes: []string{"changed_since", "busy"}},
	"undo_keywords":            {Description: "Takes back the last change, of whatever size, by the `version` that it answered. Refused when rows were changed since. Safe to repeat.", Codes: []string{"changed_since", "undo_gone", "busy"}},
	"list_keyword_tags":        {Description: "The most used first, at most 100."},
	"list_keywords":            {Description: "A page of up to 200,000 keywords, filtered and sorted by the server. Order by `keyword`, `volume`, `difficulty`, `status`, `created_at` and others; several with commas, `-` before one for descending."},
	"total_keywords":           {Description: "Takes the filters of the list."},
	"list_clusters":            {Description: "Groups of keywords that one article can serve, with their number of keywords and summed volume."},
	"list_cluster_keywords":    {Description: "The most alike to the leader first: similarity to it, the next best cluster, the words they share, and whether a person locked them."},
	"get_cluster_map":          {Description: "Topics, the largest first, each with its clusters. With more than 20,000 clusters the answer says in `next` from which topic to go on."},
	"get_cluster_map_keywords": {Description: "The keywords of up to 200 clusters, at most 5,000 in one answer, with how alike each is to the leader of its cluster."},
	"move_keywords":            {Description: "Up to 500 keywords of one sector, all or none. They are locked: no clustering moves them. `POST /v1/planner/keywords/undo/` takes it back.", Codes: []string{"name_taken", "busy"}},
	"lock_keywords":            {Description: "What is locked stays where it is in every re-clustering.", Codes: []string{"busy"}},
	"merge_clusters":           {Description: "All or none. The others end, and their keywords are locked here. Refused for clusters of which ideas were made. `POST /v1/planner/keywords/undo/` takes it back.", Codes: []string{"has_ideas", "conflict", "in_work", "busy"}},
	"split_cluster":            {Description: "At least one keyword has to stay. To split by what keywords are about, compute the cluster with `POST /v1/planner/clusters/recluster/`.", Codes: []string{"name_taken", "busy"}},
	"recluster":                {Description: "Computes the clusters of a sector, or how one cluster splits. It costs nothing, but where the site compares keywords by a provider's vectors and some have to be bought: `credits` says how much at most, in thousandths, and `GET /v1/planner/clusters/vectors/` before; with `max_credits` it is refused rather than cost more. What was computed already is answered at once, else a job computes it together with other strictnesses: read its result at `GET /v1/jobs/{id}/`. Locked keywords stay, disabled ones are left out.", Codes: []string{"too_few_keywords", "credits", "price_changed"}},
	"get_vector_price":         {Description: "Whatever the site's choice is (`compare_by` of its settings): how many texts its keywords, those of a sector, or those of a cluster have, how many vectors were bought already, and what the others cost, in thousandths of credits and at the provider. It buys nothing."},
	"get_reclustering":         {Description: "Figures of what was computed, at one strictness."},
	"list_recluster_changes":   {Description: "Splits first, then merges, ends, moves, new clusters and joins; the largest first."},
	"list_recluster_keywords":  {Description: "All keywords that would move, or those of one change."},
	"apply_reclustering":       {Description: "One step for keywords and clusters, which `POST /v1/planner/keywords/undo/` takes back. Refused when rows changed since it was computed: compute it again. Clusters of which ideas were made do not end.", Codes: []string{"changed_since", "busy"}},
	"list_ideas":               {Description: "What could be written about each cluster: title, outline, keywords."},
}
