package api

import "github.com/igny8/igny8/internal/httpapi"

var automationWords = map[string]httpapi.Words{
	"run_now":         {Description: "Starts a run.", Codes: []string{"run_active", "credits"}},
	"estimate_run":    {Description: "What waits at each stage, what the stages before would hand on, and what it would cost. `needed_credits` is what has to be there to begin."},
	"current_run":     {Description: "The run that is going on or paused, with a result for each stage that has begun; `data` is null when there is none."},
	"run_history":     {Description: "Runs without their stages' results."},
	"run_detail":      {Description: "A run, going on or ended, with what each stage did and what it cost."},
	"run_logs":        {Description: "What happened in a run, as told to people: stages, failed items with cause and reason, pauses."},
	"get_schedule":    {Description: "A site without a schedule answers one that is switched off. `next_run_at` is when the next run starts; `last_skipped` tells why the last time none was started."},
	"update_schedule": {Description: "Changes what is sent and leaves the rest. A run is started once for each due time, within some minutes of it; while a run of the site is going on, or when the credits do not suffice to begin one, that time is skipped and told (`last_skipped`, event `run_skipped`). Times go by the clock of `timezone`, summer time included. What was missed while it was switched off is not made up for."},
	"pause_run":       {Description: "Nothing new is begun from now on; calls under way are finished, as they are paid for. `calls_in_flight` tells how many.", Codes: []string{"run_ended", "run_status"}},
	"resume_run":      {Description: "Goes on where the run was paused.", Codes: []string{"run_ended", "run_status", "credits"}},
	"cancel_run":      {Description: "Ends the run for good. What it made stays; credits held for what was not begun are given back.", Codes: []string{"run_ended", "run_status"}},
}

var jobsWords = map[string]httpapi.Words{
	"get_job":         {Description: "`waiting`, `running`, `done` with a `result`, or `failed` with `cause` (who has to act) and `reason` (what went wrong and what to do)."},
	"retry_job":       {Codes: []string{"not_failed", "credits"}},
	"get_job_answers": {},
}
