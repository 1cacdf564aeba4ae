package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/igny8/igny8/internal/errs"
)

// TestControlAsksForTheWord: another process of the machine finds the address, but not the
// word, which stands in a file that only the owner of the folder can read.
func TestControlAsksForTheWord(t *testing.T) {
	t.Parallel()
	f := dataFlags{Data: t.TempDir()}
	w := openTest(t, f)
	defer w.close()
	if _, err := askHolder(context.Background(), f.Data, "pause", ""); errs.Of(err).Code != "holder" {
		t.Errorf("nobody listens yet: %v", err)
	}
	stop, err := w.control()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(controlFile(f.Data))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := askHolder(context.Background(), f.Data, "pause", ""); err == nil || told(err) != "no run is under way: igny8 run starts one" {
		t.Errorf("with the word: %v", err)
	}
	s := w.steering("right")
	for _, word := range []string{"", "Bearer", "Bearer wrong", "Bearer righ", "right"} {
		req, err := http.NewRequest(http.MethodPost, "/runs/cancel", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", word)
		out := httptest.NewRecorder()
		s.ServeHTTP(out, req)
		if out.Code != http.StatusForbidden {
			t.Errorf("%q: %d", word, out.Code)
		}
	}
	stop()
	if _, err := os.Stat(controlFile(f.Data)); !os.IsNotExist(err) {
		t.Errorf("the file outlives the program: %v", err)
	}
}
