package automation

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// Keys of a site's partition. Markers carry their wave first, so that "any left?" is one
// query of one item.
func siteKey(s account.Scope, site, sort string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: sort}
}
func runKey(s account.Scope, site, run string) table.Key   { return siteKey(s, site, "RUN#"+run) }
func activeKey(s account.Scope, site string) table.Key     { return siteKey(s, site, "ACTIVE") }
func waveKey(s account.Scope, site, wave string) table.Key { return siteKey(s, site, "WAVE#"+wave) }
func jobKey(s account.Scope, site, job string) table.Key   { return siteKey(s, site, "JOB#"+job) }
func stageKey(s account.Scope, site, run string, n int) table.Key {
	return siteKey(s, site, fmt.Sprintf("STAGE#%s#%d", run, n))
}
func markerKey(s account.Scope, site, wave, job string) table.Key {
	return siteKey(s, site, "OPEN#"+wave+"#"+job)
}

// A lease has one loss at most: it names its holder.
func lossKey(s account.Scope, site, job, holder string) table.Key {
	return siteKey(s, site, "LOSS#"+job+"#"+holder)
}

func paidKey(s account.Scope, site, item, job string) table.Key {
	return siteKey(s, site, "PAID#"+item+"#"+job)
}

// Open entries tell tick what it has to look at: one for each run, each wave without a
// run, and each site with something to sweep. They live outside the accounts.
const openShards = 8

func openKey(h system.Handle, shard int, sort string) table.Key {
	return table.Key{Partition: table.OfSystem(h, "OPEN", fmt.Sprint(shard)), Sort: sort}
}

func openEntry(h system.Handle, kind, account, site, id string) table.Key {
	sum := 0
	for i := range len(site) {
		sum += int(site[i])
	}
	return openKey(h, sum%openShards, strings.Join([]string{kind, account, site, id}, "#"))
}

// dueShards is over how many partitions due schedules are spread: many are due at the full hour.
const dueShards = 32

func scheduleKey(s account.Scope, site string) table.Key { return siteKey(s, site, "SCHEDULE") }

func duePartition(h system.Handle, shard int) table.Partition {
	return table.OfSystem(h, "DUE", fmt.Sprint(shard))
}

// dueKey is the entry by which tick finds a schedule when its time has come.
func dueKey(h system.Handle, at time.Time, account, site string) table.Key {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(site))
	return table.Key{Partition: duePartition(h, int(sum.Sum32()%dueShards)), Sort: strings.Join([]string{dueTime(at), account, site}, "#")}
}

// dueTime is a time as due entries sort by it.
func dueTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

func put(key table.Key, kind string, v any, version int64, conds ...table.Cond) (table.Op, error) {
	attrs, err := table.Encode(v)
	if err != nil {
		return table.Op{}, err
	}
	return table.Put(table.Item{Key: key, Type: kind, Version: version, Attrs: attrs}, conds...), nil
}

// replace puts v in place of the version that was read (0: there was none).
func replace(key table.Key, kind string, v any, version int64) (table.Op, error) {
	cond := table.VersionIs(version)
	if version == 0 {
		cond = table.Absent()
	}
	return put(key, kind, v, version, cond)
}

func (e *Engine) run(ctx context.Context, s account.Scope, site, id string) (Run, error) {
	it, err := e.table.Get(ctx, runKey(s, site, id), table.Consistent)
	if err != nil {
		return Run{}, err
	}
	return decodeRun(it)
}

func decodeRun(it table.Item) (Run, error) {
	var r Run
	err := table.Decode(it.Attrs, &r)
	r.version = it.Version
	return r, err
}

func (e *Engine) active(ctx context.Context, s account.Scope, site string) (Run, error) {
	it, err := e.table.Get(ctx, activeKey(s, site), table.Consistent)
	if err != nil {
		return Run{}, err
	}
	id, _ := it.Attrs["run"].(string)
	return e.run(ctx, s, site, id)
}

// stage reads a stage's result; a stage that has not begun gives an empty one.
func (e *Engine) stage(ctx context.Context, s account.Scope, site, run string, n int) (StageResult, error) {
	it, err := e.table.Get(ctx, stageKey(s, site, run, n), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return StageResult{Run: run, Stage: n, Name: StageName(n), Counts: Counts{}}, nil
	}
	if err != nil {
		return StageResult{}, err
	}
	return decodeStage(it)
}

func decodeStage(it table.Item) (StageResult, error) {
	r := StageResult{Counts: Counts{}}
	err := table.Decode(it.Attrs, &r)
	r.version = it.Version
	return r, err
}

func (e *Engine) wave(ctx context.Context, s account.Scope, site, id string) (Wave, error) {
	it, err := e.table.Get(ctx, waveKey(s, site, id), table.Consistent)
	if err != nil {
		return Wave{}, err
	}
	return decodeWave(it)
}

func decodeWave(it table.Item) (Wave, error) {
	var w Wave
	err := table.Decode(it.Attrs, &w)
	w.version, w.Updated = it.Version, it.Updated
	return w, err
}

func (e *Engine) job(ctx context.Context, s account.Scope, site, id string) (Job, error) {
	it, err := e.table.Get(ctx, jobKey(s, site, id), table.Consistent)
	if err != nil {
		return Job{}, err
	}
	return decodeJob(it)
}

func decodeJob(it table.Item) (Job, error) {
	var j Job
	err := table.Decode(it.Attrs, &j)
	j.version, j.Updated = it.Version, it.Updated
	return j, err
}

// jobsOf reads the jobs of a wave's list, by id; those never written are left out.
func (e *Engine) jobsOf(ctx context.Context, s account.Scope, w Wave) (map[string]Job, error) {
	return e.readJobs(ctx, s, w, table.Consistent)
}

// readJobs is jobsOf; what is only shown may be Eventual, at half the price.
func (e *Engine) readJobs(ctx context.Context, s account.Scope, w Wave, c table.Consistency) (map[string]Job, error) {
	keys := make([]table.Key, len(w.Jobs))
	for i, j := range w.Jobs {
		keys[i] = jobKey(s, w.Site, j.Job)
	}
	items, err := table.LoadAll(ctx, e.table, keys, c)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Job, len(items))
	for _, it := range items {
		j, err := decodeJob(it)
		if err != nil {
			return nil, err
		}
		out[j.ID] = j
	}
	return out, nil
}

// markers reads which jobs of a wave are open; limit 0 reads all.
func (e *Engine) markers(ctx context.Context, s account.Scope, site, wave string, limit int) ([]string, error) {
	prefix := "OPEN#" + wave + "#"
	q := table.Query{Partition: table.OfSite(s, site), Prefix: prefix, Limit: limit, Consistency: table.Consistent}
	var out []string
	for it, err := range table.All(ctx, e.table, q) {
		if err != nil {
			return nil, err
		}
		out = append(out, strings.TrimPrefix(it.Key.Sort, prefix))
		if limit > 0 && len(out) == limit {
			break
		}
	}
	return out, nil
}
