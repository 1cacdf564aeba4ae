package httpapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

type keptTag struct {
	Name string   `json:"name"`
	Also []string `json:"also"`
}

type keptInner struct {
	Token string            `json:"token" api:"-"`
	Shown string            `json:"shown"`
	Tags  []string          `json:"tags"`
	Maybe []string          `json:"maybe,omitempty"`
	Map   map[string]string `json:"map"`
	Zero  []string          `json:"zero,omitzero"`
	Time  time.Time         `json:"time,omitzero"`
}

type keptOuter struct {
	keptUnexported
	keptInner
	Shown string                 `json:"shown"` // before the inner one
	List  []keptTag              `json:"list"`
	One   *keptTag               `json:"one"`
	None  *keptTag               `json:"none"`
	Deep  map[string][]keptInner `json:"deep"`
	Any   any                    `json:"any"`
	Raw   json.RawMessage        `json:"raw"`
	Bytes []byte                 `json:"bytes"`
	Own   ownJSON                `json:"own"`
	Skip  string                 `json:"-"`
	Plain int
}

type keptUnexported struct {
	Also string `json:"also"`
}

type ownJSON struct{ List []string }

func (ownJSON) MarshalJSON() ([]byte, error) { return []byte(`"own"`), nil }

// TestPublic: what is kept is not answered, lists and maps are never null, and the value
// itself, which others may be reading, stays as it is.
func TestPublic(t *testing.T) {
	t.Parallel()
	in := keptOuter{keptInner: keptInner{Token: "secret", Shown: "inner"}, Shown: "outer", List: make([]keptTag, 1), One: &keptTag{},
		Deep: map[string][]keptInner{"a": {{Token: "secret"}}}, Any: keptInner{Token: "secret"}, Skip: "secret", keptUnexported: keptUnexported{"also"}}
	before, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := marshal(&out, dataBody[*keptOuter]{Success: true, Data: &in, RequestID: "req"}); err != nil {
		t.Fatal(err)
	}
	const inner = `{"shown":"","tags":[],"map":{}}`
	want := `{"success":true,"data":{"also":"also","tags":[],"map":{},"shown":"outer","list":[{"name":"","also":[]}],"one":{"name":"","also":[]},"none":null,` +
		`"deep":{"a":[` + inner + `]},"any":` + inner + `,"raw":null,"bytes":null,"own":"own","Plain":0},"request_id":"req"}`
	if got := strings.TrimSpace(out.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if after, err := json.Marshal(in); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the value was changed: %s, %v", after, err)
	}
}

// TestPublicLeavesTheRest: a type without anything to hide or to fill is not copied.
func TestPublicLeavesTheRest(t *testing.T) {
	t.Parallel()
	in := &pong{Version: "1"}
	if got, ok := public(in).(*pong); !ok || got != in {
		t.Errorf("it was copied: %T", public(in))
	}
	if public(nil) != nil {
		t.Error("nil became something")
	}
}
