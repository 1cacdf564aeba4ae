package wire

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// Refusal is what a provider says in an answer that is no success, in so far as the status
// alone does not say it.
type Refusal struct {
	Message string
	Means   Meaning
}

// Meaning is what the words of a refusal say.
type Meaning uint8

// The meanings.
const (
	Unsaid      Meaning = iota // the status alone says it
	OutOfCredit                // the key's money or quota is used up
	NoModel                    // the model is not there for this key
	Blocked                    // the provider's rules forbid what was asked for
)

// failed names the call, and says that the provider has to act unless somebody else has.
func failed(op string, e *errs.Error) error {
	if e.Cause == "" {
		e = e.Because(errs.Provider)
	}
	return errs.Wrap(op, e)
}

// refused turns an answer that is no success into a kind that says whether a repeat can
// help. It is the one place where providers' statuses become kinds.
func (c *Client) refused(status int, h http.Header, raw []byte) *errs.Error {
	e := c.kind(status, retryAfter(h), c.Explain(status, raw))
	return e.With(fmt.Errorf("status %d, request %s: %s", status, requestID(h), Short(string(raw))))
}

func (c *Client) kind(status int, wait time.Duration, r Refusal) *errs.Error {
	switch {
	case r.Means == OutOfCredit || status == http.StatusPaymentRequired:
		return errs.New(errs.Forbidden, "quota", fmt.Sprintf("%s's quota for this key is used up; add credit or raise the limit in its billing page, then try again", c.Name))
	case r.Means == Blocked:
		return errs.New(errs.Invalid, "blocked", c.Name+"'s safety rules forbid this; change the prompt").Because(errs.Input)
	case status == http.StatusTooManyRequests:
		return errs.New(errs.Exhausted, "rate_limited", c.Name+" asks to go slower; the call is repeated later").After(wait)
	case status == http.StatusUnauthorized:
		return errs.New(errs.Unauthenticated, "key_refused", fmt.Sprintf("%s refuses the API key; check %s", c.Name, c.KeyVariable))
	case status == http.StatusForbidden:
		return errs.New(errs.Forbidden, "not_allowed", c.Name+" does not allow this key to do that; check the key's project and rights")
	case status == http.StatusRequestTimeout || status == http.StatusConflict || status >= 500:
		return errs.New(errs.Unavailable, "provider_down", fmt.Sprintf("%s can't answer just now (status %d); the call is repeated later", c.Name, status)).After(wait)
	case status == http.StatusRequestEntityTooLarge:
		return errs.New(errs.Invalid, "request_too_large", c.Name+" takes no request as large as this one; shorten what is asked").Because(errs.Input)
	case r.Means == NoModel:
		return errs.New(errs.Invalid, "model_not_found", c.Name+" does not offer this model to this key; choose another model: "+Short(r.Message))
	case status < 400 || status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return errs.New(errs.Invalid, "wrong_address", strings.TrimSuffix(fmt.Sprintf("%s does not answer at this address (status %d); check its base address: %s", c.Name, status, Short(r.Message)), ": "))
	}
	return errs.New(errs.Invalid, "request_refused", fmt.Sprintf("%s refused the request (status %d): %s", c.Name, status, Short(r.Message)))
}

// lost is for a call that brought no whole answer: connection, time-out, or our own guard.
func (c *Client) lost(err error) *errs.Error {
	var ours *errs.Error
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &timeout) && timeout.Timeout():
		return errs.New(errs.Unavailable, "timeout", c.Name+" did not answer in time; the call is repeated later").With(err)
	}
	return errs.New(errs.Unavailable, "connection_lost", "the connection to "+c.Name+" broke; the call is repeated later").With(err)
}

// longest is the longest wait that is believed: whoever asks for more is asked again then.
const longest = 24 * time.Hour

// retryAfter is the wait that the provider asks for; 0 when it does not say.
func retryAfter(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(min(ms*float64(time.Millisecond), float64(longest)))
	}
	after := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(after, 64); err == nil && s > 0 {
		return time.Duration(min(s*float64(time.Second), float64(longest)))
	}
	until, err := http.ParseTime(after)
	now, err2 := http.ParseTime(h.Get("Date")) // the provider's clock, so that ours does not matter
	if err != nil || err2 != nil {
		return 0
	}
	return min(max(0, until.Sub(now)), longest)
}

// Unusable is an answer that was bought and can't be used: Invalid, cause provider.
func Unusable(code, message string) *errs.Error {
	return errs.New(errs.Invalid, code, message).Because(errs.Provider)
}

// Short cuts a provider's words to what a message bears.
func Short(s string) string {
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return s
}
