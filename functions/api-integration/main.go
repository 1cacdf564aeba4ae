// api-integration answers /v1/integration/: connections to outside sites.
package main

import (
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/seal/kms"
	"github.com/igny8/igny8/internal/table/dynamo"
)

func main() { lambdaio.Run(build) }

func build(c config.APIIntegration) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Seal = kms.Open(b.AWS, c.Sites.SealKey)
	out := guard.New(guard.Options{AllowHosts: c.Sites.AllowHosts, Timeout: integration.TestTimeout})
	ops := integration.New(p, out).Operations(parts.Find(p))
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, ops))
}
