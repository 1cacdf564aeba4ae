package server_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/lab/server"
)

func spec(files []string, command func(port int) []string) server.Spec {
	return server.Spec{Name: "test", Files: files, Command: command, Ready: func(res *http.Response) bool { return res.StatusCode == http.StatusOK }}
}

func TestServerAndItsFilesEnd(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "with space")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	v, err := server.Start(spec([]string{folder}, func(port int) []string {
		return []string{"python3", "-m", "http.server", "--bind", "127.0.0.1", strconv.Itoa(port)}
	}))
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
	if res, err := http.Get(v.URL); err == nil {
		res.Body.Close()
		t.Error("it answers after its end")
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("its folder is still there")
	}
}

func TestFailureTellsTheOutput(t *testing.T) {
	t.Parallel()
	_, err := server.Start(spec(nil, func(int) []string { return []string{"sh", "-c", "echo no such luck; sleep 0.2"} }))
	if err == nil || !strings.Contains(err.Error(), "no such luck") {
		t.Errorf("%v", err)
	}
}
