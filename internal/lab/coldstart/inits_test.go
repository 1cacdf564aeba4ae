package coldstart

import (
	"strings"
	"testing"
)

func TestParseInits(t *testing.T) {
	t.Parallel()
	got, err := parseInits("init net/http @1.2 ms, 0.12 ms clock, 23144 bytes, 79 allocs\n{\"msg\":\"init of mine\"}\ninit os @0.4 ms, 0.010 ms clock, 416 bytes, 8 allocs\n")
	if err != nil || len(got) != 2 || got[0].Package != "net/http" || got[0].MS != 0.12 || got[0].Bytes != 23144 || got[1].Package != "os" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := parseInits("init net/http @1.2 ms, x ms clock, 23144 bytes, 79 allocs"); err == nil || !strings.Contains(err.Error(), "net/http") {
		t.Errorf("a line that makes no sense: %v", err)
	}
}

func TestInits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty, err := Empty(t.Context(), root, dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := Inits(t.Context(), []Target{empty}, 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	table := InitTable(list, 1)
	if !strings.Contains(table, "| net/http ") || !strings.Contains(table, "| all ") {
		t.Errorf("the empty function starts with:\n%s", table)
	}
	for i := range list[1:] {
		if list[i].MS < list[i+1].MS {
			t.Errorf("not by cost: %v", list)
		}
	}
}
