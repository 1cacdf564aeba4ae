package dynamo

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/table"
)

// Write implements table.Table. A Put or Delete without conditions is repeated after any
// fault that may pass; the others only after one that tells that nothing was written: a
// repeated Change would add twice, and a repeated condition would fail on its own write.
func (t *Table) Write(ctx context.Context, op table.Op) error {
	op, err := table.CheckWrite(op)
	if err != nil {
		return err
	}
	mode := notDone
	if len(op.If) == 0 && op.Kind != table.OpChange {
		mode = repeatable
	}
	var x expression
	condition := x.conditions(op.If)
	var call func() error
	switch op.Kind {
	case table.OpPut:
		in := &dynamodb.PutItemInput{
			TableName: &t.name, Item: t.encode(op.Item), ConditionExpression: condition,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}
		call = func() error { _, err := t.api.PutItem(ctx, in, once); return err }
	case table.OpChange:
		in := &dynamodb.UpdateItemInput{
			TableName: &t.name, Key: keyOf(op.Key), ConditionExpression: condition,
			UpdateExpression:         t.update(&x, op),
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}
		call = func() error { _, err := t.api.UpdateItem(ctx, in, once); return err }
	default:
		in := &dynamodb.DeleteItemInput{
			TableName: &t.name, Key: keyOf(op.Key), ConditionExpression: condition,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}
		call = func() error { _, err := t.api.DeleteItem(ctx, in, once); return err }
	}
	err = retry(ctx, mode, call)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return &table.Failed{Ops: []int{0}}
	}
	return err
}

// Transact implements table.Table. Its repeats carry one token, by which DynamoDB knows a
// transaction that it did already, so they are safe after any fault.
func (t *Table) Transact(ctx context.Context, ops ...table.Op) error {
	ops, err := table.CheckTransact(ops)
	if err != nil || len(ops) == 0 {
		return err
	}
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(rand.Text())}
	for _, op := range ops {
		in.TransactItems = append(in.TransactItems, t.transactItem(op))
	}
	err = retry(ctx, repeatable, func() error { _, err := t.api.TransactWriteItems(ctx, in, once); return err })
	if places := failedPlaces(err); places != nil {
		return &table.Failed{Ops: places}
	}
	return err
}

func (t *Table) transactItem(op table.Op) types.TransactWriteItem {
	var x expression
	condition := x.conditions(op.If)
	switch op.Kind {
	case table.OpPut:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &t.name, Item: t.encode(op.Item), ConditionExpression: condition,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}}
	case table.OpChange:
		update := t.update(&x, op)
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &t.name, Key: keyOf(op.Key), ConditionExpression: condition, UpdateExpression: update,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}}
	case table.OpDelete:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &t.name, Key: keyOf(op.Key), ConditionExpression: condition,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}}
	default:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &t.name, Key: keyOf(op.Key), ConditionExpression: condition,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		}}
	}
}

// failedPlaces are the operations of a cancelled transaction whose conditions failed.
func failedPlaces(err error) []int {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil
	}
	var places []int
	for i, reason := range cancelled.CancellationReasons {
		if aws.ToString(reason.Code) == "ConditionalCheckFailed" {
			places = append(places, i)
		}
	}
	return places
}
