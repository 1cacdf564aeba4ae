// Package dynamo is the table's driver on DynamoDB. Expressions are made here and nowhere
// else.
//
// An item is flat: the envelope's names (pk, sk, gpk, gsk, v, type, created, updated,
// actor, ttl) and, beside them, its own attributes under their name with "a_" before it. One
// map attribute for all of them would read as well in the console, but DynamoDB can set
// and add inside a map only when the map is there already, so a Change could not make an item.
package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// API is what the driver needs of a DynamoDB client; *dynamodb.Client has it.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
}

// Table is a table.Table in DynamoDB. It is safe for concurrent use.
type Table struct {
	api   API
	name  string
	clock clock.Clock
}

var _ table.Table = (*Table)(nil)

// New makes a Table on the DynamoDB table of that name, which has the keys pk and sk and
// the index gsi1 on gpk and gsk, all strings. The clock stamps items and tells which are
// expired. The driver repeats calls itself, so the client's own retries are not used.
func New(client API, tableName string, c clock.Clock) *Table {
	return &Table{api: client, name: tableName, clock: c}
}

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, key table.Key, c table.Consistency) (table.Item, error) {
	if err := table.CheckKey(key); err != nil {
		return table.Item{}, err
	}
	in := &dynamodb.GetItemInput{TableName: &t.name, Key: keyOf(key), ConsistentRead: aws.Bool(bool(c))}
	var out *dynamodb.GetItemOutput
	err := retry(ctx, repeatable, func() (err error) {
		out, err = t.api.GetItem(ctx, in, once)
		return err
	})
	if err != nil {
		return table.Item{}, err
	}
	if len(out.Item) == 0 || expired(out.Item, t.clock.Now()) {
		return table.Item{}, errs.New(errs.NotFound, "not_found", "not found")
	}
	return decode(out.Item, key.Partition)
}

// Load implements table.Table.
func (t *Table) Load(ctx context.Context, keys []table.Key, c table.Consistency) ([]table.Item, []table.Key, error) {
	keys, err := table.CheckLoad(keys)
	if err != nil || len(keys) == 0 {
		return nil, nil, err
	}
	request := types.KeysAndAttributes{ConsistentRead: aws.Bool(bool(c))}
	byName := make(map[[2]string]table.Key, len(keys))
	for _, k := range keys {
		request.Keys = append(request.Keys, keyOf(k))
		byName[nameOf(keyOf(k))] = k
	}
	in := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{t.name: request}}
	var out *dynamodb.BatchGetItemOutput
	err = retry(ctx, repeatable, func() (err error) {
		out, err = t.api.BatchGetItem(ctx, in, once)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var items []table.Item
	now := t.clock.Now()
	for _, raw := range out.Responses[t.name] {
		if expired(raw, now) {
			continue
		}
		it, err := decode(raw, byName[nameOf(raw)].Partition)
		if err != nil {
			return nil, nil, err
		}
		items = append(items, it)
	}
	var left []table.Key
	for _, raw := range out.UnprocessedKeys[t.name].Keys {
		left = append(left, byName[nameOf(raw)])
	}
	return items, left, nil
}

// Store implements table.Table.
func (t *Table) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	ops, err := table.CheckStore(ops)
	if err != nil || len(ops) == 0 {
		return nil, err
	}
	byName := make(map[[2]string]table.Op, len(ops))
	var requests []types.WriteRequest
	for _, op := range ops {
		byName[nameOf(keyOf(op.Key))] = op
		if op.Kind == table.OpDelete {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: keyOf(op.Key)}})
			continue
		}
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: t.encode(op.Item)}})
	}
	in := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{t.name: requests}}
	var out *dynamodb.BatchWriteItemOutput
	err = retry(ctx, repeatable, func() (err error) {
		out, err = t.api.BatchWriteItem(ctx, in, once)
		return err
	})
	if err != nil {
		return nil, err
	}
	var left []table.Op
	for _, r := range out.UnprocessedItems[t.name] {
		if r.DeleteRequest != nil {
			left = append(left, byName[nameOf(r.DeleteRequest.Key)])
		} else {
			left = append(left, byName[nameOf(r.PutRequest.Item)])
		}
	}
	return left, nil
}

// once turns the client's own retries off: it can't tell a write that is safe to repeat
// from one that is not.
func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// Open is New with a client made from the configuration; nothing is called.
func Open(c aws.Config, tableName string, now clock.Clock) *Table {
	return New(dynamodb.NewFromConfig(c), tableName, now)
}
