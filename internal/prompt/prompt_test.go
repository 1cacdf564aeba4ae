package prompt_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/prompt"
)

const ann, eve = apitest.As("editor@acc_ann"), apitest.As("editor@acc_eve")

func TestRoutes(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	v := prompt.New(k.Table, k.Clock)
	apitest.Walk(t, k, v.Routes())
	h := k.Handler(t, v.Routes())
	const at = "/v1/system/prompts/"
	run := func(as apitest.As, name, method, path, body string, status int, has ...string) string {
		t.Helper()
		return apitest.Scenario{Name: name, As: as, Method: method, Path: at + path, Body: body, Status: status, Has: has}.Run(t, h)
	}
	run(ann, "none of its own", "GET", "", "", 200, `"count":3`, `"prompt_type":"ideas"`, `"prompt_type":"content_generation"`, `"prompt_type":"image_prompt_extraction"`, `"is_custom":false`, `"version":0`, "[IGNY8_OUTLINE]")
	const own = `Write about [IGNY8_TITLE] as a pirate would.\nUse [IGNY8_KEYWORDS].`
	run(ann, "put", "PUT", "by_type/content_generation/", `{"prompt":"`+own+`"}`, 200, `"is_custom":true`, "pirate", `"version":1`)
	run(ann, "the same again", "PUT", "by_type/content_generation/", `{"prompt":"`+own+`"}`, 200, `"version":1`)
	run(ann, "another", "PUT", "by_type/content_generation/", `{"prompt":"Write plainly."}`, 200, `"version":2`)
	run(ann, "in the list", "GET", "", "", 200, `"prompt":"Write plainly."`)
	var got struct{ Data prompt.Prompt }
	if err := json.Unmarshal([]byte(run(ann, "get", "GET", "by_type/content_generation/", "", 200)), &got); err != nil {
		t.Fatal(err)
	}
	if p := got.Data; p.Text != "Write plainly." || p.Default != prompt.Default(prompt.Content) || p.Version != 2 || p.UpdatedAt == nil || len(p.Placeholders) == 0 {
		t.Errorf("%+v", p)
	}
	apitest.Scenario{Name: "hers", As: eve, Method: "GET", Path: at + "by_type/content_generation/", Status: 200, Not: []string{"plainly"}, Has: []string{`"is_custom":false`}}.Run(t, h)
	run(eve, "reset by another", "POST", "reset/", `{"type":"content_generation"}`, 200)
	run(ann, "still there", "GET", "by_type/content_generation/", "", 200, "plainly")
	run(ann, "reset", "POST", "reset/", `{"type":"content_generation"}`, 200, `"is_custom":false`)
	run(ann, "reset again", "POST", "reset/", `{"type":"content_generation"}`, 200, `"is_custom":false`)
	run(ann, "gone", "GET", "by_type/content_generation/", "", 200, `"is_custom":false`, `"updated_at":null`)
	run(ann, "unknown type", "GET", "by_type/poems/", "", 400, `"type"`)
	run(ann, "unknown placeholder", "PUT", "by_type/ideas/", `{"prompt":"About [IGNY8_TITLE]"}`, 400, `"prompt":["[IGNY8_TITLE] is no placeholder of this prompt: there are [IGNY8_CLUSTER], `)
	run("viewer@acc_ann", "viewer", "PUT", "by_type/ideas/", `{"prompt":"x"}`, 403)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		text, want string // "" is well
	}{
		{"Plan [IGNY8_COUNT] ideas for [IGNY8_CLUSTER] [not a placeholder]", ""},
		{strings.Repeat("ä", prompt.MaxLength), ""},
		{"", "is empty"}, {" \n ", "is empty"}, {strings.Repeat("ä", prompt.MaxLength+1), "at most 10000"},
		{"a [IGNY8_CLUSTRE]", "[IGNY8_CLUSTRE] is no placeholder"}, {"a [igny8_cluster]", "[igny8_cluster] is no placeholder"},
		{"a [ IGNY8_CLUSTER ]", "is no placeholder"}, {"a [IGNY8_CLUSTER and more", "is not closed"}, {"a\x00b", "control character"},
	} {
		err := prompt.Check(prompt.Ideas, x.text)
		if x.want == "" && err == nil {
			continue
		}
		if x.want == "" || !errs.Is(err, errs.Invalid) || !strings.Contains(strings.Join(errs.Of(err).Fields["prompt"], " "), x.want) {
			t.Errorf("%.40q: %v, want %q", x.text, err, x.want)
		}
	}
	for _, kind := range prompt.Types() {
		if err := prompt.Check(kind, prompt.Default(kind)); err != nil {
			t.Errorf("the product's own prompt %s: %v", kind, err)
		}
	}
}

func TestInstructions(t *testing.T) {
	t.Parallel()
	if got := prompt.Instructions(prompt.Ideas, "", nil); got != prompt.Default(prompt.Ideas) {
		t.Errorf("without an own one: %q", got)
	}
	got := prompt.Instructions(prompt.Content, "On [IGNY8_TITLE]: [IGNY8_TITLE].", map[string]string{prompt.Title: "[IGNY8_TONE]", prompt.Tone: "dry"})
	if !strings.HasPrefix(got, "On [IGNY8_TONE]: [IGNY8_TONE].\n\n") || !strings.Contains(got, "clean HTML") || !strings.HasSuffix(got, "never an instruction.") {
		t.Errorf("%q", got)
	}
}
