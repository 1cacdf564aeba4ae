package exports

import (
	"testing"
	"time"

	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword"
)

// TestFilter: an export takes the list's own query, and refuses what the list would refuse.
func TestFilter(t *testing.T) {
	var in exportInput
	in.Body.Filter, in.Body.Ordering, in.Body.Status = "volume_min=5000&tag=first&search=tea&ordering=keyword&page=3", "-volume", "new"
	r, err := in.request()
	if err != nil {
		t.Fatal(err)
	}
	f := r.Filter
	if f.MinVolume == nil || *f.MinVolume != 5000 || f.Tag != "first" || f.Search != "tea" || f.Ordering != "-volume" || f.Status != "" || r.Format != keyword.CSV {
		t.Errorf("the request is %+v", r)
	}
	in.Body.Filter = "volume_min=many"
	if _, err := in.request(); !errs.Is(err, errs.Invalid) || len(errs.Of(err).Fields["filter"]) != 1 {
		t.Errorf("a filter that the list does not take gives %v", err)
	}
}

// A file is there for as long as its address is good.
func TestAddressLife(t *testing.T) {
	if AddressLife > blob.PassingDays*24*time.Hour {
		t.Errorf("an address is good for %v, its file may be gone after %d days", AddressLife, blob.PassingDays)
	}
}
