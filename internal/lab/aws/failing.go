package aws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Failing configures SDK clients whose every call fails, once, as AWS says it: with the status,
// and the error's name in a header and in JSON. Status 0 breaks the connection. No lab runs.
func Failing(status int, code string) aws.Config {
	return aws.Config{
		Region: Region, HTTPClient: failing{status, code}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
}

type failing struct {
	status int
	code   string
}

// Do implements the SDK's HTTPClient.
func (f failing) Do(r *http.Request) (*http.Response, error) {
	if f.status == 0 {
		return nil, errors.New("connection reset")
	}
	return &http.Response{StatusCode: f.status, Header: http.Header{"X-Amzn-Errortype": {f.code}},
		Body: io.NopCloser(strings.NewReader(`{"__type":"` + f.code + `"}`)), Request: r}, nil
}
