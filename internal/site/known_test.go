package site_test

import (
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

func TestHas(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	v := site.New(site.Options{Table: k.Table, Clock: k.Clock, IDs: k.IDs})
	ann, eve := apitest.As("owner@acc_ann").Scope(), apitest.As("owner@acc_eve").Scope()
	st, err := v.Create(t.Context(), ann, site.Draft{Name: "Socks", Industry: v.Industries()[0].ID}, idem.Key{})
	if err != nil {
		t.Fatal(err)
	}
	has := func(s account.Scope, id string, want bool) {
		t.Helper()
		if err := v.Has(t.Context(), s, id); (err == nil) != want || err != nil && !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	has(ann, "sit_none", false)
	has(ann, st.ID, true)
	has(eve, st.ID, false) // ann's is known here by now
	has(ann, "", false)
	gone := table.Delete(table.Key{Partition: table.Of(ann), Sort: "SITE#" + st.ID})
	if err := k.Table.Write(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	has(ann, st.ID, true) // for a minute
	has(account.Mint(account.Grant{Account: "acc_ann", Actor: "usr_x", Role: account.Viewer, Sites: []string{"sit_other"}}), st.ID, false)
	k.Clock.Advance(site.Fresh + time.Second)
	has(ann, st.ID, false)
}
