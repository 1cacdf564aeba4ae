// api-system answers /v1/system/, the description of the API, and every address that no other function has.
package main

import (
	"github.com/igny8/igny8/docs"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/system"
	"github.com/igny8/igny8/internal/blob/s3"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/table/dynamo"
)

func main() { lambdaio.Run(build) }

func build(c config.APISystem) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	p.Blob = s3.Open(b.AWS, c.Bucket.Name, c.Bucket.PathStyle)
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, system.New(p, docs.OpenAPI, docs.Reference)))
}
