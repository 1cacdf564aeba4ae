package main

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/automation"
)

// dataFlags are the flags of every command that opens the data folder.
type dataFlags struct {
	Data          string `help:"Data folder." default:".igny8" type:"path"`
	providerFlags `embed:""`
	AllowHosts    string        `help:"Private hosts that outgoing requests may reach, separated by commas." env:"IGNY8_ALLOW_HOSTS" placeholder:"HOST:PORT,…"`
	Tick          time.Duration `help:"How often repairs run." default:"5s" hidden:""`
	StrayAfter    time.Duration `help:"When to look for stray drafts after a publication; again after 15 times as long." default:"2m" hidden:""`
	Verbose       bool          `short:"v" help:"Print the log."`
}

// workspace is an opened runtime and the operator's own account in it.
type workspace struct {
	*embedded.Runtime
	scope    account.Scope
	log      io.Closer
	estimate *automation.Estimate // what was told before the run, if it was
}

// open opens the data folder. hosts are the addresses that the person named in this call.
func (f dataFlags) open(a *app, base, preview string, hosts ...string) (*workspace, error) {
	log, closer, err := f.logger(a)
	if err != nil {
		return nil, err
	}
	allow := strings.FieldsFunc(f.AllowHosts, func(r rune) bool { return r == ',' || r == ' ' })
	for _, h := range hosts {
		if u, err := url.Parse(h); err == nil && u.Host != "" {
			allow = append(allow, u.Host)
		}
	}
	ctx, end := context.WithCancelCause(a.ctx)
	a.ctx = ctx // ends with the person's Ctrl-C, or when the data folder takes no more
	rt, err := embedded.Open(embedded.Options{
		Failed: end,
		Data:   f.Data, Providers: f.options(), AllowHosts: allow, BaseURL: base, PreviewBase: preview,
		Log: log, Tick: f.Tick, Looks: [2]time.Duration{f.StrayAfter, 15 * f.StrayAfter},
	})
	if err != nil {
		closer.Close()
		return nil, err
	}
	w := &workspace{Runtime: rt, log: closer}
	if w.scope, err = rt.Identity.LocalOwner(a.ctx); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *workspace) close() error {
	err := w.Close()
	w.log.Close()
	return err
}

// logger writes to a file in the data folder, or to the terminal when asked.
func (f dataFlags) logger(a *app) (*slog.Logger, io.Closer, error) {
	if f.Verbose {
		return logger(a.err, slog.LevelInfo), io.NopCloser(nil), nil
	}
	if err := os.MkdirAll(f.Data, 0o700); err != nil {
		return nil, nil, usage("the data folder %s can't be made: choose another with --data", f.Data)
	}
	file, err := os.OpenFile(filepath.Join(f.Data, "igny8.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, usage("the data folder %s can't be written: choose another with --data", f.Data)
	}
	return logger(file, slog.LevelInfo), file, nil
}
