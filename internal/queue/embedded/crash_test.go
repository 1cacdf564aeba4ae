package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/embedded"
)

const crashFile = "QUEUE_CRASH_FILE"

// TestMain runs the tests, or, as the child of TestCrash, the work that is to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		crashChild(path, os.Getenv("QUEUE_CRASH_ROUND"))
	}
	os.Exit(m.Run())
}

// crashChild sends, receives, postpones and deletes from several goroutines until it is
// killed, and tells each promise only after the queue has made it.
func crashChild(path, round string) {
	q, err := embedded.Open(path, clock.Real{}, embedded.Options{MaxReceives: 1 << 20})
	if err != nil {
		fmt.Println("fault", err)
		os.Exit(1)
	}
	bg := context.Background()
	tell := func(err error, what, body string) {
		if err != nil {
			fmt.Println("fault", err)
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString(what + " " + body + "\n") // one write, so lines never mix
	}
	for worker := range 3 {
		go func() {
			for n := 0; ; n++ {
				var msgs []queue.Message
				var bodies []string
				for i := range 1 + n%7 {
					body := fmt.Sprintf("%s.%d.%d.%d", round, worker, n, i)
					bodies = append(bodies, body)
					msgs = append(msgs, queue.Message{Group: fmt.Sprint(n % 3), Body: body + strings.Repeat("x", n*37%3000)})
				}
				tell(q.Send(bg, queue.AI, msgs...), "sent", strings.Join(bodies, " "))
			}
		}()
		go func() {
			for n := 0; ; n++ {
				got, err := q.Receive(bg, queue.AI, 5, time.Hour, time.Minute)
				if err != nil {
					tell(err, "", "")
				}
				for i, m := range got {
					switch i % 4 {
					case 0, 1:
						tell(nil, "begun", name(m.Body))
						tell(q.Done(bg, queue.AI, m.Receipt), "done", name(m.Body))
					case 2:
						tell(q.Later(bg, queue.AI, m.Receipt, 0), "later", name(m.Body))
					}
				}
			}
		}()
	}
	select {}
}

func name(body string) string { return strings.TrimRight(body, "x") }

// TestCrash kills a busy process at 12 seeded instants on the same file: every message told
// as sent is there unless its deletion was begun, whole, and none told as done comes back.
func TestCrash(t *testing.T) {
	t.Parallel()
	const kills, seed = 12, 20260102
	random := rand.New(rand.NewPCG(seed, 1))
	path := file(t)
	sent, begun, done := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for round := range kills {
		runAndKill(t, path, round, 1+random.IntN(400), sent, begun, done)
	}
	q := open(t, path, clock.Real{}, embedded.Options{MaxReceives: 1 << 20})
	found := map[string]bool{}
	for {
		got := receive(t, q, queue.AI, 10, time.Hour)
		if len(got) == 0 {
			break
		}
		for _, m := range got {
			if done[name(m.Body)] {
				t.Errorf("%s came back after it was done", name(m.Body))
			}
			if found[name(m.Body)] {
				t.Errorf("%s came twice", name(m.Body))
			}
			found[name(m.Body)] = true
		}
	}
	untold := 0
	for body := range sent {
		switch {
		case found[body] || done[body]:
		case begun[body]:
			untold++ // deleted on disk, killed before it could tell
		default:
			t.Errorf("acknowledged message %s is gone", body)
		}
	}
	t.Logf("%d kills: %d sent, %d done, %d found, %d deletions untold", kills, len(sent), len(done), len(found), untold)
	if len(done) == 0 || len(sent) == len(done) {
		t.Errorf("%d sent and %d done: the child did not do its work", len(sent), len(done))
	}
}

// runAndKill reads so many lines from the child, kills it and reads what it still told.
func runAndKill(t *testing.T, path string, round, lines int, sent, begun, done map[string]bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashFile+"="+path, fmt.Sprintf("QUEUE_CRASH_ROUND=%d", round))
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	s := bufio.NewScanner(out)
	s.Buffer(nil, 1<<20)
	for n := 0; s.Scan(); n++ {
		if n == lines {
			must(t, child.Process.Kill())
		}
		words := strings.Fields(s.Text())
		switch words[0] {
		case "sent":
			for _, w := range words[1:] {
				sent[w] = true
			}
		case "begun":
			begun[words[1]] = true
		case "done":
			done[words[1]] = true
		case "fault":
			t.Errorf("child: %s", s.Text())
		}
	}
	must(t, s.Err())
	if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v", err)
	}
}
