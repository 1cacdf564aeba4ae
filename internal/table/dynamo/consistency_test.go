package dynamo_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/dynamo"
)

// asked notes the consistency of each read. DynamoDB Local's reads are consistent however
// they are asked for, so the suite can't tell.
type asked struct {
	dynamo.API
	got []bool
}

func (a *asked) GetItem(_ context.Context, in *sdk.GetItemInput, _ ...func(*sdk.Options)) (*sdk.GetItemOutput, error) {
	a.got = append(a.got, aws.ToBool(in.ConsistentRead))
	return &sdk.GetItemOutput{}, nil
}

func (a *asked) Query(_ context.Context, in *sdk.QueryInput, _ ...func(*sdk.Options)) (*sdk.QueryOutput, error) {
	a.got = append(a.got, aws.ToBool(in.ConsistentRead))
	return &sdk.QueryOutput{}, nil
}

func (a *asked) BatchGetItem(_ context.Context, in *sdk.BatchGetItemInput, _ ...func(*sdk.Options)) (*sdk.BatchGetItemOutput, error) {
	for _, r := range in.RequestItems {
		a.got = append(a.got, aws.ToBool(r.ConsistentRead))
	}
	return &sdk.BatchGetItemOutput{}, nil
}

func TestReadsAskForTheirConsistency(t *testing.T) {
	t.Parallel()
	for _, c := range []table.Consistency{table.Consistent, table.Eventual} {
		api := &asked{}
		tab := dynamo.New(api, "t", clock.Real{})
		_, _ = tab.Get(t.Context(), key("a"), c)
		_, _ = tab.Query(t.Context(), table.Query{Partition: key("a").Partition, Consistency: c})
		_, _, _ = tab.Load(t.Context(), []table.Key{key("a")}, c)
		for i, got := range api.got {
			if got != bool(c) {
				t.Errorf("read %d asks for consistency %v, want %v", i, got, c)
			}
		}
		if len(api.got) != 3 {
			t.Errorf("%d reads, want 3", len(api.got))
		}
	}
}
