package providers_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/ai"
)

// bench is one lab and the makers that call it.
type bench struct {
	lab          *lab.Lab
	texts, quick ai.Text
	draws, short ai.Image
}

func newBench(t *testing.T) *bench {
	l := lab.Start(t)
	o := providers.Options{
		OpenAI:    providers.Access{Key: providers.HeldKey(l.Key), BaseURL: l.URL},
		Anthropic: providers.Access{Key: providers.HeldKey(l.AnthropicKey), BaseURL: l.AnthropicURL},
		Stability: providers.Access{Key: providers.HeldKey(l.StabilityKey), BaseURL: l.StabilityURL},
		Timeout:   time.Minute,
	}
	hasty := o
	hasty.Timeout = time.Second
	return &bench{lab: l, texts: providers.Texts(o), quick: providers.Texts(hasty), draws: pictures.Images(o), short: pictures.Images(hasty)}
}

var schema = ai.Schema{Name: "idea", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["title","body"],
	"properties":{"title":{"type":"string"},"body":{"type":"string"}}}`)}

// ask makes one call of a model and reads its answer; cost is what the answer says.
func (b *bench) ask(t *testing.T, model string, quick bool) (cost int64, err error) {
	var a ai.Answer
	m, _, err := ai.Find(model)
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind == ai.KindText {
		texts, r := b.texts, ai.TextRequest{Key: "job.answer", Model: model, Prompt: "Give one idea about: espresso machines", Schema: schema}
		if quick {
			texts = b.quick
		}
		if a, err = texts.Write(t.Context(), r); err == nil {
			_, err = texts.Read(r, a)
		}
		return int64(a.Usage.CostUSD), err
	}
	draws, r := b.draws, ai.ImageRequest{Key: "job.answer", Model: model, Prompt: "A coffee machine", Size: "1024x1024", Quality: "low", Format: "png"}
	if quick {
		draws = b.short
	}
	if a, err = draws.Draw(t.Context(), r); err == nil {
		_, err = draws.Read(r, a)
	}
	return int64(a.Usage.CostUSD), err
}

// mended are the codes of an answer that was bought and is of no use: asked for once more, in
// other words.
var mended = []string{"bad_json", "schema", "cut_off", "wrong_type", "wrong_size", "corrupt", "empty"}

// outcome is what a caller learns: kind, code, who has to act, and what is right now.
func outcome(err error) string {
	if err == nil {
		return "used"
	}
	e := errs.Of(err)
	then := "stop"
	switch {
	case (e.Kind == errs.Exhausted || e.Kind == errs.Unavailable) && e.RetryAfter > 0:
		then = "repeat after " + e.RetryAfter.String()
	case e.Kind == errs.Exhausted || e.Kind == errs.Unavailable:
		then = "repeat"
	case slices.Contains(mended, e.Code):
		then = "repair"
	}
	return fmt.Sprintf("%s %s (%s): %s", e.Kind, e.Code, e.Cause, then)
}

// meet lets one target meet one fault and gives the line of the table.
func (b *bench) meet(t *testing.T, target, model string, f lab.Kind) string {
	b.lab.Reset()
	b.lab.Fault(f.Fault)
	cost, err := b.ask(t, model, f.Late)
	if e := errs.Of(err); err != nil && (e.Message == "" || len(e.Message) > 500) {
		t.Errorf("%s, %s: says %q", target, f.Name, e.Message)
	}
	calls, met := b.lab.Requests("", ""), b.lab.Faults()
	if len(calls) != 1 || len(met) != 1 || met[0].Hits != 1 {
		t.Errorf("%s, %s: %d calls, faults %+v", target, f.Name, len(calls), met)
	}
	paid := "free"
	if usd := b.lab.Ledger().Total.USD; usd > 0 {
		paid = "paid"
		if cost > 0 && math.Abs(usd*1e6-float64(cost)) > 0.5000001 {
			t.Errorf("%s, %s: we say %d micro-dollars, the ledger %v dollars", target, f.Name, cost, usd)
		}
		if cost == 0 {
			paid = "in doubt" // paid, and no answer says so
		}
	}
	if ai.InDoubt(err) != (paid == "in doubt") {
		t.Errorf("%s, %s: %s, and InDoubt says %t", target, f.Name, paid, ai.InDoubt(err))
	}
	return fmt.Sprintf("%-24s %-16s %d call  %-62s %s", f.Name, target, len(calls), outcome(err), paid)
}

// TestFaults: what each fault of each provider is to a caller. No call is made twice, and the
// lab has met each.
func TestFaults(t *testing.T) {
	t.Parallel()
	targets := []struct{ name, model string }{
		{"openai text", ai.DefaultTextModel}, {"openai image", ai.DefaultImageModel}, {"anthropic text", ai.AnthropicTextModel}, {"stability image", ai.StabilityModel},
	}
	lines := make([][]string, len(targets))
	t.Run("targets", func(t *testing.T) {
		for i, target := range targets {
			t.Run(target.name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				for _, f := range lab.Kinds() {
					line := ""
					if strings.Contains(target.name, f.Only) {
						line = b.meet(t, target.name, target.model, f)
					}
					lines[i] = append(lines[i], line)
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	var table strings.Builder
	for n := range lab.Kinds() {
		for i := range targets {
			if lines[i][n] != "" {
				table.WriteString(lines[i][n] + "\n")
			}
		}
	}
	t.Log("\n" + table.String())
	want, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(table.String(), "\n")); d != "" {
		t.Errorf("(- expected, + met)\n%s", d)
	}
}
