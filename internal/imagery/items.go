package imagery

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Prefix begins the sort keys of a site's images.
const Prefix = "IMAGE#"

func key(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: Prefix + id}
}

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
func NewOp(s account.Scope, i Image) (table.Op, error) {
	attrs, err := table.Encode(i)
	if err != nil {
		return table.Op{}, errs.Wrap("encode image", err)
	}
	delete(attrs, "created_at")
	delete(attrs, "updated_at")
	delete(attrs, "version")
	return table.Put(table.Item{Key: key(s, i.Site, i.ID), Type: "image", Attrs: attrs}, table.Absent()), nil
}

// GeneratedOp notes the file that job was paid for, on condition that no job was, and the
// prompt that was drawn: a picture that was changed or deleted meanwhile is kept, with what it
// shows.
func GeneratedOp(s account.Scope, i Image, job string, f File) table.Op {
	return table.Change(key(s, i.Site, i.ID), table.Changes{
		Set: table.Attrs{"status": string(Generated), "job": job, "file": f.Name, "file_type": f.ContentType,
			"width": int64(f.Width), "height": int64(f.Height), "sha256": f.SHA256, "demo": f.Demo, "prompt": i.Prompt},
		Remove: []string{"fault", "fault_cause"},
	}, table.Exists(), table.Missing("job"))
}

// FailedOp notes that try number attempt failed.
func FailedOp(s account.Scope, site, id string, attempt int, run string, cause errs.Cause, fault string) table.Op {
	return table.Change(key(s, site, id), table.Changes{Set: table.Attrs{"status": string(Failed), "attempt": int64(attempt + 1),
		"failed_run": run, "fault_cause": string(cause), "fault": fault}}, table.Exists(), table.Missing("job"))
}

func (v *Service) load(ctx context.Context, s account.Scope, site, id string) (Image, error) {
	return table.GetAs(ctx, v.table, key(s, site, id), decode)
}

func (v *Service) all(ctx context.Context, s account.Scope, site string) ([]Image, error) {
	return table.CollectAs(ctx, v.table, every(s, site), decode)
}

func every(s account.Scope, site string) table.Query {
	return table.Query{Partition: table.OfSite(s, site), Prefix: Prefix, Consistency: table.Consistent}
}

// some reads the pictures with those ids that are there.
func (v *Service) some(ctx context.Context, s account.Scope, site string, ids []string) ([]Image, error) {
	have, err := table.LoadAs(ctx, v.table, ids, func(id string) table.Key { return key(s, site, id) }, decode)
	out := make([]Image, 0, len(have))
	for _, i := range have {
		if !i.Deleted {
			out = append(out, i)
		}
	}
	return out, err
}

// Read gives the image that an item of Type "image" holds, deleted ones as well: for whoever
// reads a site's records of several kinds in one request.
func Read(it table.Item) (Image, error) { return decode(it) }

func decode(it table.Item) (Image, error) {
	var i Image
	if err := table.Decode(it.Attrs, &i); err != nil {
		return Image{}, errs.Wrap("decode image", err)
	}
	i.ID = strings.TrimPrefix(it.Key.Sort, Prefix)
	i.CreatedAt, i.UpdatedAt, i.Version = it.Created, it.Updated, it.Version
	return i, nil
}
