// api-billing answers /v1/billing/: credits left, the ledger, what they were used for.
package main

import (
	"github.com/igny8/igny8/internal/app/billing"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/table/dynamo"
)

func main() { lambdaio.Run(build) }

func build(c config.APIBilling) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, billing.New(p)))
}
