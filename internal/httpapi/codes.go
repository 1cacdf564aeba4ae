package httpapi

import (
	"maps"
	"slices"

	"github.com/igny8/igny8/internal/errs"
)

// Code is a stable code of errors: what programs tell errors apart by. Once published, a
// code keeps its meaning and its status.
type Code struct {
	Name   string
	Status int
	Means  string // in the words of the documentation
	Next   string // what to do: next_step of the answer, unless the error brings its own
}

type codeRow struct {
	kind  errs.Kind
	means string
	next  string
}

// codes are all that answers may hold; a test of all routes refuses any other.
var codes = map[string]codeRow{
	// Of every route.
	"invalid":                {errs.Invalid, "A field, a part of the address or a header is wrong; errors names each with what is wrong.", "Mend what errors names, and send the request again."},
	"bad_json":               {errs.Invalid, "The body is not JSON; the text names line and column.", "Mend the body, and send the request again."},
	"body_read":              {errs.Invalid, "The body ended before its time.", "Send the request again."},
	"unauthenticated":        {errs.Unauthenticated, "No credential, or one that is not valid (any more).", "Send the refresh token to POST /v1/auth/refresh/, or sign in at POST /v1/auth/login/, and repeat the request with the new access token."},
	"forbidden":              {errs.Forbidden, "The role does not allow this.", "Ask an owner of the account for the role that the text names."},
	"edge_only":              {errs.Forbidden, "The request went around the product's own address.", "Use the product's own address."},
	"plan_required":          {errs.Exhausted, "The account has no plan that is paid for.", "Let an owner choose a plan or pay the open invoice."},
	"account_suspended":      {errs.Forbidden, "The account is suspended.", "Write to the support."},
	"not_found":              {errs.NotFound, "There is no such thing, or it is another account's.", ""},
	"method_not_allowed":     {errs.Invalid, "The address does not take this method; the header Allow names those that it takes.", ""},
	"too_large":              {errs.Exhausted, "The body is larger than the route allows.", "Send less at once; send files by way of POST /v1/system/uploads/."},
	"unsupported_media_type": {errs.Invalid, "The body is of another type than JSON.", "Send JSON, with the header Content-Type: application/json."},
	"throttled":              {errs.Exhausted, "Too many calls in this minute; Retry-After says how many seconds to wait.", "Wait for as many seconds as Retry-After says, and send the request again."},
	"internal":               {errs.Internal, "A fault of ours, which is logged under the request's id.", "Send the request again; if it stays, tell the support the request_id."},
	"unavailable":            {errs.Unavailable, "Something that we need can't be reached just now.", "Send the request again in a moment; with an Idempotency-Key nothing is done twice."},
	"idempotency_key_reused": {errs.Conflict, "The Idempotency-Key was used for a request with another content.", "Choose a new key for a new request."},
	CodeChanged:              {errs.Conflict, "The record is no longer the version that If-Match names; nothing was done.", "Read the record again, and repeat the change with its new ETag in If-Match."},
	"conflict":               {errs.Conflict, "The state does not allow this; the text says why.", ""},

	// Sessions.
	"token_reused":     {errs.Unauthenticated, "A refresh token was used twice, so its session was ended.", "Sign in again at POST /v1/auth/login/."},
	"account_required": {errs.Forbidden, "The user is no member of an account any more.", "Ask the owner of an account for an invitation."},

	"email_taken": {errs.Conflict, "There is a user with this e-mail.", "Sign in at POST /v1/auth/login/, or take another e-mail."},
	"auth_failed": {errs.Unauthenticated, "E-mail or password is not right.", "Check both, and try again."},

	// Sites, views, integrations.
	"slug_taken":         {errs.Conflict, "Too many sites have this name.", "Choose another name."},
	"site_busy":          {errs.Conflict, "A run of the site is active.", "Wait for its end, or cancel it at POST /v1/automation/cancel/."},
	"name_taken":         {errs.Conflict, "Another one has this name.", "Choose another name."},
	"too_many_views":     {errs.Conflict, "The site has as many views as one may have.", "Delete a view that nobody uses."},
	"price_changed":      {errs.Conflict, "It costs more than was agreed to; nothing was bought.", "Look at the price again, and agree to it if you still want it."},
	"changed_since":      {errs.Conflict, "Others changed it meanwhile; nothing was done.", "Look at it again, and repeat the change if you still want it."},
	"integration_exists": {errs.Conflict, "The site has an active integration of this kind.", "Change or delete that one first."},
	"no_integration":     {errs.NotFound, "The site is not connected.", "Add an integration at POST /v1/integration/integrations/."},

	// Planner.
	"keyword_exists":    {errs.Conflict, "The sector has this keyword.", "Change that one instead."},
	"busy":              {errs.Conflict, "Others are changing the same rows just now; nothing was done.", "Send the request again in a moment."},
	"undo_gone":         {errs.NotFound, "What was before is no longer kept.", ""},
	"upload_empty":      {errs.Invalid, "The upload's file was not sent yet.", "PUT the file to the upload_url, then send the request again."},
	"too_few_keywords":  {errs.Invalid, "A sector needs at least 5 new keywords to be grouped.", "Add keywords to the sector, or leave it out."},
	"not_new":           {errs.Conflict, "A cluster of the request does not wait for ideas; errors.ids names each.", "Leave out those that errors.ids names."},
	"has_ideas":         {errs.Conflict, "The ideas of the cluster are made, and are not bought twice.", "Write further ideas at POST /v1/planner/ideas/."},
	"no_keywords":       {errs.Conflict, "The cluster has no keywords to make ideas of.", "Move keywords to it first."},
	"idea_disabled":     {errs.Conflict, "The idea is disabled.", "Enable it at PATCH /v1/planner/ideas/{id}/."},
	"in_work":           {errs.Conflict, "A job works on it, or is about to; nothing was done.", "Wait for the end of the job."},
	"idea_queued":       {errs.Conflict, "A task was made of the idea.", "Change the task instead."},
	"task_completed":    {errs.Conflict, "The task is written.", "Change its content instead."},
	"image_generated":   {errs.Conflict, "The picture is drawn.", ""},
	"idea_taken":        {errs.Conflict, "The idea of a deleted task has another task now.", "Work with the task that the idea has now."},
	"no_content":        {errs.Conflict, "The content of the picture was deleted.", "Restore the content first."},
	"has_image_prompts": {errs.Conflict, "The pictures of the content are planned.", ""},
	"not_draft":         {errs.Conflict, "The content is no draft any more.", "Send it back at POST /v1/writer/content/{id}/reject/, if it has to change."},
	"not_in_review":     {errs.Conflict, "The content is not in review.", "Move it there at POST /v1/writer/content/{id}/to_review/."},
	"slug_published":    {errs.Conflict, "The content is on the outside site under its address.", "Change the address on the site itself."},
	"nothing_to_do":     {errs.Conflict, "Nothing that was named can be worked on now; the text says why.", ""},
	"already_published": {errs.Conflict, "The content is published.", ""},
	"not_reviewed":      {errs.Conflict, "The content is still a draft.", "Wait for its pictures, which move it to review."},
	"not_approved":      {errs.Conflict, "The content is not approved.", "Approve it at POST /v1/writer/content/{id}/approve/."},
	"publishing":        {errs.Conflict, "The content is being published right now.", "Wait for the end of that job."},

	// Runs, jobs, credits.
	"credits":    {errs.Exhausted, "The balance does not cover it; nothing was begun and nothing was charged.", "Add credits, then send the request again; GET /v1/automation/estimate/ tells how many a run takes."},
	"run_active": {errs.Conflict, "The site has an active run; errors.run_id names it.", "Wait for its end, or resume or cancel it."},
	"run_ended":  {errs.Conflict, "The run has ended.", "Start another at POST /v1/automation/run_now/."},
	"run_status": {errs.Conflict, "A run in this status can't be paused, resumed or cancelled.", "Read GET /v1/automation/run_detail/."},
	"not_failed": {errs.Conflict, "Only a failed job can be tried again.", ""},
}

// Codes are the stable codes, by name.
func Codes() []Code {
	out := make([]Code, 0, len(codes))
	for _, name := range slices.Sorted(maps.Keys(codes)) {
		c, _ := FindCode(name)
		out = append(out, c)
	}
	return out
}

// FindCode gives a code by its name.
func FindCode(name string) (Code, bool) {
	row, ok := codes[name]
	return Code{Name: name, Status: statusOf(&errs.Error{Kind: row.kind, Code: name}), Means: row.means, Next: row.next}, ok
}

// nextStep is what to do about an error.
func nextStep(e *errs.Error, code string) string {
	if e.NextStep != "" {
		return e.NextStep
	}
	return codes[code].next
}
