package main

import (
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
}

func controlFile(data string) string { return filepath.Join(data, "control.json") }

// control listens until the returned function is called. It serves the steering of runs
// alone; all else goes through the API.
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
	mux.HandleFunc("POST /runs/{verb}", func(out http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+word)) != 1 {
			http.Error(out, "this is for the owner of the data folder", http.StatusForbidden)
			return
		}
		var a answer
		var u usageError
		// Whoever asked may hang up: what was begun is done to its end.
		said, err := w.steer(context.WithoutCancel(r.Context()), r.PathValue("verb"), r.URL.Query().Get("site"))
		if a.Said = said; err != nil {
			a.Fault, a.Usage = told(err), errors.As(err, &u)
		}
		out.Header().Set("Content-Type", "application/json")
		json.NewEncoder(out).Encode(a) //nolint:errcheck // whoever asked has hung up
	})
	return mux
}

// askHolder has the program that holds the data folder steer a run.
func askHolder(ctx context.Context, data, verb, name string) (said string, err error) {
	var c control
	text, err := os.ReadFile(controlFile(data))
	if err != nil || json.Unmarshal(text, &c) != nil {
		return "", busy()
	}
	to := c.Address + "/runs/" + verb + "?" + url.Values{"site": {name}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return "", busy()
	}
	req.Header.Set("Authorization", "Bearer "+c.Word)
	res, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		return "", busy()
	}
	defer res.Body.Close()
	var a answer
	switch err := json.NewDecoder(res.Body).Decode(&a); {
	case err != nil || res.StatusCode != http.StatusOK:
		return "", busy()
	case a.Usage:
		return "", usage("%s", a.Fault)
	case a.Fault != "":
		return "", errors.New(a.Fault)
	}
	return a.Said, nil
}

func busy() error {
	return errs.New(errs.Unavailable, "holder", "another igny8 works on this data folder and can't be asked: it begins or ends, or does but one thing; try again in a moment")
}
