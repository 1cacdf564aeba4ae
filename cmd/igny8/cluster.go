package main

import (
	"bufio"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/results"
	"github.com/igny8/igny8/internal/cluster/engine/vectors"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword"
)

// clusterCommand is `igny8 cluster`: no account, no key, no network.
type clusterCommand struct {
	In         string `arg:"" help:"Keyword file: CSV, TSV, XLSX or one keyword a line." placeholder:"IN.csv"`
	Out        string `arg:"" help:"Where the same rows go, with cluster, leader, similarity, runner_up and topic; - for standard output." placeholder:"OUT.csv"`
	Strictness string `help:"How alike the keywords of a cluster are: tight, normal, broad, or a number from 0 to 1." default:"normal" placeholder:"HOW"`
	Results    string `help:"Search results, a row for each keyword, rank and url: keywords whose first ten share pages are a cluster." placeholder:"RESULTS.csv"`
	Overlap    int    `help:"With --results: how many pages must be shared, 1 to 10." default:"3" placeholder:"N"`
	Linking    string `help:"With --results: soft, all keywords share pages with the leader; or hard, all with each other." default:"soft" placeholder:"KIND"`
	Into       string `help:"An earlier OUT.csv: new keywords join its clusters, and none of its keywords moves." placeholder:"OLD.csv"`
	Vectors    string `help:"Write the vectors that were compared, as a NumPy file." placeholder:"FILE.npy"`
	Stability  bool   `help:"Tell how much of the clusters stays as it is when one keyword in a hundred goes or comes; takes as long again."`
	JSON       bool   `name:"json" help:"Print one JSON object for programs on standard output."`
}

// clustered is what a clustering came to.
type clustered struct {
	Keywords   int          `json:"keywords"`
	Clusters   int          `json:"clusters"`   // of two keywords or more
	Singletons int          `json:"singletons"` // keywords that are alike to no other
	Topics     int          `json:"topics"`
	Joined     int          `json:"joined"` // keywords in clusters of the earlier file
	Strictness float64      `json:"strictness"`
	ByResults  int          `json:"by_results"` // keywords compared by their search results
	Basis      engine.Basis `json:"basis"`
	Stability  *float64     `json:"stability,omitempty"` // 0 to 1; left out when it was not asked for
	Seconds    float64      `json:"seconds"`

	Results *keyword.ResultsReport `json:"results,omitempty"` // of the file of search results
}

// Columns that the command writes.
var clusterColumns = []string{"cluster", "leader", "similarity", "runner_up", "topic"}

// maxClustered is how many keywords a file may have.
const maxClustered = 200_000

// Run clusters a file.
func (c *clusterCommand) Run(a *app) error {
	began := time.Now()
	how, err := engine.ParseStrictness(c.Strictness)
	if err != nil {
		return usage("--strictness %s: %v", c.Strictness, err)
	}
	pages, report, err := c.results(a)
	if err != nil {
		return err
	}
	in, err := readSheet(c.In)
	if err != nil {
		return err
	}
	old, err := readOld(c.Into)
	if err != nil {
		return err
	}
	job := clustering{
		sheet: in, old: old, set: engine.Settings{Meaning: vectors.Load(), Strictness: how},
		pages: pages, linking: results.Settings{Kind: results.Kind(c.Linking), Threshold: c.Overlap},
	}
	if err := job.do(); err != nil {
		return err
	}
	if c.Vectors != "" {
		if err := writeFile(c.Vectors, job.writeVectors); err != nil {
			return err
		}
	}
	if c.Out == "-" {
		if err := job.write(a.out); err != nil {
			return err
		}
	} else if err := writeFile(c.Out, job.write); err != nil {
		return err
	}
	told := job.summary(how)
	if c.Stability {
		stable := job.tree.Stability(how)
		told.Stability = &stable
	}
	told.Results = report
	told.Seconds = float64(time.Since(began).Milliseconds()) / 1000
	return c.tell(a, told)
}

// results reads the results, when there are any.
func (c *clusterCommand) results(a *app) (pagesOf, *keyword.ResultsReport, error) {
	switch {
	case c.Results != "" && c.Into != "":
		return nil, nil, usage("--results can't be given together with --into yet: cluster all keywords by their results anew")
	case c.Results != "" && c.Stability:
		return nil, nil, usage("--stability tells of clusters by meaning: leave out --results")
	case c.Overlap < 1 || c.Overlap > results.Top:
		return nil, nil, usage("--overlap %d: write how many of the first %d pages must be shared, 1 to %d", c.Overlap, results.Top, results.Top)
	case !slices.Contains(results.Kinds(), c.Linking):
		return nil, nil, usage("--linking %s: write %s", c.Linking, strings.Join(results.Kinds(), " or "))
	}
	return readResults(a, c.Results)
}

