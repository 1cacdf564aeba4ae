package aws

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Process is a process that the emulator runs a function by.
type Process struct {
	ID       int
	Function string // the function's name
}

// Processes are those that this emulator runs at this moment, by what the system tells.
func (l Lab) Processes() (out []Process) {
	folders, _ := filepath.Glob("/proc/[0-9]*") // the pattern is right
	for _, f := range folders {
		exe, err := os.Readlink(filepath.Join(f, "exe"))
		if err != nil || !strings.HasPrefix(exe, l.folder+"/") {
			continue
		}
		if p := process(f); p.Function != "" {
			out = append(out, p)
		}
	}
	return out
}

// process reads one of /proc's folders; no function's process is an empty Process.
func process(folder string) Process {
	raw, err := os.ReadFile(filepath.Join(folder, "environ"))
	id, noNumber := strconv.Atoi(filepath.Base(folder))
	if err != nil || noNumber != nil {
		return Process{}
	}
	for v := range strings.SplitSeq(string(raw), "\x00") {
		if name, ok := strings.CutPrefix(v, "AWS_LAMBDA_FUNCTION_NAME="); ok {
			return Process{ID: id, Function: name}
		}
	}
	return Process{}
}

// Caller is the function's process at the other end of a connection on the loopback; an
// empty Process when there is another program, or none any more.
func Caller(at net.Addr) Process {
	a, ok := at.(*net.TCPAddr)
	if !ok {
		return Process{}
	}
	socket := "socket:[" + inode(a.Port) + "]"
	links, _ := filepath.Glob("/proc/[0-9]*/fd/[0-9]*") // the pattern is right
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && to == socket {
			return process(filepath.Dir(filepath.Dir(l)))
		}
	}
	return Process{}
}

// inode is the number of the established socket with this local port; "" when there is none.
func inode(port int) string {
	raw, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return ""
	}
	const established = "01"
	local := fmt.Sprintf(":%04X", port)
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) > 9 && strings.HasSuffix(f[1], local) && f[3] == established {
			return f[9]
		}
	}
	return ""
}
