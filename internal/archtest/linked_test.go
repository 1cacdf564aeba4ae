package archtest

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What groups of programs link for one reason.
var (
	// lambda is what every function is made of: the runtime, its settings, the table, routes
	// (they stand beside the features' rules).
	lambda = []string{"github.com/aws/aws-lambda-go", "github.com/caarlos0/env/v11", "github.com/danielgtaylor/huma/v2", "github.com/oklog/ulid/v2",
		"github.com/aws/aws-sdk-go-v2", "github.com/aws/aws-sdk-go-v2/internal/configsources", "github.com/aws/aws-sdk-go-v2/internal/endpoints/v2",
		"github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding", "github.com/aws/smithy-go",
		"github.com/aws/aws-sdk-go-v2/service/dynamodb", "github.com/aws/aws-sdk-go-v2/service/internal/endpoint-discovery"}
	blobs = []string{"github.com/aws/aws-sdk-go-v2/service/s3", "github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream",
		"github.com/aws/aws-sdk-go-v2/internal/v4a", "github.com/aws/aws-sdk-go-v2/service/internal/checksum",
		"github.com/aws/aws-sdk-go-v2/service/internal/presigned-url", "github.com/aws/aws-sdk-go-v2/service/internal/s3shared"}
	sqs    = []string{"github.com/aws/aws-sdk-go-v2/service/sqs"}
	sfn    = []string{"github.com/aws/aws-sdk-go-v2/service/sfn"}
	kms    = []string{"github.com/aws/aws-sdk-go-v2/service/kms"}
	ssm    = []string{"github.com/aws/aws-sdk-go-v2/service/ssm"}
	tokens = []string{"github.com/golang-jwt/jwt/v5", "github.com/alexedwards/argon2id", "golang.org/x/crypto", "golang.org/x/sys"}
	front  = append([]string{"github.com/awslabs/aws-lambda-go-api-proxy"}, tokens...)
	rows   = []string{"github.com/kljensen/snowball", "golang.org/x/text", "github.com/pierrec/lz4/v4"} // words of keywords, charsets of files, packed pages
	html   = []string{"github.com/microcosm-cc/bluemonday", "github.com/aymerick/douceur", "github.com/gorilla/css", "golang.org/x/net", "golang.org/x/text"}
	models = []string{"github.com/santhosh-tekuri/jsonschema/v6", "golang.org/x/image"} // answers and pictures are checked
)

// linked lists the modules that a program may link.
var linked = map[string][]string{
	"cmd/igny8": slices.Concat(tokens, rows, html, models, []string{
		"github.com/HugoSmits86/nativewebp", "github.com/alecthomas/kong", "github.com/danielgtaylor/huma/v2", "github.com/fxamacker/cbor/v2",
		"github.com/oklog/ulid/v2", "github.com/x448/float16", "go.etcd.io/bbolt", "golang.org/x/term"}),
	"functions/api-auth":            slices.Concat(lambda, front, ssm),
	"functions/api-automation":      slices.Concat(lambda, front, blobs, sqs, sfn, rows, html),
	"functions/api-billing":         slices.Concat(lambda, front),
	"functions/api-integration":     slices.Concat(lambda, front, kms),
	"functions/api-planner":         slices.Concat(lambda, front, blobs, sqs, rows),
	"functions/api-system":          slices.Concat(lambda, front, blobs),
	"functions/api-writer":          slices.Concat(lambda, front, blobs, sqs, html),
	"functions/stage":               slices.Concat(lambda, blobs, sqs, sfn, rows, html),
	"functions/tick":                slices.Concat(lambda, blobs, sqs, sfn, kms, rows, html),
	"functions/worker-ai":           slices.Concat(lambda, blobs, sqs, sfn, ssm, rows, html, models),
	"functions/worker-bulk":         slices.Concat(lambda, blobs, sqs, rows),
	"functions/worker-cluster":      slices.Concat(lambda, blobs, sqs, sfn, ssm, rows),
	"functions/worker-image":        slices.Concat(lambda, blobs, sqs, sfn, ssm, html, models, []string{"github.com/HugoSmits86/nativewebp", "golang.org/x/sys"}),
	"functions/worker-publish":      slices.Concat(lambda, blobs, sqs, sfn, kms, html),
	"internal/lab/ai/aiwire":        {},
	"internal/lab/aws/relay":        {"github.com/aws/aws-lambda-go"},
	"internal/automation/zone/pack": {},
	"internal/lab/coldstart/bench":  {},
	"test/bench":                    {"github.com/google/pprof"},
	"test/bench-clusters/scale":     {"github.com/danielgtaylor/huma/v2", "github.com/kljensen/snowball", "github.com/oklog/ulid/v2", "github.com/pierrec/lz4/v4", "golang.org/x/text"},
	"test/simulate/tables":          {"github.com/danielgtaylor/huma/v2", "github.com/oklog/ulid/v2", "go.yaml.in/yaml/v3"},
	"internal/lab/coldstart/empty":  {"github.com/aws/aws-lambda-go"},
}

// never are packages that no program but a lab links.
var never = []string{module + "/internal/lab", "github.com/aws/", "net/http/httptest"}

// mayLinkAWS: the programs of functions/ alone.
func mayLinkAWS(program string) bool { return under(program, "functions") }

// schemas are what newer clients of AWS build before main.
func schemas(p string) bool {
	return strings.HasPrefix(p, "github.com/aws/aws-sdk-go-v2/service/") && strings.HasSuffix(p, "/schemas")
}

func checkLinked(program string, modules, packages []string) (faults []string) {
	list, ok := linked[program]
	if !ok {
		return []string{program + " has no list of modules: add one"}
	}
	for _, m := range list {
		if !slices.Contains(modules, m) {
			faults = append(faults, program+" no longer links "+m+": take it off its list")
		}
	}
	for _, m := range modules {
		if m != module && !slices.Contains(list, m) {
			faults = append(faults, program+" links "+m+", which is not on its list")
		}
	}
	for _, p := range packages {
		if schemas(p) {
			faults = append(faults, program+" links "+p+", which a start pays for (docs/start-up.md): use the last release without it")
		}
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
	refuses(t, checkLinked("functions/tick", nil, []string{"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"}), "which a start pays for")
	refuses(t, checkLinked("cmd/other", nil, nil), "no list")
}
