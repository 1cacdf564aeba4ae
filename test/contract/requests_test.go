package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// The requests to the table of one call: one for a read, two for a write. They are counted
// in an instance that has answered the caller within the last minute: authentication and
// the look whether the site is there are remembered for so long (identity.Fresh, site.Fresh)
// and take a request each where they are not. What authentication takes is counted by itself.

// beyond are the calls that take more, with the most and the reason.
var beyond = map[string]struct {
	most   int
	reason string
}{
	"current_run":           {3, "the run that the site names, the run itself, its stages"},
	"run_detail":            {2, "a run, and its stages"},
	"run_logs":              {2, "a run, which has to be there, and its lines"},
	"get_job":               {2, "a job is found by its id alone, whatever its site: the reference, then the job"},
	"get_job_answers":       {2, "as get_job"},
	"get_content":           {4, "the site that has it is found by trying; the record, the place of its text, its pictures"},
	"get_receipt":           {20, "sums up every job and every cluster that the content came of"},
	"estimate_run":          {20, "looks at what waits at each of seven stages, and at the balance"},
	"run_now":               {20, "an estimate, and the start"},
	"pause_run":             {5, "the run, its stages, and how many calls are under way"},
	"cancel_run":            {5, "as pause_run"},
	"import_keywords":       {15, "begins a job: the plan, the wave, the job, its message, and what they settle"},
	"export_keywords":       {15, "as import_keywords"},
	"publish_content":       {15, "as import_keywords"},
	"retry_job":             {15, "as import_keywords"},
	"create_keyword":        {5, "the sector, the key, the rows, and the row that came of it"},
	"update_keyword":        {3, "the rows, the change, and the row as it is now"},
	"bulk_update_keywords":  {3, "the key, the rows, the change"},
	"bulk_delete_keywords":  {3, "as bulk_update_keywords"},
	"move_keywords":         {3, "as bulk_update_keywords"},
	"split_cluster":         {3, "as bulk_update_keywords"},
	"merge_clusters":        {6, "the cluster, the open jobs of the site, whose ideas are made, the key, the rows, the change"},
	"recluster":             {15, "as import_keywords, where nothing was computed yet"},
	"get_vector_price":      {3, "the site's choice, the rows, how many vectors are kept"},
	"apply_reclustering":    {4, "whose ideas are made, the key, the rows, the change"},
	"undo_keywords":         {3, "the rows, those before, the change"},
	"create_site":           {3, "the key, the site, and what the account chose for all sites"},
	"update_site":           {3, "the site, the change, and what the account chose for all sites"},
	"create_view":           {3, "the key, the views, the new one"},
	"update_view":           {3, "the view, the others' names, the change"},
	"approve_content":       {6, "as get_content, and the change"},
	"delete_content":        {4, "the content, the open jobs of the site, the content as it is then, the change"},
	"bulk_delete_content":   {4, "as delete_content"},
	"restore_content":       {4, "the change between two looks, and the pictures that are answered with it"},
	"review_content":        {5, "as delete_content, and the pictures that are answered with it"},
	"reject_content":        {4, "the content, the change, and the content as it is then with its pictures"},
	"update_content":        {3, "the content, the change, and the pictures that are answered with it"},
	"delete_image":          {5, "the picture, the open jobs of the site, the picture as it is then, its content, the change"},
	"update_image":          {4, "the picture, the open jobs of the site, the picture as it is then, the change"},
	"cluster_keywords":      {15, "as import_keywords"},
	"make_ideas":            {16, "as import_keywords, and the ideas that are made"},
	"write_tasks":           {15, "as import_keywords"},
	"prompt_content":        {15, "as import_keywords"},
	"draw_images":           {15, "as import_keywords, and the contents of the pictures"},
	"bulk_publish_content":  {15, "as import_keywords"},
	"queue_ideas":           {6, "the key, the ideas, their tasks written, the key, the ideas as they are then, the tasks"},
	"create_cluster":        {5, "as create_keyword"},
	"delete_cluster":        {4, "the rows, the open jobs of the site, the change"},
	"bulk_delete_clusters":  {4, "as delete_cluster"},
	"create_idea":           {3, "the key, the cluster, the new one"},
	"restore_task":          {5, "the task, its idea, the change between two looks"},
	"restore_idea":          {3, "the change between two looks"},
	"create_task":           {3, "the key, the sector, the new one"},
	"bulk_delete_tasks":     {4, "as delete_task, and the ideas of those that were not written"},
	"delete_task":           {4, "the task, the open jobs of the site, its idea, the change"},
	"delete_site":           {5, "the site, its run, its open jobs, its connections, the change"},
	"set_site_active":       {3, "as update_site"},
	"set_site_sectors":      {3, "as update_site"},
	"update_integration":    {3, "the connection, the open jobs of the site, the change"},
	"delete_integration":    {3, "as update_integration"},
	"current_processing":    {6, "as current_run, and the wave under way with its jobs and what is held for it"},
	"run_items":             {4, "a run, its waves, their jobs"},
	"pipeline_overview":     {3, "the head of the rows, the tasks, and contents, ideas and images in one walk, side by side"},
	"account_overview":      {7, "as pipeline_overview, and the balance, the connections, the last run"},
	"test_connection":       {3, "the integration, and what came of the test: its state, its story"},
	"me":                    {3, "the user, the membership, the account"},
	"me_alias":              {3, "as me"},
	"login":                 {5, "the e-mail, the user, the membership, the account, the session"},
	"refresh":               {4, "the session, its change, the user and the account"},
	"refresh_alias":         {4, "as refresh"},
	"change_password":       {5, "as login, and the end of the other sessions"},
	"change_password_alias": {5, "as change_password"},
}

