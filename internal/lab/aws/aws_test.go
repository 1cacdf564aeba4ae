package aws_test

import (
	"net/http"
	"testing"

	"github.com/igny8/igny8/internal/lab/aws"
)

// TestStart: the emulator answers, and a name is not given twice.
func TestStart(t *testing.T) {
	t.Parallel()
	lab := aws.Start(t)
	res, err := http.Get(lab.URL + "/_ministack/health")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("health: %v %v", res, err)
	}
	res.Body.Close()
	if a, b := aws.Name(t, "x"), aws.Name(t, "x"); a == b {
		t.Errorf("%s twice", a)
	}
}