func (c *clusterCommand) tell(a *app, told clustered) error {
	out := a.out
	if c.Out == "-" {
		out = a.err
	}
	if c.JSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(told)
	}
	_, err := fmt.Fprintf(out, "  %d keywords: %d clusters, %d keywords alone, %d topics, in %.1f s\n  compared by meaning: %d, by words and character n-grams: %d\n",
		told.Keywords, told.Clusters, told.Singletons, told.Topics, told.Seconds, told.Basis.Meaning, told.Basis.Words)
	if err == nil && told.Stability != nil {
		_, err = fmt.Fprintf(out, "  stability: %.1f %% stays as it is when one keyword in a hundred goes or comes\n", 100**told.Stability)
	}
	if err == nil && c.Results != "" {
		_, err = fmt.Fprintf(out, "  compared by search results: %d\n  results: %s\n", told.ByResults, resultsTold(told.Results))
	}
	if err == nil && c.Into != "" {
		_, err = fmt.Fprintf(out, "  %d keywords are in clusters of %s\n", told.Joined, c.Into)
	}
	return err
}

// resultsTold is what was found in a file of search results.
func resultsTold(r *keyword.ResultsReport) string {
	parts := []string{fmt.Sprintf("%d rows of %d keywords taken", r.Taken, r.Keywords)}
	for _, left := range []struct {
		n   int
		why string
	}{{r.Behind, fmt.Sprintf("behind the first %d", results.Top)}, {r.Paid, "advertisements"}, {r.Again, "a rank or page that the keyword has already"}, {len(r.Faults) + r.More, "can't be used"}} {
		if left.n > 0 {
			parts = append(parts, fmt.Sprintf("%d left out (%s)", left.n, left.why))
		}
	}
	if r.ByOrder {
		parts = append(parts, "no ranks: the order of the rows was taken for them")
	}
	return strings.Join(parts, ", ")
}

// readSheet reads a keyword file whose every row can be used.
func readSheet(path string) (keyword.Sheet, error) {
	var from io.Reader = os.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return keyword.Sheet{}, usage("%s can't be read: %v", path, err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return keyword.Sheet{}, usage("%s is a folder: name a keyword file", path)
		}
		from = f
	}
	sheet, err := keyword.ReadSheet(from)
	if err != nil {
		return sheet, usage("%s: %s", path, told(err))
	}
	if len(sheet.Rows) > maxClustered {
		return sheet, usage("%s: it has %d keywords, and at most %d can be clustered at a time: split it, and give what was clustered before by --into", path, len(sheet.Rows), maxClustered)
	}
	for _, r := range sheet.Rows {
		switch {
		case r.Cut:
			return sheet, usage("%s: line %d is longer than 1 MB: a quote may be missing there; mend or delete it", path, r.Line)
		case r.Keyword == "":
			return sheet, usage("%s: line %d: the column of the keywords is empty: fill it, or delete the line", path, r.Line)
		}
	}
	if len(sheet.Rows) == 0 {
		return sheet, usage("%s: there is no keyword below the header: put one into each row", path)
	}
	return sheet, nil
}

// before is an earlier clustering.
type before struct {
	groups []engine.Existing
	of     map[string]int // folded keyword: group
	next   int            // first number that no cluster of it has
}

func readOld(path string) (before, error) {
	b := before{of: map[string]int{}, next: 1}
	if path == "" {
		return b, nil
	}
	sheet, err := readSheet(path)
	if err != nil {
		return b, err
	}
	id, topic := column(sheet, "cluster"), column(sheet, "topic")
	if id < 0 {
		return b, usage("%s: it has no column named cluster: give a file that igny8 cluster wrote", path)
	}
	at := map[string]int{}
	for _, r := range sheet.Rows {
		name := cell(r, id)
		if name == "" {
			return b, usage("%s: line %d: the column cluster is empty: fill it, or delete the line", path, r.Line)
		}
		g, ok := at[name]
		if !ok {
			g = len(b.groups)
			at[name] = g
			b.groups = append(b.groups, engine.Existing{ID: name})
			if n, err := strconv.Atoi(strings.TrimPrefix(name, "c")); err == nil {
				b.next = max(b.next, n+1)
			}
		}
		if topic >= 0 && b.groups[g].Topic == "" {
			b.groups[g].Topic = cell(r, topic)
		}
		b.groups[g].Texts = append(b.groups[g].Texts, r.Keyword)
		if _, ok := b.of[engine.Fold(r.Keyword)]; !ok {
			b.of[engine.Fold(r.Keyword)] = g
		}
	}
	return b, nil
}

