package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/httpapi"
)

// examples are calls and their answers, a file for each group, written by
// go test ./test/contract -update.
//
//go:embed examples/*.json
var examples embed.FS

// Document is the OpenAPI document of all routes, with what is said of each in the words_*.go
// beside this file, and the calls that test/contract has made.
func Document() ([]byte, error) {
	about := About()
	var err error
	if about.Examples, err = Examples(); err != nil {
		return nil, err
	}
	return httpapi.Spec(Operations(Deps{}), about)
}

// About is what the document says beyond its operations, without their examples.
func About() httpapi.About {
	return httpapi.About{Title: "IGNY8", Version: "1.0.0", Description: introduction, Tags: tags, Names: names, Words: Words()}
}

// Examples are the calls of each operation that test/contract has made.
func Examples() (map[string][]httpapi.Example, error) {
	out := map[string][]httpapi.Example{}
	err := fs.WalkDir(examples, "examples", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := examples.ReadFile(name)
		if err != nil {
			return err
		}
		var group map[string][]httpapi.Example
		if err := json.Unmarshal(raw, &group); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		maps.Copy(out, group)
		return nil
	})
	return out, err
}

// Group is the file of an operation's words and examples: the part of its path after /v1/.
func Group(path string) string {
	group, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	return group
}

// Words are what the document says of each operation beyond its route. A map for each group
// is in words_<group>.go.
func Words() map[string]httpapi.Words {
	out := map[string]httpapi.Words{}
	for _, group := range []map[string]httpapi.Words{authWords, plannerWords, writerWords, automationWords, jobsWords, integrationWords, systemWords,
		clusterWords, ideaWords, taskWords, contentWords, imageWords, progressWords, linkWords, promptWords} {
		maps.Copy(out, group)
	}
	return out
}

// CodesOf are the stable codes that an operation may answer with.
func CodesOf(s httpapi.RouteSpec) []string {
	return slices.Compact(slices.Sorted(slices.Values(httpapi.CodesOf(s, Words()[s.ID].Codes...))))
}

const introduction = `IGNY8 turns keywords into published, illustrated articles: keywords → clusters → ideas → tasks → contents → images → review → published.

**Addresses.** Every path is answered below ` + "`/v1/` and `/api/v1/`" + `, with and without the slash at its end.

**Sign in.** Send ` + "`Authorization: Bearer <access token>`" + `, from ` + "`POST /v1/auth/login/`" + `. It is good for 15 minutes; ` + "`POST /v1/auth/refresh/`" + ` gives the next. A browser sends ` + "`X-IGNY8-Client: web`" + ` and gets its refresh token as a cookie that no script can read.

**Answers.** Every answer is JSON with ` + "`success` and `request_id`" + `: one record is in ` + "`data`" + `, a list in ` + "`results`" + ` with ` + "`count`, `next` and `previous`" + `. An error has ` + "`error`" + ` (for people), ` + "`code`" + ` (stable, for programs), ` + "`errors`" + ` (by field) and, where there is something to do, ` + "`next_step`" + `. Lists are never null.

**Lists** take ` + "`page`, `page_size` (at most 100), `ordering` and `search`" + `.

**Sent twice, done once.** Every POST that creates or spends takes an ` + "`Idempotency-Key`" + `: the same key within 24 hours gives what the first request made.

**Two people, one record.** A record that several may edit is answered with an ` + "`ETag`" + `; send it as ` + "`If-Match`" + ` with the change, and you hear of it (412, ` + "`changed_meanwhile`" + `) when others were faster.

**Limits.** ` + "`X-Throttle-Limit`, `X-Throttle-Remaining` and `X-Throttle-Reset`" + ` tell how many calls are left in this minute; over it the answer is 429 with ` + "`Retry-After`" + `. A body has at most 1 MB, a page 100 records; files go by way of ` + "`POST /v1/system/uploads/`" + `.

**Money.** Credits are in thousandths of a credit, costs in millionths of a US dollar.`

var tags = []httpapi.Tag{
	{Name: "auth", Description: "Sign up, sign in, sessions, the user."},
	{Name: "sites", Description: "Sites, their sectors and settings, and the industries that sites are of."},
	{Name: "planner", Description: "Keywords, clusters of keywords, and ideas of what to write about them."},
	{Name: "writer", Description: "Tasks, contents with their pictures, review, publication, receipts."},
	{Name: "automation", Description: "Runs: a site's way through the seven stages."},
	{Name: "account", Description: "What a dashboard shows first."},
	{Name: "events", Description: "What happens in an account, to be followed."},
	{Name: "billing", Description: "Credits: what is left, every movement, and what they were used for."},
	{Name: "jobs", Description: "Single pieces of work: those of a run, and those asked for by hand."},
	{Name: "integration", Description: "Connections of a site to WordPress."},
	{Name: "settings", Description: "What holds for all sites of an account."},
	{Name: "views", Description: "Saved views of lists."},
	{Name: "system", Description: "Uploads, and whether the program is there."},
}

// names are the schemas that are not called by package and type.
var names = map[string]string{
	"automation.Run": "Run", "automation.RunView": "RunDetail", "automation.StageResult": "StageResult", "automation.JobView": "Job",
	"automation.Event": "Event", "automation.Estimate": "Estimate", "automation.Forecast": "StageEstimate",
	"automation.InFlight": "CallsInFlight", "automation.Kept": "KeptAnswer",
	"identity.Session": "Session", "identity.Tokens": "Tokens", "identity.User": "User", "identity.Account": "Account",
	"imagery.Image": "Image", "imagery.Address": "ImageFile", "receipts.Receipt": "Receipt", "receipts.Line": "ReceiptLine",
	"integration.Outcome": "ConnectionTest", "integration.Report": "ConnectionReport",
	"keyword.SelectedKeywords": "KeywordSelection", "keyword.Changed": "KeywordsChanged",
	"site.Common": "AISettings", "site.CommonPatch": "AISettingsChange", "site.Patch": "SiteSettingsChange",
	"view.gone": "ViewDeleted", "site.Industry": "Industry", "site.IndustrySector": "IndustrySector", "site.Sector": "Sector",
	"httpapi.errorBody": "Error",
}
