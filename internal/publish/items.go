package publish

import (
	"context"
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// items are the access patterns:
//
//	A#<account>#S#<site>  PUBLISHING#<content>#<destination>   Record
//	A#<account>#S#<site>  ATTEMPT#<due>#<nonce>                Attempt, by due time
type items struct{ table table.Table }

func recordKey(s account.Scope, site, content, destination string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "PUBLISHING#" + content + "#" + destination}
}

const attempts = "ATTEMPT#"

func attemptsDue(at time.Time) string { return fmt.Sprintf("%s%012d", attempts, at.Unix()) }

func (a Attempt) key(s account.Scope, site string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: attemptsDue(a.Due) + "#" + a.Nonce}
}

// record reads a record consistently; a new one, with version 0, when there is none.
func (i items) record(ctx context.Context, s account.Scope, site, content, destination string) (*Record, error) {
	it, err := i.table.Get(ctx, recordKey(s, site, content, destination), table.Consistent)
	if errs.Is(err, errs.NotFound) && s.Sees(site) {
		return &Record{ContentID: content, Destination: destination, Status: Pending}, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeRecord(it)
}

func decodeRecord(it table.Item) (*Record, error) {
	var r Record
	if err := table.Decode(it.Attrs, &r); err != nil {
		return nil, err
	}
	r.Version, r.CreatedAt = it.Version, it.Created
	return &r, nil
}

// save stores the record, together with further operations, on condition that nobody has
// written it since it was read: whoever took the publication over wins.
func (i items) save(ctx context.Context, s account.Scope, site string, r *Record, with ...table.Op) error {
	attrs, err := table.Encode(r)
	if err != nil {
		return err
	}
	item := table.Item{Key: recordKey(s, site, r.ContentID, r.Destination), Type: "publishing_record",
		Version: r.Version, Created: r.CreatedAt, Attrs: attrs}
	cond := table.VersionIs(r.Version)
	if r.Version == 0 {
		cond = table.Absent()
	}
	if err := i.table.Transact(ctx, append([]table.Op{table.Put(item, cond)}, with...)...); err != nil {
		if table.FailedCondition(err) != nil {
			return busy(time.Second)
		}
		return err
	}
	r.Version++
	return nil
}

// records gives all records of a site.
func (i items) records(ctx context.Context, s account.Scope, site string) ([]Record, error) {
	found, err := table.Collect(ctx, i.table, table.Query{Partition: table.OfSite(s, site), Prefix: "PUBLISHING#"})
	if err != nil {
		return nil, err
	}
	out := make([]Record, 0, len(found))
	for _, it := range found {
		r, err := decodeRecord(it)
		if err != nil {
			return nil, err
		}
		out = append(out, *r)
	}
	return out, nil
}

func putAttempt(s account.Scope, site string, a Attempt) (table.Op, error) {
	attrs, err := table.Encode(a)
	return table.Put(table.Item{Key: a.key(s, site), Type: "publishing_attempt", Attrs: attrs}), err
}

// move puts an attempt under its next due time.
func (i items) move(ctx context.Context, s account.Scope, site string, from, to Attempt) error {
	if from.key(s, site) == to.key(s, site) {
		return nil
	}
	put, err := putAttempt(s, site, to)
	if err != nil {
		return err
	}
	// On condition that it is still there: its answer may have been stored meanwhile.
	err = i.table.Transact(ctx, table.Delete(from.key(s, site), table.Exists()), put)
	if table.FailedCondition(err) != nil {
		return nil
	}
	return err
}

// due gives up to limit attempts whose look is due at now, oldest first.
func (i items) due(ctx context.Context, s account.Scope, site string, now time.Time, limit int) ([]Attempt, error) {
	var out []Attempt
	for it, err := range table.All(ctx, i.table, table.Query{Partition: table.OfSite(s, site), From: attempts,
		To: attemptsDue(now.Add(time.Second)), Limit: limit, Consistency: table.Consistent}) {
		if err != nil {
			return nil, err
		}
		var a Attempt
		if err := table.Decode(it.Attrs, &a); err != nil {
			return nil, err
		}
		if out = append(out, a); len(out) == limit {
			break
		}
	}
	return out, nil
}

// open tells whether the site has attempts at all, due or not.
func (i items) open(ctx context.Context, s account.Scope, site string) (bool, error) {
	page, err := i.table.Query(ctx, table.Query{Partition: table.OfSite(s, site), Prefix: attempts, Limit: 1, Consistency: table.Consistent})
	return len(page.Items) > 0, err
}

// drop ends an attempt.
func (i items) drop(ctx context.Context, s account.Scope, site string, a Attempt) error {
	return i.table.Write(ctx, table.Delete(a.key(s, site)))
}
