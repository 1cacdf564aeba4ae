package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
)

type pong struct {
	Pong    bool      `json:"pong"`
	Version string    `json:"version"`
	Time    time.Time `json:"time"`
}

// Ping is GET /v1/system/ping/: that the program is there, which version, and its time.
func Ping(version string, c clock.Clock) Operation {
	return Route(RouteSpec{
		ID: "ping", Method: http.MethodGet, Path: "/v1/system/ping/", Permission: Public,
		Throttle: ThrottleSystem, Summary: "Is the program there?", Tags: []string{"system"},
	}, func(context.Context, account.Scope, *struct{}) (pong, error) {
		return pong{Pong: true, Version: version, Time: c.Now().UTC()}, nil
	})
}
