// Package wire is the HTTP client that SDK clients of AWS speak through.
package wire

import (
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Client reads answers to their end. The SDK closes a request's body as soon as the answer
// begins; net/http may then still be about to look for the body's end, which the SDK's
// WriteTo reports as a fault, and so the connection is closed while the answer is read: "use
// of closed network connection" (aws-sdk-go-v2, issues 1825 and 2737). A call whose answer
// is lost so was done all the same, and some calls must not be done twice. Without WriteTo
// the end is just the end.
type Client struct{ *awshttp.BuildableClient }

// New makes a Client; it opens nothing.
func New() Client { return Client{awshttp.NewBuildableClient()} }

// Do implements the SDK's HTTPClient.
func (c Client) Do(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		req.Body = struct{ io.ReadCloser }{req.Body}
	}
	return c.BuildableClient.Do(req)
}