// requests holds what the walk took of the table against the limits.
func (w *world) requests() {
	w.Helper()
	for id, list := range w.tally {
		limit, kind := 2, "write"
		if w.ops[id].Spec.Method == http.MethodGet {
			limit, kind = 1, "read"
		}
		more, listed := beyond[id]
		if listed && (more.most <= limit || more.reason == "") {
			w.Errorf("beyond: %s needs no exception", id)
		}
		worst := slices.MaxFunc(list, func(a, b cost) int { return a.Reads + a.Writes - b.Reads - b.Writes })
		switch n := worst.Reads + worst.Writes; {
		case n > max(limit, more.most):
			w.Errorf("%s takes %d reads and %d writes of the table, and a %s may take %d: ask for less (table.Table.Load reads many at once), or say why in requests_test.go", id, worst.Reads, worst.Writes, kind, max(limit, more.most))
		case listed && n <= limit:
			w.Errorf("beyond: %s takes %d and needs no exception any more", id, n)
		}
	}
	sum := w.who.now()
	w.Logf("authentication: %d reads, %d writes for all %d examples", sum.Reads, sum.Writes, len(w.seen))
	if sum.Writes > 0 {
		w.Errorf("authentication writes")
	}
}

// remembered: the first request of an instance reads who the caller is,
// in one request of the table, and those of the next minute read nothing.
func (w *world) remembered() {
	w.Helper()
	w.clock.Advance(2 * time.Minute)
	for i, want := range []int{1, 0, 0} {
		before := w.who.now()
		w.send(http.MethodGet, "/v1/auth/sites/", call{})
		if took := w.who.now().less(before); took.Reads != want || took.Writes != 0 {
			w.Errorf("request %d: authentication takes %+v of the table, want %d reads", i+1, took, want)
		}
	}
}

// needless are POSTs that take no Idempotency-Key, with the reason.
var needless = map[string]string{
	"register":              "the e-mail stands for the request: a second one is refused, and nothing is made twice",
	"login":                 "makes nothing but a session of one's own",
	"refresh":               "the refresh token stands for the request: it gives the same answer for some seconds",
	"refresh_alias":         "as refresh",
	"logout":                "safe to repeat",
	"change_password":       "a second one is refused, as the old password is no longer right",
	"change_password_alias": "as change_password",
	"undo_keywords":         "the version stands for the request",
	"approve_content":       "safe to repeat",
	"pause_run":             "a second one is refused, and nothing is done twice",
	"resume_run":            "as pause_run",
	"cancel_run":            "as pause_run",
	"test_connection":       "reads",
	"set_site_active":       "safe to repeat",
	"reset_prompt":          "safe to repeat",
	"restore_task":          "safe to repeat",
	"restore_idea":          "safe to repeat",
	"restore_content":       "safe to repeat",
	"review_content":        "safe to repeat",
	"reject_content":        "safe to repeat with the same reason",
	"bulk_approve_content":  "safe to repeat: those that are approved count as done",
	"bulk_delete_content":   "safe to repeat: those that are deleted count as done",
	"bulk_update_ideas":     "safe to repeat: those that are as asked count as done",
	"bulk_delete_ideas":     "as bulk_delete_content",
	"bulk_update_tasks":     "as bulk_update_ideas",
	"bulk_delete_tasks":     "as bulk_delete_content",
	"bulk_update_clusters":  "as bulk_update_ideas",
	"bulk_delete_clusters":  "a second one finds them gone, and changes nothing",
	"lock_keywords":         "safe to repeat",
}

// keys holds that each POST that creates or spends takes an Idempotency-Key, and that a key
// sent twice gives the same.
func (w *world) keys() {
	w.Helper()
	for id, o := range w.ops {
		post := o.Spec.Method == http.MethodPost
		if reason := needless[id]; post && o.Spec.Idempotent == (reason != "") {
			w.Errorf("%s %s takes an Idempotency-Key: %v; a POST that creates or spends has to (RouteSpec.Idempotent, httpapi.IdempotencyKey), another says in requests_test.go why it need not", o.Spec.Method, o.Spec.Path, o.Spec.Idempotent)
		}
	}
	for id := range needless {
		if _, ok := w.ops[id]; !ok {
			w.Errorf("needless: there is no operation %s", id)
		}
	}
	for id := range beyond {
		if _, ok := w.ops[id]; !ok {
			w.Errorf("beyond: there is no operation %s", id)
		}
	}
}

// again sends a call that has a key a second time: the answer has to be the same thing.
func (w *world) again(c call, at string, out anything) {
	w.Helper()
	if c.header["Idempotency-Key"] == "" || c.status >= 300 {
		return
	}
	o := w.ops[c.op]
	if !o.Spec.Idempotent {
		w.Errorf("%s does not take the Idempotency-Key that it was sent", c.op)
		return
	}
	res := w.send(o.Spec.Method, at, c)
	second := decoded(res.Body.Bytes())
	if part(second, "data", "repeated") == true && part(second, "data", "changed") == 0.0 {
		return // a bulk change says so, and that it has changed nothing
	}
	if first, second := thing(out), thing(second); res.Code != c.status || first != second {
		w.Errorf("%s: the same key again gave %d %s, not %s", c.op, res.Code, second, first)
	}
}

// thing is what an answer is about: an id, or a version and a count.
func thing(out anything) string {
	var parts []string
	for _, name := range []string{"id", "version", "count", "changed"} {
		parts = append(parts, at(out, "data", name))
	}
	return strings.Join(parts, " ")
}
