package keyword

import (
	"cmp"
	"iter"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
)

// importing is an import under way: what the files hold, beside what the site has.
type importing struct {
	batch  *batch
	files  []*parsed
	sector string // empty in a dry run that looks at all
	tags   []string
	now    time.Time

	known   map[string]int64     // key: id, of the keywords that are there
	folds   []string             // of those, in their order
	rows    map[int64]rowset.Row // of those that the files name
	spelled spelling
	changed map[int32]bool // places of rows that keywords which are there get something of
}

// compare finds out what is new and what is there, and gives set what a keyword that is
// there gets. It forgets what an earlier call found.
func (im *importing) compare(rows iter.Seq[rowset.Row], set func(id int64, f rowset.Fields)) {
	im.known, im.folds, im.rows = map[string]int64{}, nil, map[int64]rowset.Row{}
	im.spelled, im.changed = spelling{}, map[int32]bool{}
	last := ""
	for row := range rows {
		if packed := row.Text(colTags); packed != last {
			im.spelled.learn(unpackTags(packed))
			last = packed
		}
		// A dry run without a sector looks at all.
		if im.sector != "" && row.Text(rowset.ColSector) != im.sector {
			continue
		}
		fold := row.Text(colFold)
		key := im.batch.keyOf(fold)
		im.folds = append(im.folds, fold)
		if _, ok := im.known[key]; ok {
			continue
		}
		im.known[key] = row.ID()
		if _, ok := im.batch.at[key]; ok {
			im.rows[row.ID()] = row
		}
	}
	im.update(set)
	im.rows = nil
}

func (im *importing) update(set func(id int64, f rowset.Fields)) {
	for i := range im.batch.rows {
		r := &im.batch.rows[i]
		id, ok := im.known[im.batch.keyOf(r.fold)]
		if !ok {
			continue
		}
		if f := r.changes(im.rows[id], im.tagsOf(r), im.now); f != nil {
			set(id, f)
			im.changed[int32(i)] = true //nolint:gosec // MaxRows
		}
	}
}

// tagsOf are a row's own tags and those of the whole import, as the site spells them.
func (im *importing) tagsOf(r *parsedRow) []string {
	return im.spelled.of(joinTags(r.tags, im.tags))
}

// told is for a comparison that writes nothing.
func told(int64, rowset.Fields) {}

// apply writes the import into a draft of what is there.
func (im *importing) apply(d *rowset.Draft) error {
	im.compare(d.Rows(rowset.Keywords), func(id int64, f rowset.Fields) { d.Update(rowset.Keywords, id, f) })
	for i := range im.batch.rows {
		r := &im.batch.rows[i]
		if !im.has(r) {
			d.Add(rowset.Keywords, r.fields(im.sector, im.tagsOf(r), im.now))
		}
	}
	return nil
}

func (im *importing) has(r *parsedRow) bool {
	_, ok := im.known[im.batch.keyOf(r.fold)]
	return ok
}

// nothingNew is what is told of an import that was done before.
func (im *importing) nothingNew() {
	im.known = map[string]int64{}
	for i := range im.batch.rows {
		im.known[im.batch.keyOf(im.batch.rows[i].fold)] = 0
	}
	im.changed = nil
}

// reports tells what came of each file.
func (im *importing) reports() []Report {
	out := make([]Report, len(im.files))
	for i, p := range im.files {
		out[i] = p.report()
		if p.err != nil {
			e := errs.Of(p.err)
			out[i].Error = &Refusal{Code: e.Code, Message: e.Message}
			reason, mend, _ := strings.Cut(e.Message, ": ")
			out[i].Faults = append(out[i].Faults, Fault{Line: 1, Column: 1, Reason: reason, Mend: cmp.Or(mend, "mend the file and import it again")})
		}
	}
	for i := range im.batch.rows {
		r := &im.batch.rows[i]
		switch f := &out[r.file]; {
		case !im.has(r):
			f.New++
		default:
			f.Already++
			if im.changed[int32(i)] { //nolint:gosec // MaxRows
				f.Updated++
			}
		}
	}
	im.tellNear(out)
	return out
}

// tellNear names new keywords that are much like others.
func (im *importing) tellNear(out []Report) {
	folds := append([]string{}, im.folds...)
	var rows []*parsedRow
	for i := range im.batch.rows {
		if r := &im.batch.rows[i]; !im.has(r) {
			folds, rows = append(folds, r.fold), append(rows, r)
		}
	}
	near := findNear(folds, len(im.folds))
	for i, r := range rows {
		n, ok := near[int32(len(im.folds)+i)] //nolint:gosec // MaxRows
		if !ok {
			continue
		}
		f := &out[r.file]
		if f.NearCount++; len(f.Near) < MaxNear {
			like := folds[n.at]
			if k := int(n.at) - len(im.folds); k >= 0 {
				like = rows[k].text
			}
			f.Near = append(f.Near, Near{File: f.Name, Line: int(r.line), Keyword: r.text, Like: like, Kind: n.kind})
		}
	}
}
