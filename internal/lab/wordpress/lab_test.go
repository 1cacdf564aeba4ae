package wordpress_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	lab "github.com/igny8/igny8/internal/lab/wordpress"
)

func TestSite(t *testing.T) {
	t.Parallel()
	wp := lab.Start(t)
	res, err := http.Get(wp.URL + "/wp-json/")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", res, err)
	}
	res.Body.Close()
	id := wp.CLI("post", "create", "--post_title=Mine", "--post_content=a marker here", "--post_status=draft", "--porcelain")
	if got := wp.Posts("marker here"); len(got) != 1 || fmt.Sprint(got[0].ID) != id || got[0].Status != "draft" || got[0].Title != "Mine" {
		t.Errorf("%+v", got)
	}
	if got := wp.CountByStatus("marker here"); got["draft"] != 1 || len(got) != 1 {
		t.Errorf("%v", got)
	}
	if got := wp.Posts("no such text"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	user, password := wp.NewUser("anne", "author")
	req, err := http.NewRequest(http.MethodGet, wp.URL+"/wp-json/wp/v2/users/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	if res, err = http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the author's application password: %v %v", res, err)
	} else {
		res.Body.Close()
	}
	wp.Reset()
	if got := wp.Posts("marker here"); len(got) != 0 {
		t.Errorf("after a reset: %+v", got)
	}
	wp.Down()
	if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", wp.Port)); err == nil {
		c.Close()
		t.Error("it still listens after Down")
	}
	if _, err := os.Stat(wp.Dir); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
}

const helper = "IGNY8_LAB_WORDPRESS_HELPER"

// TestHelper is the process that TestKilledTest kills; on its own it does nothing.
func TestHelper(t *testing.T) {
	if os.Getenv(helper) == "" {
		return
	}
	wp := lab.Start(t)
	fmt.Printf("\nSITE %d %s\n", wp.Port, wp.Dir)
	select {}
}

func TestKilledTest(t *testing.T) {
	t.Parallel()
	c := exec.Command(os.Args[0], "-test.run=^TestHelper$", "-test.v")
	c.Env = append(os.Environ(), helper+"=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var port int
	var dir string
	for lines := bufio.NewScanner(out); port == 0 && lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "SITE ") {
			if _, err := fmt.Sscanf(lines.Text(), "SITE %d %s", &port, &dir); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed
	if port == 0 {
		t.Fatal("the helper did not start a site")
	}
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	end := time.After(30 * time.Second)
	for {
		conn, dialled := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if dialled == nil {
			conn.Close()
		}
		if _, err := os.Stat(dir); dialled != nil && os.IsNotExist(err) {
			return
		}
		select {
		case <-poll.C:
		case <-end:
			t.Fatalf("the site on port %d outlived its test", port)
		}
	}
}
