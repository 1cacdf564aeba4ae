// api-auth answers /v1/auth/: people, accounts, sites. It alone can read the private key of tokens.
package main

import (
	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/secret/ssm"
	"github.com/igny8/igny8/internal/table/dynamo"
)

func main() { lambdaio.Run(build) }

func build(c config.APIAuth) (any, error) {
	b := lambdaio.NewBase(c.Common)
	p := parts.Ports{Table: dynamo.Open(b.TableAWS, c.Common.Table, b.Clock), Clock: b.Clock, IDs: b.IDs, Log: b.Log}
	keys, err := front.Keys(c.API.PublicKeys)
	if err != nil {
		return nil, err
	}
	g := auth.New(p, auth.Options{
		Key: auth.StoredKey(ssm.Open(b.AWS, b.Clock), c.TokenKey, keys), Public: keys, StartCredits: credit.Whole(c.StartCredits),
		NewSites: parts.NewSites{TextModel: c.TextModel, ImageModel: c.ImageModel, Destinations: parts.Outside},
	})
	return gateway.Serve(front.Function(p, c.API.PublicKeys, c.API.ThrottleFactor, gateway.Edge{Secret: c.API.EdgeSecret}, g.Operations()))
}
