package memory_test

import (
	"testing"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	tabletest.Run(t, func(_ *testing.T, c clock.Clock) table.Table { return memory.New(c) })
}
