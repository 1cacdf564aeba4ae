package archtest

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// linked lists the modules that a program may link.
var linked = map[string][]string{
	"cmd/igny8": {
		"github.com/HugoSmits86/nativewebp", "github.com/alecthomas/kong", "github.com/alexedwards/argon2id",
		"github.com/aymerick/douceur", "github.com/coder/websocket", "github.com/danielgtaylor/huma/v2", "github.com/fxamacker/cbor/v2",
		"github.com/golang-jwt/jwt/v5", "github.com/gorilla/css", "github.com/kljensen/snowball",
		"github.com/microcosm-cc/bluemonday", "github.com/oklog/ulid/v2", "github.com/openai/openai-go/v3",
		"github.com/santhosh-tekuri/jsonschema/v6", "github.com/tidwall/gjson", "github.com/tidwall/match",
		"github.com/tidwall/pretty", "github.com/tidwall/sjson", "github.com/x448/float16", "github.com/yuin/goldmark",
		"go.etcd.io/bbolt", "golang.org/x/crypto", "golang.org/x/image", "golang.org/x/net", "golang.org/x/sync",
		"golang.org/x/sys", "golang.org/x/term", "golang.org/x/text",
	},
	"internal/lab/ai/aiwire": {},
}

// never are packages that no program but a lab links.
var never = []string{module + "/internal/lab", "github.com/aws/", "net/http/httptest"}

// mayLinkAWS: the programs of functions/ alone.
func mayLinkAWS(program string) bool { return under(program, "functions") }

func checkLinked(program string, modules, packages []string) (faults []string) {
	list, ok := linked[program]
	if !ok {
		return []string{program + " has no list of modules: add one"}
	}
	for _, m := range modules {
		if m != module && !slices.Contains(list, m) {
			faults = append(faults, program+" links "+m+", which is not on its list")
		}
	}
	for _, p := range packages {
		for _, n := range never {
			aws := n == "github.com/aws/" && mayLinkAWS(program)
			lab := under(program, "internal/lab")
			if (p == n || strings.HasPrefix(p, strings.TrimSuffix(n, "/")+"/")) && !aws && !lab {
				faults = append(faults, program+" links "+p)
			}
		}
	}
	return faults
}

func list(t *testing.T, format string, args ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", format}, args...)...)
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	lines := strings.Fields(string(out))
	slices.Sort(lines)
	return slices.Compact(lines)
}

func TestLinkedModules(t *testing.T) {
	t.Parallel()
	programs := list(t, `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`, "./...")
	if !slices.Contains(programs, module+"/cmd/igny8") {
		t.Fatalf("cmd/igny8 is not among the programs: %v", programs)
	}
	for _, p := range programs {
		short := strings.TrimPrefix(p, module+"/")
		modules := list(t, `{{with .Module}}{{.Path}}{{end}}`, "-deps", p)
		report(t, checkLinked(short, modules, list(t, `{{.ImportPath}}`, "-deps", p)))
	}
	refuses(t, checkLinked("cmd/igny8", []string{"github.com/strange/module"}, nil), "not on its list")
	refuses(t, checkLinked("cmd/igny8", nil, []string{"github.com/aws/aws-sdk-go-v2/aws"}), "links github.com/aws")
	refuses(t, checkLinked("cmd/igny8", nil, []string{module + "/internal/lab/ai"}), "links "+module+"/internal/lab/ai")
	refuses(t, checkLinked("cmd/igny8", nil, []string{"net/http/httptest"}), "links net/http/httptest")
	refuses(t, checkLinked("cmd/other", nil, nil), "no list")
}