func column(s keyword.Sheet, name string) int {
	return slices.IndexFunc(s.Heads, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
}

func cell(r keyword.SheetRow, at int) string {
	if at < len(r.Cells) {
		return strings.TrimSpace(r.Cells[at])
	}
	return ""
}

// clustering is one run of the command.
type clustering struct {
	sheet  keyword.Sheet
	old    before
	set    engine.Settings
	tree   *engine.Tree
	result engine.Result
	rows   [][]string // by row: our columns
	joined int

	pages            pagesOf // nil: by meaning
	linking          results.Settings
	byResults        int // keywords
	clusters, topics int
}

func (j *clustering) do() error {
	words := make([]engine.Keyword, len(j.sheet.Rows))
	for i, r := range j.sheet.Rows {
		words[i] = engine.Keyword{ID: int64(i), Text: r.Keyword, Volume: r.Volume}
	}
	j.tree = engine.Grow(words, j.old.groups, j.set)
	j.result = j.tree.Cut(j.set.Strictness)
	j.rows = make([][]string, len(words))
	names := j.names()
	for g, group := range j.result.Groups {
		topic := j.result.Topics[group.Topic]
		for _, m := range group.Members {
			row := []string{names[g], group.Name, strconv.FormatFloat(m.Similarity, 'f', 3, 64), m.RunnerUp, topic.Into}
			if topic.Into == "" {
				row[4] = topic.Name
			}
			if at, ok := j.old.of[engine.Fold(words[m.ID].Text)]; ok { // it was there: it stays, whatever its twins do
				row[0] = j.old.groups[at].ID
			}
			j.rows[m.ID] = row
		}
		if group.Into != "" {
			j.joined += len(group.Members)
		}
	}
	j.clusters, j.topics = len(j.result.Groups)-j.result.Alone, len(j.result.Topics)
	if j.pages != nil {
		return j.byPages(words)
	}
	return nil
}

// names gives each group its id: an existing one's, or c and a number, in the order of the
// groups' names, so that the order of the rows does not matter.
func (j *clustering) names() []string {
	out := make([]string, len(j.result.Groups))
	by := make([]int, 0, len(out))
	for g, group := range j.result.Groups {
		if out[g] = group.Into; group.Into == "" {
			by = append(by, g)
		}
	}
	slices.SortFunc(by, func(a, b int) int { return strings.Compare(j.result.Groups[a].Name, j.result.Groups[b].Name) })
	for n, g := range by {
		out[g] = "c" + strconv.Itoa(j.old.next+n)
	}
	return out
}

// write writes the rows with our columns; columns of an earlier clustering are written anew.
func (j *clustering) write(out io.Writer) error {
	var kept []int
	for i, h := range j.sheet.Heads {
		if !slices.ContainsFunc(clusterColumns, func(c string) bool { return strings.EqualFold(strings.TrimSpace(h), c) }) {
			kept = append(kept, i)
		}
	}
	w := csv.NewWriter(out)
	record := make([]string, 0, len(kept)+len(clusterColumns))
	for _, i := range kept {
		record = append(record, j.sheet.Heads[i])
	}
	if err := w.Write(append(record, clusterColumns...)); err != nil {
		return err
	}
	for n, r := range j.sheet.Rows {
		record = record[:0]
		for _, i := range kept {
			value := ""
			if i < len(r.Cells) {
				value = r.Cells[i]
			}
			record = append(record, value)
		}
		if err := w.Write(append(record, j.rows[n]...)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func (j *clustering) summary(how engine.Strictness) clustered {
	return clustered{
		Keywords: len(j.rows), Clusters: j.clusters, Singletons: j.result.Alone, Topics: j.topics, Joined: j.joined,
		Strictness: float64(how), ByResults: j.byResults, Basis: j.result.Basis,
	}
}

// writeVectors writes a row for each keyword, in the order of the rows, as NumPy's format 1.0
// has it (little-endian float32).
func (j *clustering) writeVectors(out io.Writer) error {
	rows, dim := len(j.rows), j.tree.Dim()
	head := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, dim)
	pad := 64 - (10+len(head)+1)%64
	head += strings.Repeat(" ", pad) + "\n"
	if _, err := io.WriteString(out, "\x93NUMPY\x01\x00"); err != nil {
		return err
	}
	if err := binary.Write(out, binary.LittleEndian, uint16(len(head))); err != nil { //nolint:gosec // a short line
		return err
	}
	if _, err := io.WriteString(out, head); err != nil {
		return err
	}
	for _, row := range j.tree.Vectors(rows) {
		if err := binary.Write(out, binary.LittleEndian, row); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file beside its place and puts it there when it is whole.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".igny8-*")
	if err != nil {
		return usage("%s can't be written: %v", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	b := bufio.NewWriterSize(f, 1<<20)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errs.New(errs.Unavailable, "file_write", path+" can't be written: "+err.Error()).With(err)
	}
	return nil
}
