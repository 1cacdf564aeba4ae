package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/google/pprof/profile"
)

// measured is what one run took.
type measured struct {
	articles, images, posts int
	wall, cpu, pictures     time.Duration // cpu is the program's whole, pictures the part of their decoding
	peakMB                  int
	series                  []sample
}

// sample is the program's own memory, files that it maps aside.
type sample struct {
	at time.Duration
	mb int
}

// article is the processor's time for one article outside the decoding of pictures.
func (m measured) article() time.Duration { return (m.cpu - m.pictures) / time.Duration(m.articles) }

// String is one line.
func (m measured) String() string {
	return fmt.Sprintf("articles=%d images=%d posts=%d wall=%s cpu=%s pictures=%s cpu_per_article=%s peak_mb=%d",
		m.articles, m.images, m.posts, m.wall.Round(10*time.Millisecond), m.cpu.Round(10*time.Millisecond), m.pictures.Round(10*time.Millisecond), m.article().Round(10*time.Microsecond), m.peakMB)
}

// run does one run in a new data folder.
func (l *lab) run(file string) (measured, error) {
	data := filepath.Join(l.dir, "data")
	defer func() { _ = os.RemoveAll(data) }()
	grant := exec.Command(l.igny8, "admin", "credits", "--amount", "10000000", "--reason", "bench", "--data", data) //nolint:gosec // our own program
	if out, err := grant.CombinedOutput(); err != nil {
		return measured{}, fmt.Errorf("igny8 admin credits: %w\n%s", err, out)
	}
	cpuFile := filepath.Join(l.dir, "cpu.pprof")
	cmd := exec.Command(l.igny8, "run", file, "--preview", "--preview-addr", "127.0.0.1:0", "--auto-publish", "--json", "--data", data, "--cpu-profile", cpuFile) //nolint:gosec // our own program
	cmd.Env = append(os.Environ(), "OPENAI_API_KEY=sk-aiwire-openai", "OPENAI_BASE_URL="+l.url+"/v1", "ANTHROPIC_API_KEY=", "STABILITY_API_KEY=")
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return measured{}, err
	}
	stop, series := make(chan struct{}), make(chan []sample)
	go func() { series <- watch(cmd.Process.Pid, begun, stop) }()
	err := cmd.Wait()
	m := measured{wall: time.Since(begun), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	close(stop)
	m.series = <-series
	if err != nil {
		return m, fmt.Errorf("igny8 run: %w\n%s", err, errOut.String())
	}
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peakMB = int(use.Maxrss >> 10) //nolint:unconvert // int64 on some systems, int32 on others
	}
	var r struct {
		Status           string
		Articles, Images int
		Posts            []struct{ ID string }
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Status != "completed" || len(r.Posts) != r.Articles || r.Articles == 0 {
		return m, fmt.Errorf("the run is %s with %d articles and %d posts (%w)", r.Status, r.Articles, len(r.Posts), err)
	}
	m.articles, m.images, m.posts = r.Articles, r.Images, len(r.Posts)
	m.pictures, err = pictures(cpuFile)
	return m, err
}

// decoding is what belongs to the decoding of a picture in a stack.
var decoding = regexp.MustCompile(`igny8/internal/image\.|^image/(png|jpeg)\.|x/image/`)

// pictures adds up the samples of a profile that were taken while a picture was decoded.
func pictures(file string) (sum time.Duration, err error) {
	f, err := os.Open(file) //nolint:gosec // written by the program that we started
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	p, err := profile.Parse(f)
	if err != nil {
		return 0, err
	}
	for _, s := range p.Sample {
		if inPicture(s) {
			sum += time.Duration(s.Value[1])
		}
	}
	return sum, nil
}

func inPicture(s *profile.Sample) bool {
	for _, l := range s.Location {
		for _, line := range l.Line {
			if decoding.MatchString(line.Function.Name) {
				return true
			}
		}
	}
	return false
}

// watch reads the memory of a process twice a second.
func watch(pid int, begun time.Time, stop <-chan struct{}) (out []sample) {
	t := time.NewTicker(500 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return out
		case <-t.C:
			if mb, ok := anonMB(pid); ok {
				out = append(out, sample{time.Since(begun), mb})
			}
		}
	}
}

func anonMB(pid int) (int, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kb); n == 1 {
			return kb >> 10, true
		}
	}
	return 0, false
}
