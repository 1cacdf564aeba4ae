// Package billing is the group of credits: what is left, the ledger, what was used for what.
package billing

import (
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/httpapi"
)

// Operations are the group's routes, below /v1/billing/.
func Operations(credits *credit.Service) []httpapi.Operation {
	return credits.Routes(automation.StageName)
}

// New makes the group's operations; they use the table alone.
func New(p parts.Ports) []httpapi.Operation { return Operations(parts.Credits(p)) }
