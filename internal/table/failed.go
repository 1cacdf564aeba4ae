package table

import (
	"errors"
	"fmt"

	"github.com/igny8/igny8/internal/errs"
)

// Failed says which operations of a Write or Transact did not meet their conditions.
// Nothing was written. It unwraps to an errs.Conflict.
type Failed struct {
	Ops []int // places in the list of operations, ascending; {0} for Write
}

// Error names the operations.
func (f *Failed) Error() string { return fmt.Sprintf("table: condition failed in operation %v", f.Ops) }

// Unwrap makes a failed condition an errs.Conflict for whoever does not look closer.
func (f *Failed) Unwrap() error {
	return errs.New(errs.Conflict, "conflict", "it was changed meanwhile: read it again and repeat")
}

// Op tells whether operation i is among those that failed.
func (f *Failed) Op(i int) bool {
	for _, n := range f.Ops {
		if n == i {
			return true
		}
	}
	return false
}

// FailedCondition gives the *Failed in err's chain, or nil.
func FailedCondition(err error) *Failed {
	var f *Failed
	if errors.As(err, &f) {
		return f
	}
	return nil
}
