package coldstart

import (
	"fmt"
	"strings"
)

// Table is the report in Markdown, aligned to be read as it is.
func (r Report) Table() string {
	rows := [][]string{{"function", "init ms", "more than " + r.Rows[0].Name + " [95 %]", "first ms", "init + first, more [95 %]", "warm ms", "RSS MB", "binary MB", "answers"}}
	for _, row := range r.Rows {
		rows = append(rows, []string{
			row.Name, fmt.Sprintf("%.2f", row.InitMS), row.InitMore.String(), fmt.Sprintf("%.2f", row.FirstMS), row.ColdMore.String(),
			fmt.Sprintf("%.2f", row.WarmMS), mb(row.RSS), mb(row.Size), row.Answers,
		})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d starts each, %d more events a start; medians; 1 MB = 2^20 bytes; RSS at the end of init\n\n", r.Rounds, r.Warm)
	write(&b, rows)
	for _, row := range r.Rows {
		if row.Error != "" {
			fmt.Fprintf(&b, "\n%s answered with an error: %s\n", row.Name, row.Error)
		}
	}
	return b.String()
}

func write(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(b, "| %-*s ", widths[i], cell)
		}
		b.WriteString("|\n")
		for i := 0; n == 0 && i < len(widths); i++ {
			b.WriteString("|" + strings.Repeat("-", widths[i]+2))
		}
		if n == 0 {
			b.WriteString("|\n")
		}
	}
}

// String is "-" for nil.
func (i *Interval) String() string {
	if i == nil {
		return "-"
	}
	return fmt.Sprintf("%+.2f [%+.2f, %+.2f]", i.Median, i.Low, i.High)
}

func mb(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/(1<<20)) }

// Over tells what exceeds the limits. A difference does only when its whole interval does:
// what the machine's noise could explain is no finding.
func (r Report) Over(l Limits) (faults []string) {
	fault := func(row Row, format string, a ...any) {
		faults = append(faults, row.Name+": "+fmt.Sprintf(format, a...))
	}
	for _, row := range r.Rows {
		if m := row.InitMore; m != nil && awaited(row.Name) && m.Low > ms(l.Init) {
			fault(row, "init takes %s ms more than %s, the limit is %+.2f", m, r.Rows[0].Name, ms(l.Init))
		}
		if awaited(row.Name) && row.RSS > l.RSS {
			fault(row, "%s MB are resident after init, the limit is %s", mb(row.RSS), mb(l.RSS))
		}
		if limit := l.size(row.Name); row.Size > limit {
			fault(row, "the binary has %s MB, the limit is %s", mb(row.Size), mb(limit))
		}
	}
	return faults
}
