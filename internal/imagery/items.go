package imagery

import (
	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// Prefix begins the sort keys of a site's images.
const Prefix = "IMAGE#"

// kind is how images are kept.
var kind = record.Kind[Image]{Type: "image", Prefix: Prefix, Keep: KeepDeleted, Head: func(i *Image) record.Head {
	return record.Head{ID: &i.ID, Site: &i.Site, Deleted: &i.Deleted, Created: &i.CreatedAt, Updated: &i.UpdatedAt, Version: &i.Version}
}}

// File is what a job made of a picture.
type File struct {
	Name          string // last part of the blob's name
	ContentType   string
	Width, Height int
	SHA256        string
	Demo          bool
}

func fileName(s account.Scope, site, file string) blob.Name {
	return blob.Of(s, "images", site, file)
}

// NewOp stores a picture that is not there yet.
func NewOp(s account.Scope, i Image) (table.Op, error) { return kind.New(s, i) }

// GeneratedOp notes the file that job was paid for, on condition that no job was, and the
// prompt that was drawn: a picture that was changed or deleted meanwhile is kept, with what it
// shows.
func GeneratedOp(s account.Scope, i Image, job string, f File) table.Op {
	return table.Change(kind.Key(s, i.Site, i.ID), table.Changes{
		Set: table.Attrs{"status": string(Generated), "job": job, "file": f.Name, "file_type": f.ContentType,
			"width": int64(f.Width), "height": int64(f.Height), "sha256": f.SHA256, "demo": f.Demo, "prompt": i.Prompt},
		Remove: []string{"fault", "fault_cause"},
	}, table.Exists(), table.Missing("job"))
}

// FailedOp notes that try number attempt failed.
func FailedOp(s account.Scope, site, id string, attempt int, run string, cause errs.Cause, fault string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: table.Attrs{"status": string(Failed), "attempt": int64(attempt + 1),
		"failed_run": run, "fault_cause": string(cause), "fault": fault}}, table.Exists(), table.Missing("job"))
}

// Read gives the image that an item of Type "image" holds, deleted ones as well: for whoever
// reads a site's records of several kinds in one request.
func Read(it table.Item) (Image, error) { return kind.Read(it) }
