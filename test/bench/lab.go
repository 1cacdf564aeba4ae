package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// lab is the program and the provider, both built for this.
type lab struct {
	dir, igny8, url string
	provider        *exec.Cmd
	in              io.Closer
}

func newLab(dir string) (*lab, error) {
	l := &lab{dir: dir, igny8: filepath.Join(dir, "igny8")}
	wire := filepath.Join(dir, "aiwire")
	for out, pkg := range map[string]string{l.igny8: "./cmd/igny8", wire: "./internal/lab/ai/aiwire"} {
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, pkg) //nolint:gosec // our own packages
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", pkg, err, text)
		}
	}
	l.provider = exec.Command(wire, "-addr", "127.0.0.1:0", "-until-eof", "-bodies=false") //nolint:gosec // built above
	in, err := l.provider.StdinPipe()
	if err != nil {
		return nil, err
	}
	l.in = in
	out, err := l.provider.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := l.provider.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, root, ok := strings.Cut(strings.TrimSpace(line), "listens on ")
	if !ok {
		l.end()
		return nil, fmt.Errorf("the provider said %q (%w)", line, err)
	}
	l.url = root
	return l, nil
}

// end ends the provider, which reads until its input is closed.
func (l *lab) end() {
	_ = l.in.Close()
	_ = l.provider.Wait()
}
