package embedded_test

import (
	"testing"

	"github.com/igny8/igny8/internal/secret"
	"github.com/igny8/igny8/internal/secret/embedded"
	"github.com/igny8/igny8/internal/secret/secrettest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	secrettest.Run(t, func(_ *testing.T, secrets map[string]string) secret.Reader { return embedded.New(secrets) })
}

func TestKeepsItsOwn(t *testing.T) {
	t.Parallel()
	given := map[string]string{"a": "1"}
	r := embedded.New(given)
	given["a"] = "2"
	if v, err := r.Read(t.Context(), "a"); v != "1" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
}
