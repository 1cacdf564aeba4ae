package dynamo_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/dynamo"
)

var scope = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: account.Owner})

// faulty answers calls with the faults in turn, then with success: those that DynamoDB
// Local never shows.
type faulty struct {
	dynamo.API
	faults []error
	calls  int
	tokens []string
	left   bool // batches do one and leave the rest
}

func (f *faulty) next() error {
	f.calls++
	if f.calls > len(f.faults) {
		return nil
	}
	return f.faults[f.calls-1]
}

func (f *faulty) PutItem(context.Context, *sdk.PutItemInput, ...func(*sdk.Options)) (*sdk.PutItemOutput, error) {
	return &sdk.PutItemOutput{}, f.next()
}

func (f *faulty) UpdateItem(context.Context, *sdk.UpdateItemInput, ...func(*sdk.Options)) (*sdk.UpdateItemOutput, error) {
	return &sdk.UpdateItemOutput{}, f.next()
}

func (f *faulty) TransactWriteItems(_ context.Context, in *sdk.TransactWriteItemsInput, _ ...func(*sdk.Options)) (*sdk.TransactWriteItemsOutput, error) {
	f.tokens = append(f.tokens, aws.ToString(in.ClientRequestToken))
	return &sdk.TransactWriteItemsOutput{}, f.next()
}

func (f *faulty) BatchWriteItem(_ context.Context, in *sdk.BatchWriteItemInput, _ ...func(*sdk.Options)) (*sdk.BatchWriteItemOutput, error) {
	out := &sdk.BatchWriteItemOutput{}
	for name, requests := range in.RequestItems {
		if f.left && len(requests) > 1 {
			out.UnprocessedItems = map[string][]types.WriteRequest{name: requests[1:]}
		}
	}
	return out, f.next()
}

func fault(code string) error {
	return &smithy.GenericAPIError{Code: code, Fault: smithy.FaultClient}
}

func cancelled(codes ...string) error {
	e := &types.TransactionCanceledException{}
	for _, c := range codes {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return e
}

func key(sort string) table.Key { return table.Key{Partition: table.Of(scope), Sort: sort} }

func TestFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	server := &smithy.GenericAPIError{Code: "InternalServerError", Fault: smithy.FaultServer}
	throttled := fault("ThrottlingException")
	put, putIf := table.Put(table.Item{Key: key("a")}), table.Put(table.Item{Key: key("a")}, table.Absent())
	change := table.Change(key("a"), table.Changes{Add: map[string]int64{"n": 1}})
	const done = errs.Kind(255)
	cases := []struct {
		name     string
		op       table.Op
		transact bool
		faults   []error
		calls    int
		want     errs.Kind
	}{
		{"throttled twice", change, false, []error{throttled, fault("ProvisionedThroughputExceededException")}, 3, done},
		{"met a transaction", putIf, false, []error{fault("TransactionConflictException")}, 2, done},
		{"throttled for ever", change, false, slices.Repeat([]error{throttled}, 9), 6, errs.Unavailable},
		{"put, no answer", put, false, []error{broken, server}, 3, done},
		{"change, no answer", change, false, []error{broken}, 1, errs.Unavailable},
		{"change, server fault", change, false, []error{server}, 1, errs.Unavailable},
		{"conditional put, no answer", putIf, false, []error{broken}, 1, errs.Unavailable},
		{"transaction, no answer", change, true, []error{broken, server, cancelled("TransactionConflict")}, 4, done},
		{"transaction, conflict and condition", change, true, []error{cancelled("TransactionConflict", "ConditionalCheckFailed"), cancelled("None", "ConditionalCheckFailed")}, 2, errs.Conflict},
		{"transaction, conflict for ever", change, true, slices.Repeat([]error{cancelled("TransactionConflict")}, 9), 6, errs.Unavailable},
		{"transaction, wrong type", change, true, []error{cancelled("None", "ValidationError")}, 1, errs.Invalid},
		{"rule broken", put, false, []error{fault("ValidationException")}, 1, errs.Invalid},
		{"no table", put, false, []error{fault("ResourceNotFoundException")}, 1, errs.Internal},
		{"no permission", put, false, []error{fault("AccessDeniedException")}, 1, errs.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &faulty{faults: c.faults}
				tab := dynamo.New(api, "t", clock.Real{})
				var err error
				if c.transact {
					err = tab.Transact(t.Context(), c.op)
				} else {
					err = tab.Write(t.Context(), c.op)
				}
				if (c.want == done) != (err == nil) || (err != nil && errs.KindOf(err) != c.want) {
					t.Errorf("got %v, want kind %v", err, c.want)
				}
				if api.calls != c.calls {
					t.Errorf("%d calls, want %d", api.calls, c.calls)
				}
				if len(slices.Compact(slices.Clone(api.tokens))) > 1 || slices.Contains(api.tokens, "") {
					t.Errorf("the repeats carry the tokens %q", api.tokens)
				}
			})
		})
	}
}

func TestEndedContextEndsTheWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &faulty{faults: slices.Repeat([]error{fault("ThrottlingException")}, 9)}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		err := dynamo.New(api, "t", clock.Real{}).Write(ctx, table.Put(table.Item{Key: key("a")}))
		if !errs.Is(err, errs.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want unavailable with the context's error", err)
		}
	})
}

func TestStoreLeavesAreDrivenToTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &faulty{left: true}
		var ops []table.Op
		for _, s := range []string{"a", "b", "c", "d"} {
			ops = append(ops, table.Put(table.Item{Key: key(s)}))
		}
		ops[2] = table.Delete(key("c"))
		left, err := dynamo.New(api, "t", clock.Real{}).Store(t.Context(), ops)
		if err != nil || len(left) != 3 || left[1].Kind != table.OpDelete || left[2].Key.Sort != "d" {
			t.Fatalf("left %+v, %v", left, err)
		}
		api.calls = 0
		if err := table.StoreAll(t.Context(), dynamo.New(api, "t", clock.Real{}), ops); err != nil || api.calls != 4 {
			t.Fatalf("StoreAll took %d calls, %v", api.calls, err)
		}
	})
}
