package content

import (
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// Prefix begins the sort keys of a site's contents.
const Prefix = "CONTENT#"

// kind is how contents are kept.
var kind = record.Kind[Content]{Type: "content", Prefix: Prefix, Keep: KeepDeleted, Head: func(c *Content) record.Head {
	return record.Head{ID: &c.ID, Site: &c.Site, Deleted: &c.Deleted, Created: &c.CreatedAt, Updated: &c.UpdatedAt, Version: &c.Version}
}}

// htmlName is where the body with that hash is kept: a text never overwrites another.
func htmlName(s account.Scope, site, id, hash string) blob.Name {
	return blob.Of(s, "content", site, id, hash+".html")
}

// NewOp stores a content that is not there yet. Its body must be in the blob store before.
func NewOp(s account.Scope, c Content) (table.Op, error) { return kind.New(s, c) }

func change(s account.Scope, site, id string, set table.Attrs, remove []string, conds ...table.Cond) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: set, Remove: remove}, conds...)
}

// PromptsOp notes that job made the prompts of n pictures, on condition that none did. What a
// person did to the text meanwhile does not matter: the prompts are paid for, and kept.
func PromptsOp(s account.Scope, site, id, job string, n int) table.Op {
	return change(s, site, id, table.Attrs{"has_image_prompts": true, "images_expected": int64(n), "prompts_job": job},
		[]string{"fault", "fault_cause"}, table.Equals("has_image_prompts", false), table.Missing("prompts_job"))
}

// PromptsFailedOp notes a failed try for the prompts.
func PromptsFailedOp(s account.Scope, site, id string, attempt int, run string, cause errs.Cause, fault string) table.Op {
	return change(s, site, id, table.Attrs{"prompts_attempt": int64(attempt + 1), "failed_run": run, "fault_cause": string(cause), "fault": fault},
		nil, table.Equals("has_image_prompts", false))
}

// FaultOp tells on a draft what keeps it there, such as a picture that failed.
func FaultOp(s account.Scope, site, id string, cause errs.Cause, fault string) table.Op {
	return change(s, site, id, table.Attrs{"fault_cause": string(cause), "fault": fault}, nil, table.Equals("status", string(Draft)))
}

// ReviewOp moves a draft to review; wave says what moved it.
func ReviewOp(s account.Scope, site, id, wave string) table.Op {
	return change(s, site, id, table.Attrs{"status": string(Review), "review_wave": wave}, []string{"fault", "fault_cause", "reject_reason", "rejected_by"},
		table.Equals("status", string(Draft)), table.Equals("deleted", false))
}

// PublishedOp notes what job published: approved, and published at url. Only the job that
// holds the publication can do so.
func PublishedOp(s account.Scope, site, id, job, externalID, url string, warnings []string, now time.Time) table.Op {
	list := make([]any, len(warnings))
	for i, w := range warnings {
		list[i] = w
	}
	return change(s, site, id, table.Attrs{"status": string(Approved), "site_status": string(Published), "external_id": externalID,
		"external_url": url, "publish_warnings": list, "site_status_updated_at": stamp(now)}, []string{"fault", "fault_cause", "scheduled_publish_at", "changed_since_publish"},
		table.Equals("site_status", string(Publishing)), table.Equals("publish_job", job))
}

// PublishFailedOp notes the failed publication of the job that holds it. The text stays
// where the editor has it.
func PublishFailedOp(s account.Scope, site, id, job string, attempt int, run string, cause errs.Cause, fault string, now time.Time) table.Op {
	return change(s, site, id, table.Attrs{"site_status": string(Failed), "publish_attempt": int64(attempt + 1), "failed_run": run,
		"fault_cause": string(cause), "fault": fault, "site_status_updated_at": stamp(now)}, []string{"publish_job"},
		table.Equals("publish_job", job), table.Equals("site_status", string(Publishing)))
}

// ImageDroppedOp notes that a person deleted one of a content's pictures.
func ImageDroppedOp(s account.Scope, site, id string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Add: map[string]int64{"images_dropped": 1}}, table.Exists())
}

// StaleOp notes that the post of a published content is older than what is here now.
func StaleOp(s account.Scope, site, id string) table.Op {
	return change(s, site, id, table.Attrs{"changed_since_publish": true}, nil, table.Equals("site_status", string(Published)))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Read gives the content that an item of Type "content" holds, deleted ones as well: for whoever
// reads a site's records of several kinds in one request.
func Read(it table.Item) (Content, error) { return kind.Read(it) }
