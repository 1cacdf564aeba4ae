// Package gateway is the edge between API Gateway and a handler of net/http: its events in
// and out, and what came before it.
package gateway

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/igny8/igny8/internal/errs"
)

// Serve answers the gateway's events (REST, payload version 1) with a handler of net/http.
// The context is Lambda's own, with its deadline. It passes on a fault of the handler's making.
func Serve(h http.Handler, err error) (func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error), error) {
	if err != nil {
		return nil, err
	}
	return httpadapter.New(h).ProxyWithContext, nil
}

// The headers that the edge sets on what it passes on, whatever the client sent.
const (
	EdgeHeader   = "X-Igny8-Edge"   // the secret that shows that a request came through the edge
	ViewerHeader = "X-Igny8-Viewer" // the address of the edge's caller
)

// Edge knows whether a request came through the edge (CloudFront).
type Edge struct{ Secret string }

// Admit refuses a request that went around the edge. Without a secret all are admitted.
func (e Edge) Admit(r *http.Request) error {
	if e.Secret == "" || e.passed(r) {
		return nil
	}
	return errs.New(errs.Forbidden, "edge_only", "this address is not served directly: use the product's own")
}

func (e Edge) passed(r *http.Request) bool {
	return e.Secret != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get(EdgeHeader)), []byte(e.Secret)) == 1
}

// ClientIP is the caller's address: as the edge saw it, when the request came through it,
// otherwise as the gateway saw it. A header that the caller wrote is never believed.
func (e Edge) ClientIP(r *http.Request) string {
	if ip := net.ParseIP(r.Header.Get(ViewerHeader)); ip != nil && e.passed(r) {
		return ip.String()
	}
	if g, ok := core.GetAPIGatewayContextFromContext(r.Context()); ok {
		return g.Identity.SourceIP
	}
	return ""
}
