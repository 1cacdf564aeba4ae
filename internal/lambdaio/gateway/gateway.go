// Package gateway is the edge between API Gateway and a handler of net/http: its events in
// and out, and what came before it.
package gateway

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

// Serve answers the gateway's events (REST, payload version 1) with a handler of net/http.
// The context is Lambda's own, with its deadline. It passes on a fault of the handler's making.
func Serve(h http.Handler, err error) (func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error), error) {
	if err != nil {
		return nil, err
	}
	proxy := httpadapter.New(h).ProxyWithContext
	return func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		res, err := proxy(ctx, e)
		if err != nil { // the event is no request: a body that is no base64, an address that is none
			return refused(e, err), nil
		}
		return res, nil
	}, nil
}

// refused is the answer to an event that can't be read, in the envelope of every answer.
func refused(e events.APIGatewayProxyRequest, err error) events.APIGatewayProxyResponse {
	status, body := httpapi.Failure(errs.New(errs.Invalid, "body_read", "the request could not be read: check its address and its body").With(err), e.RequestContext.RequestID)
	return events.APIGatewayProxyResponse{StatusCode: status, Body: string(body), MultiValueHeaders: map[string][]string{
		"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"},
	}}
}

// The headers that the edge sets on what it passes on, whatever the client sent.
const (
	EdgeHeader   = "X-Igny8-Edge"   // the secret that shows that a request came through the edge
	ViewerHeader = "X-Igny8-Viewer" // the address of the edge's caller
)

// Edge knows whether a request came through the edge (CloudFront). Secret is what the edge
// sends, or several separated by commas, of which each is taken: so that one can be replaced
// while the edge still sends the former.
type Edge struct{ Secret string }

// Admit refuses a request that went around the edge. Without a secret all are admitted.
func (e Edge) Admit(r *http.Request) error {
	if e.Secret == "" || e.passed(r) {
		return nil
	}
	return errs.New(errs.Forbidden, "edge_only", "this address is not served directly: use the product's own")
}

func (e Edge) passed(r *http.Request) bool {
	sent, found := []byte(r.Header.Get(EdgeHeader)), 0
	for known := range strings.SplitSeq(e.Secret, ",") {
		if known != "" {
			found |= subtle.ConstantTimeCompare(sent, []byte(known))
		}
	}
	return found == 1
}

// ClientIP is the caller's address: as the edge saw it, when the request came through it,
// otherwise as the gateway saw it. A header that the caller wrote is never believed.
func (e Edge) ClientIP(r *http.Request) string {
	if ip, err := netip.ParseAddr(r.Header.Get(ViewerHeader)); err == nil && e.passed(r) {
		return subscriber(ip)
	}
	if g, ok := core.GetAPIGatewayContextFromContext(r.Context()); ok {
		return g.Identity.SourceIP
	}
	return ""
}

// subscriber is whom an address belongs to: an IPv6 one stands for its network of 64 bits,
// which one subscriber has whole.
func subscriber(ip netip.Addr) string {
	if ip = ip.Unmap(); ip.Is6() {
		return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
	}
	return ip.String()
}
