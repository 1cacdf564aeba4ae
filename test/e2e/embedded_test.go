package e2e_test

import (
	"net/url"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/lab/wordpress"
	tabledriver "github.com/igny8/igny8/internal/table/embedded"
	"github.com/igny8/igny8/test/program"
)

var apiAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startEmbedded starts the program on this machine.
func startEmbedded(t *testing.T) runtime {
	t.Helper()
	wp, provider := wordpress.Start(t), lab.Start(t)
	u, err := url.Parse(wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	p := program.Start(t, program.Build(t), program.Env("OPENAI_API_KEY="+provider.Key, "OPENAI_BASE_URL="+provider.URL, "IGNY8_ALLOW_HOSTS="+u.Host),
		"serve", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", data)
	base := apiAddress.FindString(p.Await("API ", time.Minute))
	return runtime{name: "embedded", base: base, wp: wp, provider: provider, kept: func(t *testing.T) keeping {
		p.Interrupt() // one program at a time opens its data
		p.Exit(time.Minute)
		tb, err := tabledriver.Open(filepath.Join(data, "table.db"), clock.Real{})
		if err != nil {
			t.Fatal(err)
		}
		return keeping{Table: tb, close: tb.Close}
	}}
}
