package coldstart

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// platformEnv is what Lambda itself gives a function, but for the region and the keys, which
// are among the target's own. No variable of ours is there by accident. The stub is the proxy
// as well, so that whoever asks for a host of the world asks the stub.
func platformEnv(t Target, runtimeAPI, stub string) []string {
	folder := filepath.Dir(t.Path)
	return []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=en_US.UTF-8", "TZ=:UTC",
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME=" + t.Name, "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + t.Name, "AWS_LAMBDA_LOG_STREAM_NAME=coldstart",
		"LAMBDA_TASK_ROOT=" + folder, "LAMBDA_RUNTIME_DIR=" + folder, "_HANDLER=bootstrap",
		"HTTP_PROXY=http://" + stub, "HTTPS_PROXY=http://" + stub,
	}
}

// process is a running bootstrap.
type process struct {
	cmd    *exec.Cmd
	output bytes.Buffer // complete once ended is closed
	ended  chan struct{}
	fault  error // how it ended, then
}

func launch(path string, env []string) (*process, error) {
	p := &process{cmd: exec.Command(path), ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env = filepath.Dir(path), env
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	p.cmd.WaitDelay = time.Second // should a child of it hold the output open
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.fault = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// gone tells how the process ended by itself; call it once it has.
func (p *process) gone() error {
	if p.fault == nil {
		return errors.New("the bootstrap ended: exit status 0")
	}
	return fmt.Errorf("the bootstrap ended: %w", p.fault)
}

const outputTail = 4 << 10

// stop kills the process, if it still runs, and gives the end of what it wrote.
func (p *process) stop() string {
	_ = p.cmd.Process.Kill() // an error says that it has ended
	<-p.ended
	text := p.output.String()
	return strings.TrimSpace(text[max(0, len(text)-outputTail):])
}

// resident gives how many bytes of the process are in memory.
func (p *process) resident() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("the system does not tell how much memory the process has")
}
