package main

import (
	"context"
	"io"
	"testing"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/site"
)

func openTest(t *testing.T, f dataFlags) *workspace {
	t.Helper()
	w, err := f.open(&app{ctx: t.Context(), out: io.Discard, err: io.Discard}, "http://127.0.0.1", "http://127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestSettingsStay: a command changes of a site what it was asked to change.
func TestSettingsStay(t *testing.T) {
	t.Parallel()
	ctx, target := context.Background(), targetFlags{Preview: true, Industry: "digital-marketing"}
	f := dataFlags{Data: t.TempDir(), providerFlags: providerFlags{OpenAIKey: "k", OpenAIBase: "http://127.0.0.1:1/v1"}}
	w := openTest(t, f)
	yes, chosen := true, "gpt-4.1-mini"
	st, err := w.site(ctx, target, &yes)
	if err != nil || !st.Settings.AutoPublishEnabled {
		t.Fatalf("%+v %v", st.Settings, err)
	}
	if _, err := w.Sites.UpdateSettings(ctx, w.scope, st.ID, site.Patch{TextModel: &chosen}); err != nil {
		t.Fatal(err)
	}
	st, err = w.site(ctx, target, nil) // as igny8 publish does
	if err != nil || !st.Settings.AutoPublishEnabled || st.Settings.TextModel != chosen {
		t.Errorf("%+v %v", st.Settings, err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	f.OpenAIKey = ""
	w = openTest(t, f) // the key is gone: the chosen model can't be had
	defer w.close()
	st, err = w.site(ctx, target, nil) // igny8 publish writes nothing, so it changes no model
	if err != nil || st.Settings.TextModel != chosen || !st.Settings.AutoPublishEnabled {
		t.Errorf("%+v %v", st.Settings, err)
	}
	st, err = w.site(ctx, target, &yes)
	if err != nil || st.Settings.TextModel != ai.DemoTextModel {
		t.Errorf("%+v %v", st.Settings, err)
	}
}

// TestNoDemoTextAmongRealOnes: a WordPress site whose articles a provider wrote does not
// get demo articles because the key was forgotten.
func TestNoDemoTextAmongRealOnes(t *testing.T) {
	t.Parallel()
	ctx, yes := context.Background(), true
	target := targetFlags{WPURL: "https://blog.example", WPUser: "editor", Industry: "digital-marketing"}
	f := dataFlags{Data: t.TempDir(), providerFlags: providerFlags{OpenAIKey: "k", OpenAIBase: "http://127.0.0.1:1/v1"}}
	w := openTest(t, f)
	if _, err := w.site(ctx, target, &yes); err != nil {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	f.OpenAIKey = ""
	w = openTest(t, f)
	defer w.close()
	if st, err := w.site(ctx, target, &yes); err == nil || report(io.Discard, err) != exitUsage {
		t.Errorf("%s writes there now: %v", st.Settings.TextModel, err)
	}
}

func TestServeKeepsToThisMachine(t *testing.T) {
	t.Parallel()
	for addr, ok := range map[string]bool{"127.0.0.1:0": true, "localhost:8080": true, "[::1]:8080": true, ":8080": false, "0.0.0.0:8080": false, "192.168.1.5:80": false, "8080": false} {
		if err := (&serveCommand{Addr: addr}).check(); (err == nil) != ok {
			t.Errorf("%s: %v", addr, err)
		}
		if err := (&serveCommand{Addr: addr, BehindHTTPS: "https://igny8.example"}).check(); err != nil {
			t.Errorf("%s behind https: %v", addr, err)
		}
	}
	if (&serveCommand{Addr: ":1", BehindHTTPS: "http://igny8.example"}).check() == nil {
		t.Error("http was taken for https")
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	done, wp := []post{{ID: "1"}}, []fault{{Stage: 7, Reason: "down"}}
	for name, c := range map[string]struct {
		r  result
		ok bool
	}{
		"all well":           {result{Status: "completed", Articles: 1, Posts: done}, true},
		"waits in review":    {result{Status: "completed", Articles: 1, Review: 1}, true},
		"some went out":      {result{Status: "completed", Articles: 2, Posts: done, Review: 1, Faults: wp}, true},
		"nothing went out":   {result{Status: "completed", Articles: 1, Review: 1, Faults: wp}, false},
		"nothing was made":   {result{Status: "completed", Faults: []fault{{Stage: 2}}}, false},
		"paused by a person": {result{Status: "paused", Articles: 1, Posts: done}, false},
	} {
		if err := c.r.failure(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
