package dynamo_test

import (
	"context"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/table/tabletest"
)

const tableName = "igny8-test"

// TestConformance runs the suite on DynamoDB Local: one table, and accounts of its own for
// each test.
func TestConformance(t *testing.T) {
	t.Parallel()
	client := lab.Client(lab.Start(t))
	create := sync.OnceValue(func() error { return lab.CreateTable(context.Background(), client, tableName) })
	tabletest.Run(t, func(t *testing.T, c clock.Clock) table.Table {
		if err := create(); err != nil {
			t.Fatal(err)
		}
		return dynamo.New(client, tableName, c)
	})
}
