package auth

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/table"
)

// leaving is what the deletion of a site means for those who work for it.
type leaving struct{ table table.Table }

// Leave refuses while a run or a job works on the site; its connections go with it.
func (l leaving) Leave(ctx context.Context, s account.Scope, site string) ([]table.Op, error) {
	idle, err := automation.Idle(ctx, l.table, s, site)
	if err != nil {
		return nil, err
	}
	ends, err := integration.Ends(ctx, l.table, s, site)
	return append(idle, ends...), err
}
