package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// control is where the program that holds a data folder listens for other calls of the
// command line. It stands in the folder, in a file that only its owner can read: whoever
// knows the word may do what the owner of the folder may.
type control struct {
	Address string `json:"address"`
	Word    string `json:"word"`
}

// answer is what came of a request: a line for the person, or why it was refused.
type answer struct {
	Said  string `json:"said,omitempty"`
	Fault string `json:"fault,omitempty"`
	Usage bool   `json:"usage,omitempty"` // the fault is a mistake in what was asked

	Credits  *creditsShown `json:"credits,omitempty"`
	Imported *imported     `json:"imported,omitempty"`
}

// failed tells why it was refused.
func (a answer) failed(err error) answer {
	var u usageError
	a.Fault, a.Usage = told(err), errors.As(err, &u)
	return a
}

func controlFile(data string) string { return filepath.Join(data, "control.json") }

// control listens until the returned function is called. It serves the steering of runs,
// the granting of credits, imports and exports alone; all else goes through the API.
func (w *workspace) control() (stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := control{Address: "http://" + l.Addr().String(), Word: rand.Text()}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	file := controlFile(w.Folder())
	if err := os.WriteFile(file, text, 0o600); err != nil {
		l.Close()
		return nil, errs.New(errs.Unavailable, "data_folder", file+" can't be written: is the disk full?").With(err)
	}
	s := &http.Server{Handler: w.steering(c.Word), ReadHeaderTimeout: 10 * time.Second}
	go s.Serve(l) //nolint:errcheck // ends with Shutdown
	return func() {
		os.Remove(file)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if s.Shutdown(ctx) != nil {
			s.Close()
		}
	}, nil
}

func (w *workspace) steering(word string) http.Handler {
	mux := http.NewServeMux()
	serve := func(pattern string, do func(ctx context.Context, r *http.Request) (answer, error)) {
		mux.HandleFunc(pattern, func(out http.ResponseWriter, r *http.Request) {
			if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+word)) != 1 {
				http.Error(out, "this is for the owner of the data folder", http.StatusForbidden)
				return
			}
			// Whoever asked may hang up: what was begun is done to its end.
			a, err := do(context.WithoutCancel(r.Context()), r)
			if err != nil {
				a = a.failed(err)
			}
			out.Header().Set("Content-Type", "application/json")
			json.NewEncoder(out).Encode(a) //nolint:errcheck // whoever asked has hung up
		})
	}
	serve("POST /runs/{verb}", func(ctx context.Context, r *http.Request) (answer, error) {
		said, err := w.steer(ctx, r.PathValue("verb"), r.URL.Query().Get("site"))
		return answer{Said: said}, err
	})
	serve("POST /import", func(ctx context.Context, r *http.Request) (answer, error) {
		var ask importing
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&ask); err != nil {
			return answer{}, usage("the request can't be read")
		}
		if slices.Contains(ask.Files, "-") {
			return answer{}, usage("another igny8 works on this data folder and can't read what is piped in: put it into a file")
		}
		done, err := w.importAll(ctx, ask, nil)
		return answer{Imported: &done}, err
	})
	serve("POST /export", func(ctx context.Context, r *http.Request) (answer, error) {
		var ask exporting
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&ask); err != nil {
			return answer{}, usage("the request can't be read")
		}
		said, err := w.export(ctx, ask)
		return answer{Said: said}, err
	})
	serve("POST /credits", func(ctx context.Context, r *http.Request) (answer, error) {
		var ask granting
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&ask); err != nil {
			return answer{}, usage("the request can't be read")
		}
		shown, err := w.grant(ctx, ask)
		return answer{Credits: &shown}, err
	})
	return mux
}

// askHolder has the program that holds the data folder steer a run.
func askHolder(ctx context.Context, data, verb, name string) (said string, err error) {
	a, err := ask(ctx, data, "/runs/"+verb+"?"+url.Values{"site": {name}}.Encode(), nil)
	return a.Said, err
}

// ask asks the program that holds the data folder; the code of its error is holder when there
// is none, or it can't be asked.
func ask(ctx context.Context, data, path string, body any) (answer, error) {
	var c control
	text, err := os.ReadFile(controlFile(data))
	if err != nil || json.Unmarshal(text, &c) != nil {
		return answer{}, busy()
	}
	in, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Address+path, bytes.NewReader(in))
	if err != nil {
		return answer{}, busy()
	}
	req.Header.Set("Authorization", "Bearer "+c.Word)
	res, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		return answer{}, busy()
	}
	defer res.Body.Close()
	var a answer
	switch err := json.NewDecoder(res.Body).Decode(&a); {
	case err != nil || res.StatusCode != http.StatusOK:
		return answer{}, busy()
	case a.Usage:
		return answer{}, usage("%s", a.Fault)
	case a.Fault != "":
		return answer{}, errors.New(a.Fault)
	}
	return a, nil
}

func busy() error {
	return errs.New(errs.Unavailable, "holder", "another igny8 works on this data folder and can't be asked: it begins or ends, or does but one thing; try again in a moment")
}
