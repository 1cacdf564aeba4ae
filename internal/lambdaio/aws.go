package lambdaio

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio/wire"
)

// awsConfig is how SDK clients reach AWS: region and keys as Lambda hands them over, one
// HTTP client for all services. The SDK's own way of finding these reads files, may ask the
// network, and costs a cold start a millisecond. An empty endpoint is each service's own.
func awsConfig(c config.AWS, endpoint string) aws.Config {
	keys := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretKey, SessionToken: c.SessionToken, Source: "lambda"}
	a := aws.Config{
		Region: c.Region, HTTPClient: wire.New(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
	}
	if endpoint != "" {
		a.BaseEndpoint = aws.String(endpoint)
	}
	return a
}
