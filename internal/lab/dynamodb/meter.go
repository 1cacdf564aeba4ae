package dynamodb

import (
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Units are what calls of a table consumed: a write unit is 1 KB of an item (two in a
// transaction), a read unit 4 KB (half when eventually consistent), the index included.
type Units struct {
	Requests, Refused int
	Write, Read       float64
}

// Less is what came since an earlier count.
func (u Units) Less(o Units) Units {
	return Units{u.Requests - o.Requests, u.Refused - o.Refused, u.Write - o.Write, u.Read - o.Read}
}

// Meter asks DynamoDB what each call consumes, and adds it up. A call that a condition
// refuses consumes as well, but does not say so: one write unit is counted for each of its
// operations, two in a transaction. DynamoDB Local takes nothing for a query that finds nothing,
// the service takes the least that a read costs. It is safe for concurrent use.
type Meter struct {
	*dynamodb.Client
	mu  sync.Mutex
	sum Units
}

// NewMeter puts a meter on a client.
func NewMeter(c *dynamodb.Client) *Meter { return &Meter{Client: c} }

// Now is the count so far.
func (m *Meter) Now() Units {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sum
}

const total = types.ReturnConsumedCapacityTotal

// add counts a call. ops are the operations of a write, 0 for a read.
func (m *Meter) add(err error, ops float64, used ...types.ConsumedCapacity) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sum.Requests++
	if err != nil {
		if refused(err) {
			m.sum.Refused++
			m.sum.Write += ops
		}
		return
	}
	for _, c := range used {
		switch {
		case c.CapacityUnits == nil:
		case ops > 0:
			m.sum.Write += *c.CapacityUnits
		default:
			m.sum.Read += *c.CapacityUnits
		}
	}
}

func refused(err error) bool {
	var one *types.ConditionalCheckFailedException
	var many *types.TransactionCanceledException
	return errors.As(err, &one) || errors.As(err, &many)
}

func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}

// GetItem is the client's, counted.
func (m *Meter) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.GetItem(ctx, in, o...)
	if err != nil {
		m.add(err, 0)
		return out, err
	}
	m.add(nil, 0, one(out.ConsumedCapacity)...)
	return out, nil
}

// Query is the client's, counted.
func (m *Meter) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.Query(ctx, in, o...)
	if err != nil {
		m.add(err, 0)
		return out, err
	}
	if c := out.ConsumedCapacity; c != nil && c.CapacityUnits != nil && *c.CapacityUnits == 0 {
		least := .5
		if in.ConsistentRead != nil && *in.ConsistentRead {
			least = 1
		}
		c.CapacityUnits = &least
	}
	m.add(nil, 0, one(out.ConsumedCapacity)...)
	return out, nil
}

// BatchGetItem is the client's, counted.
func (m *Meter) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.BatchGetItem(ctx, in, o...)
	if err != nil {
		m.add(err, 0)
		return out, err
	}
	m.add(nil, 0, out.ConsumedCapacity...)
	return out, nil
}

// PutItem is the client's, counted.
func (m *Meter) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.PutItem(ctx, in, o...)
	if err != nil {
		m.add(err, 1)
		return out, err
	}
	m.add(nil, 1, one(out.ConsumedCapacity)...)
	return out, nil
}

// UpdateItem is the client's, counted.
func (m *Meter) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.UpdateItem(ctx, in, o...)
	if err != nil {
		m.add(err, 1)
		return out, err
	}
	m.add(nil, 1, one(out.ConsumedCapacity)...)
	return out, nil
}

// DeleteItem is the client's, counted.
func (m *Meter) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.DeleteItem(ctx, in, o...)
	if err != nil {
		m.add(err, 1)
		return out, err
	}
	m.add(nil, 1, one(out.ConsumedCapacity)...)
	return out, nil
}

// BatchWriteItem is the client's, counted.
func (m *Meter) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.BatchWriteItem(ctx, in, o...)
	if err != nil {
		m.add(err, 1)
		return out, err
	}
	m.add(nil, 1, out.ConsumedCapacity...)
	return out, nil
}

// TransactWriteItems is the client's, counted.
func (m *Meter) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	in.ReturnConsumedCapacity = total
	out, err := m.Client.TransactWriteItems(ctx, in, o...)
	if err != nil {
		m.add(err, 2*float64(len(in.TransactItems)))
		return out, err
	}
	m.add(nil, 1, out.ConsumedCapacity...)
	return out, nil
}
