package schemathesis_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/test/stack"
)

// TestOnEmulator makes the same calls to the deployed stack, through the edge that stands
// before its gateway: each answer then went through the functions of Lambda.
func TestOnEmulator(t *testing.T) {
	tool, err := exec.Command("../../scripts/schemathesis.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	at, secret := cloud.Start(t), rand.Text()
	d := stack.Deploy(t, at, nil, map[string]string{
		"EdgeSecret": secret, "StartCredits": "100000", "ThrottleFactor": "1000000", "ThrottleRate": "10000", "ThrottleBurst": "5000",
	})
	s := session{t: t, tool: strings.TrimSpace(string(tool)), base: stack.StartEdge(t, d.API, secret, "")}
	c := stack.Connect(t, s.base)
	stack.SignUp(c)
	s.token = c.Access()
	industry := stack.List[stack.Industry](c, "/v1/auth/industries/?page_size=100")[0].Slug
	s.site = stack.Call[stack.Site](c, http.MethodPost, "/v1/auth/sites/", map[string]any{
		"name": "Sample", "domain": "sample.example.com", "industry": industry, "destination": "wordpress",
	}, http.StatusCreated).ID
	fmt.Printf("schemathesis on the emulator: seed=%d\n", *seed)
	s.run("on the emulator without a session", "--phases", "examples,fuzzing")
	s.run("on the emulator with a session", "--phases", "examples,coverage,fuzzing", "--header", "Authorization: Bearer "+s.token)
	if status := s.get("/v1/system/ping/", new(any)); status != http.StatusOK {
		t.Errorf("the stack does not answer any more: %d", status)
	}
}
