package api

import "github.com/igny8/igny8/internal/httpapi"

var progressWords = map[string]httpapi.Words{
	"current_processing": {Description: "The stage that a run is at, up to five items that are worked on and five that come next, how many of the stage are done, and the credits used and held. `data` is null when no run is going on. Reads only; `GET /v1/events/` tells when to look again."},
	"run_items":          {Description: "Each item that a run took up, with its stage, what became of it and what it cost; one that failed with `cause` (who has to act) and `reason` (what went wrong and what to do), and the job by which it can be tried again. Order by `stage`, `title`, `status` or `credits_used`."},
	"pipeline_overview":  {Description: "For each of the seven stages: how many of what it works on there are, by status, and how many wait for it; at the last stage these wait for a person. Counts everything that the site has, so ask for it when a page is opened, not every second."},
	"account_overview":   {Description: "In one answer: how much of everything a site has, what waits for a person with the reason and the most urgent first, the credits left, and the run that is going on or was the last."},
}

// linkWords are of what is done later to sites and connections.
var linkWords = map[string]httpapi.Words{
	"delete_site":        {Codes: []string{"site_busy"}, Description: "Takes a site away with its connections and their passwords; its name is free for another. Its records can't be reached any more, what was published stays on the outside site, and credits are not given back. 409 with `site_busy` while a run of it is active, or a job works on one of its records. A second request answers 404."},
	"set_site_active":    {Description: "A site that is put aside keeps all that it has, and is left out of lists that ask for active ones. Safe to repeat."},
	"set_site_sectors":   {Description: "Names all sectors that are active from now on, 1 to 5 of the site's industry, or of another one. A sector that is left out is put aside with its keywords and all that came of them, and comes back with the same id when it is named again. Safe to repeat."},
	"update_integration": {Codes: []string{"in_work", "integration_exists"}, Description: changesSent + "Another address, user or password is tested anew with `POST /v1/integration/integrations/{id}/test_connection/`. 409 with `in_work` while a content is published through it, but for `app_password` and `sync_enabled`: otherwise it might be published a second time elsewhere."},
	"delete_integration": {Codes: []string{"in_work"}, Description: "Deletes an integration and its password for good. What was published through it stays on the outside site. 409 with `in_work` while a content is published through it. A second request answers 404."},
}
