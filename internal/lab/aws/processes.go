package aws

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Processes are the ids of the processes that this emulator runs a function by, by its name;
// none when it has not been called. What they are is read from the system, so it holds for
// a moment only.
func (l Lab) Processes(function string) (out []int) {
	folders, _ := filepath.Glob("/proc/[0-9]*") // the pattern is right
	for _, f := range folders {
		exe, err := os.Readlink(filepath.Join(f, "exe"))
		if err != nil || !strings.HasPrefix(exe, l.folder+"/") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(f, "environ"))
		if err != nil || !slices.Contains(strings.Split(string(raw), "\x00"), "AWS_LAMBDA_FUNCTION_NAME="+function) {
			continue
		}
		if id, err := strconv.Atoi(filepath.Base(f)); err == nil {
			out = append(out, id)
		}
	}
	return out
}
