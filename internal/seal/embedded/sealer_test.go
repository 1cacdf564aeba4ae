package embedded_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/seal/embedded"
	"github.com/igny8/igny8/internal/seal/sealtest"
)

func open(t *testing.T, path string) *embedded.Sealer {
	t.Helper()
	s, err := embedded.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	t.Parallel()
	sealtest.Run(t, func(t *testing.T) seal.Sealer { return open(t, filepath.Join(t.TempDir(), "key")) })
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	scope := account.Mint(account.Grant{Account: "acc_1"})
	sealers := make([]*embedded.Sealer, 8)
	var wg sync.WaitGroup
	for i := range sealers {
		wg.Go(func() {
			s, err := embedded.Open(path)
			if err != nil {
				t.Error(err)
			}
			sealers[i] = s
		})
	}
	wg.Wait()
	text, err := sealers[0].Seal(t.Context(), scope, "f", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(sealers, open(t, path)) {
		if got, err := s.Open(t.Context(), scope, "f", text); err != nil || string(got) != "secret" {
			t.Errorf("another holder of the file: %q, %v", got, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files in the folder, want the key alone", len(left))
	}
	if got, err := open(t, path+"2").Open(t.Context(), scope, "f", text); !errs.Is(err, errs.Invalid) {
		t.Errorf("another key opened it as %q, %v", got, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := embedded.Open(path); errs.Of(err) == nil || errs.Of(err).Code != "key_mode" {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	for _, text := range []string{"", "igny8-seal-key-1:AAAA\n", "other"} {
		if err := os.WriteFile(path+"3", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := embedded.Open(path + "3"); errs.Of(err) == nil || errs.Of(err).Code != "key_damaged" {
			t.Errorf("content %q: %v", text, err)
		}
	}
}
