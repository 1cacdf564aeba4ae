package infra_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/igny8/igny8/internal/ai"
)

var modelNames = regexp.MustCompile(`"(TextModel|ImageModel)": \(?"([^"]+)"`)

// checkModels: the models that a deployment chooses for new sites are those that the
// all-in-one program chooses, whichever keys there are.
func checkModels(template map[string]string, script string) (faults []string) {
	want := map[string][]string{
		"TextModel":  {ai.DefaultTextModel, ai.AnthropicTextModel, ai.DemoTextModel},
		"ImageModel": {ai.DefaultImageModel, ai.StabilityModel, ai.DemoImageModel},
	}
	have := map[string][]string{"TextModel": {template["TextModel"]}, "ImageModel": {template["ImageModel"]}}
	for _, m := range modelNames.FindAllStringSubmatch(script, -1) {
		have[m[1]] = append(have[m[1]], m[2])
	}
	for name, models := range want {
		if len(have[name]) != len(models) {
			faults = append(faults, name+" is not chosen three times")
			continue
		}
		for i, m := range models {
			if have[name][i] != m {
				faults = append(faults, name+" is "+have[name][i]+" where the program has "+m)
			}
		}
	}
	return faults
}

func TestModelsOfNewSites(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(filepath.Join(root, "scripts", "stack.py"))
	if err != nil {
		t.Fatal(err)
	}
	p := load(t)
	defaults := map[string]string{}
	for _, name := range []string{"TextModel", "ImageModel"} {
		defaults[name] = text(at(p.docs[rootDoc], "Parameters", name, "Default"))
	}
	report(t, checkModels(defaults, string(script)))
	refuses(t, checkModels(map[string]string{"TextModel": "gpt-4.1", "ImageModel": ai.DefaultImageModel}, string(script)), "TextModel is gpt-4.1 where")
	refuses(t, checkModels(defaults, ""), "not chosen three times")
}
