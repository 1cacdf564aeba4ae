package dynamodb_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/lab/dynamodb"
)

// TestMeter: units as the service's manual counts them, by hand.
func TestMeter(t *testing.T) {
	t.Parallel()
	client := dynamodb.Client(dynamodb.Start(t))
	name := aws.String("meter")
	if err := dynamodb.CreateTable(t.Context(), client, *name); err != nil {
		t.Fatal(err)
	}
	m := dynamodb.NewMeter(client)
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	key := map[string]types.AttributeValue{"pk": text("p"), "sk": text("s")}
	item := map[string]types.AttributeValue{"pk": text("p"), "sk": text("s"), "a": text(strings.Repeat("x", 1500))} // 2 KB, begun
	indexed := map[string]types.AttributeValue{"pk": text("p"), "sk": text("t"), "gpk": text("g"), "gsk": text("g")}
	for _, c := range []struct {
		what        string
		call        func() error
		refused     int
		write, read float64
	}{
		{"a put of 1.5 KB", func() error {
			_, err := m.PutItem(t.Context(), &sdk.PutItemInput{TableName: name, Item: item})
			return err
		}, 0, 2, 0},
		{"a put into the index as well", func() error {
			_, err := m.PutItem(t.Context(), &sdk.PutItemInput{TableName: name, Item: indexed})
			return err
		}, 0, 2, 0},
		{"a consistent read", func() error {
			_, err := m.GetItem(t.Context(), &sdk.GetItemInput{TableName: name, Key: key, ConsistentRead: aws.Bool(true)})
			return err
		}, 0, 0, 1},
		{"a read that may be late", func() error {
			_, err := m.GetItem(t.Context(), &sdk.GetItemInput{TableName: name, Key: key})
			return err
		}, 0, 0, .5},
		{"a query that finds nothing", func() error {
			_, err := m.Query(t.Context(), &sdk.QueryInput{TableName: name, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: map[string]types.AttributeValue{":p": text("nobody")}})
			return err
		}, 0, 0, 1},
		{"a transaction of 1.5 KB", func() error {
			_, err := m.TransactWriteItems(t.Context(), &sdk.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: name, Item: item}}}})
			return err
		}, 0, 4, 0},
		{"a refused put", func() error {
			_, err := m.PutItem(t.Context(), &sdk.PutItemInput{TableName: name, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")})
			return err
		}, 1, 1, 0},
		{"a refused transaction of one", func() error {
			_, err := m.TransactWriteItems(t.Context(), &sdk.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Delete: &types.Delete{TableName: name, Key: key, ConditionExpression: aws.String("attribute_not_exists(pk)")}}}})
			return err
		}, 1, 2, 0},
	} {
		before := m.Now()
		err := c.call()
		if got, want := m.Now().Less(before), (dynamodb.Units{Requests: 1, Refused: c.refused, Write: c.write, Read: c.read}); got != want || (err != nil) != (c.refused > 0) {
			t.Errorf("%s: %+v, want %+v (%v)", c.what, got, want, err)
		}
	}
}
