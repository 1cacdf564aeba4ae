package awschaos_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/proxy"
)

const (
	textRoute  = "/v1/responses"
	imageRoute = "/v1/images/generations"
)

// open tells whether the provider has a call of this route that it has not answered.
func (w *world) open(route string) bool {
	for _, c := range w.provider.Requests(route, "") {
		if c.Status == 0 {
			return true
		}
	}
	return false
}

// uploading tells whether WordPress has begun a request that it has not ended.
func (w *world) uploading() bool {
	text, err := os.ReadFile(filepath.Join(w.wp.Dir, "requests.log"))
	return err == nil && strings.Count(string(text), "begin") > strings.Count(string(text), "end")
}

// requestLog has WordPress write down each change that is asked of it, when it begins and
// when it ends.
const requestLog = `if ( in_array( $_SERVER['REQUEST_METHOD'] ?? '', [ 'POST', 'PUT' ], true ) ) {
	$line = fn( $what ) => file_put_contents( getenv( 'WP_SITE_DIR' ) . '/requests.log', $what . "\n", FILE_APPEND | LOCK_EX );
	$line( 'begin' );
	register_shutdown_function( $line, 'end' );
}`

// killed kills processes of the workers while somebody outside works for them, beside the
// kills at the table and at the bucket, which the rules do.
func killed(t *testing.T, p *place) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	for function, busy := range map[string]func() bool{
		"WorkerAi":      func() bool { return p.open(textRoute) },
		"WorkerImage":   func() bool { return p.open(imageRoute) },
		"WorkerPublish": p.uploading,
	} {
		done.Go(func() { p.killWhile(ctx, function, 2, busy) })
	}
	usual(t, p)
	cancel()
	done.Wait()
}

// killWhile kills all processes of a function, some seconds apart, so many times, each time
// at a moment when it is busy. Whether a process was in the middle of an invocation is for
// the emulator to tell.
func (w *world) killWhile(ctx context.Context, function string, times int, busy func() bool) {
	for n := 0; n < times && ctx.Err() == nil; time.Sleep(30 * time.Millisecond) {
		if !busy() {
			continue
		}
		for _, p := range w.lab.Processes() {
			if strings.Contains(p.Function, function) && !w.frozen(p) && syscall.Kill(p.ID, syscall.SIGKILL) == nil {
				w.struck(proxy.Strike{At: time.Now(), Kind: proxy.Kill, Function: p.Function, Process: p.ID})
			}
		}
		n++
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
		}
	}
}

// frozen: such a one is left for Lambda to end.
func (w *world) frozen(p cloud.Process) bool {
	return slices.ContainsFunc(slices.Concat(w.table.Struck(), w.services.Struck()), func(s proxy.Strike) bool {
		return s.Process == p.ID && s.Kind == proxy.Freeze
	})
}

func (w *world) struck(s proxy.Strike) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.strikes = append(w.strikes, s)
}

// justAnswered is how long before a strike a call may have been answered and still count as
// in flight: its answer was on the wire, or on its way to the bucket, behind those of the
// other jobs of a batch on a machine that has much else to do.
const justAnswered = 2 * time.Second

// flight counts, for each call of the provider, the strikes and cuts that it was in flight
// at: by the provider's own log the client was gone before the answer, or the answer came
// just before its caller was struck, or, to a frozen one, after.
func (w *world) flight() (byKey map[string]int, total int) {
	byKey = map[string]int{}
	for _, c := range w.provider.Requests("", "") {
		end := c.At.Add(time.Duration(c.Ms) * time.Millisecond)
		hit := c.Status != http.StatusOK || c.ClientGone
		for _, s := range slices.Concat(w.strikes, w.table.Struck(), w.services.Struck()) {
			hit = hit || strings.Contains(s.Function, worker[c.Route]) && c.At.Before(s.At) && end.After(s.At.Add(-justAnswered)) &&
				(s.Kind == proxy.Freeze || end.Before(s.At))
		}
		if hit {
			byKey[c.Key]++
			total++
		}
	}
	return byKey, total
}

var worker = map[string]string{textRoute: "WorkerAi", imageRoute: "WorkerImage"}
