package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/igny8/igny8/internal/table"
)

// Query implements table.Table with one call of DynamoDB's.
func (t *Table) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := q.Check(); err != nil {
		return table.Page{}, err
	}
	start, err := q.Start()
	if err != nil || q.Empty() {
		return table.Page{}, err
	}
	in := t.queryInput(q, start)
	var out *dynamodb.QueryOutput
	err = retry(ctx, repeatable, func() (err error) {
		out, err = t.api.Query(ctx, in, once)
		return err
	})
	if err != nil {
		return table.Page{}, err
	}
	var page table.Page
	now := t.clock.Now()
	for _, r := range out.Items {
		if expired(r, now) {
			continue
		}
		it, err := decode(r, q.Partition)
		if err != nil {
			return table.Page{}, err
		}
		page.Items = append(page.Items, it)
	}
	if last := out.LastEvaluatedKey; len(last) > 0 {
		page.Next = q.Next(cursorOf(last, q.OnIndex))
	}
	return page, nil
}

func cursorOf(last raw, onIndex bool) table.Cursor {
	if onIndex {
		return table.Cursor{Sort: str(last[indexSK]), Partition: str(last[pk]), Item: str(last[sk])}
	}
	return table.Cursor{Sort: str(last[sk])}
}

func (t *Table) queryInput(q table.Query, start *table.Cursor) *dynamodb.QueryInput {
	hash, sort := pk, sk
	in := &dynamodb.QueryInput{
		TableName: &t.name, ScanIndexForward: aws.Bool(!q.Reverse), ConsistentRead: aws.Bool(bool(q.Consistency)),
	}
	if q.OnIndex {
		hash, sort = indexPK, indexSK
		in.IndexName = aws.String(indexName)
	}
	if q.Limit > 0 {
		in.Limit = aws.Int32(int32(min(q.Limit, 1<<20))) //nolint:gosec // bounded: no page holds as many
	}
	name, _ := q.Partition.Name() // checked before
	var x expression
	condition := x.name(hash) + " = " + x.value(name)
	switch {
	case q.Prefix != "":
		condition += " AND begins_with(" + x.name(sort) + ", " + x.value(q.Prefix) + ")"
	case q.From != "" && q.To != "":
		condition += " AND " + x.name(sort) + " BETWEEN " + x.value(q.From) + " AND " + x.value(q.To)
	case q.From != "":
		condition += " AND " + x.name(sort) + " >= " + x.value(q.From)
	case q.To != "":
		condition += " AND " + x.name(sort) + " <= " + x.value(q.To)
	}
	in.KeyConditionExpression = &condition
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	if start != nil {
		in.ExclusiveStartKey = raw{hash: text(name), sort: text(start.Sort)}
		if q.OnIndex {
			in.ExclusiveStartKey[pk], in.ExclusiveStartKey[sk] = text(start.Partition), text(start.Item)
		}
	}
	return in
}
