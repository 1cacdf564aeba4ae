package dynamodb_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/dynamodb"
)

const childVariable = "IGNY8_DYNAMODB_TEST_CHILD"

// TestServerDiesWithTheBinary kills a test binary that has started a server: the server's
// port has to close.
func TestServerDiesWithTheBinary(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		fmt.Println("endpoint " + dynamodb.Start(t))
		select {} // until killed
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestServerDiesWithTheBinary$")
	cmd.Env = append(os.Environ(), childVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := ""
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		if _, after, ok := strings.Cut(lines.Text(), "endpoint http://"); ok {
			address = after
		}
	}
	if address == "" {
		_ = cmd.Process.Kill()
		t.Fatal("the child told no endpoint")
	}
	if !listening(address) {
		t.Errorf("nothing listens on %s", address)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for giveUp := time.Now().Add(20 * time.Second); listening(address); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("the server on %s outlives its test binary", address)
		}
	}
}

func listening(address string) bool {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
