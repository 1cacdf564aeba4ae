// Package dynamodb gives tests a DynamoDB Local of their own: fetched once into the cache,
// started once per test binary, in memory, and ended with the binary however that ends.
package dynamodb

import (
	"context"
	_ "embed"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/lab/server"
)

//go:embed fetch.sh
var fetchScript string

// Start gives the address of a running DynamoDB Local, http://127.0.0.1:<port>. All callers
// in a test binary share one server, so each test keeps to its own table or keys. What is
// missing (java, Maven, the network for the first fetch) fails the test and is named.
func Start(t testing.TB) (endpoint string) {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("DynamoDB Local: %v", err)
	}
	return s.URL
}

var shared = sync.OnceValues(func() (*server.Server, error) {
	lib, err := server.Fetch(fetchScript)
	if err != nil {
		return nil, err
	}
	return server.Start(server.Spec{
		Name: "dynamodb",
		Command: func(port int) []string {
			return []string{"java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
				"-Dsqlite4java.library.path=" + lib, "-cp", filepath.Join(lib, "*"),
				"software.amazon.dynamodb.services.local.main.ServerRunner",
				"-port", strconv.Itoa(port), "-inMemory", "-sharedDb", "-disableTelemetry"}
		},
		// A request without a signature gets 400 from it.
		Ready: func(res *http.Response) bool { return res.StatusCode == http.StatusBadRequest },
	})
})

// Client gives an SDK client for the endpoint; DynamoDB Local takes any credentials.
func Client(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// CreateTable makes a table as the product's template does: keys pk and sk, index gsi1 on
// gpk and gsk with all attributes.
func CreateTable(ctx context.Context, client *dynamodb.Client, name string) error {
	text := func(n string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(n), AttributeType: types.ScalarAttributeTypeS}
	}
	keys := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{
			{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
		}
	}
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{text("pk"), text("sk"), text("gpk"), text("gsk")},
		KeySchema:            keys("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("gsi1"), KeySchema: keys("gpk", "gsk"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	return err
}
