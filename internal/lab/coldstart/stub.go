package coldstart

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Stub is what variables say for the host and port of the stub.
const Stub = "{stub}"

// stub stands where a function is told that AWS and every other service is. It counts who
// connects, and answers with nothing: an empty object to protocols of JSON and CBOR, not
// found to others.
type stub struct {
	net.Listener
	server *http.Server

	mu     sync.Mutex
	peers  []string // addresses, in the order of their connections
	wanted []string // requests, as they came
}

func newStub() (*stub, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &stub{Listener: l}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: answerLimit}
	go func() { _ = s.server.Serve(s) }()
	return s, nil
}

func (s *stub) addr() string { return s.Addr().String() }

func (s *stub) close() { _ = s.server.Close() }

// fill puts the address into a target's variables.
func (s *stub) fill(env []string) []string {
	out := make([]string, len(env))
	for i, v := range env {
		out[i] = strings.ReplaceAll(v, Stub, s.addr())
	}
	return out
}

// Accept notes the peer.
func (s *stub) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err == nil {
		s.mu.Lock()
		s.peers = append(s.peers, c.RemoteAddr().String())
		s.mu.Unlock()
	}
	return c, err
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	s.mu.Lock()
	s.wanted = append(s.wanted, strings.TrimSpace(r.Method+" "+r.Host+r.URL.Path+" "+target))
	s.mu.Unlock()
	_, _ = io.Copy(io.Discard, r.Body)
	switch kind := r.Header.Get("Content-Type"); {
	case kind == "application/cbor":
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		_, _ = w.Write([]byte{0xa0}) // the empty map
	case target != "":
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, "{}")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// untouched fails when somebody has connected by now. Connections are accepted in the order
// in which they were made, so a connection of our own comes after all that are there.
func (s *stub) untouched() error {
	c, err := net.Dial("tcp", s.addr())
	if err != nil {
		return err
	}
	defer c.Close()
	mine := c.LocalAddr().String()
	for deadline := time.Now().Add(startLimit); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) {
		s.mu.Lock()
		before, wanted := slices.Index(s.peers, mine), strings.Join(s.wanted, ", ")
		s.mu.Unlock()
		switch {
		case before == 0:
			return nil
		case before > 0:
			return fmt.Errorf("called out before the first request: %d connections; asked for: %s", before, wanted)
		}
	}
	return fmt.Errorf("the stub did not accept a connection")
}
