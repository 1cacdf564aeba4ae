package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// failed names the call, and says that the provider has to act unless somebody else has.
func failed(op string, e *errs.Error) error {
	if e.Cause == "" {
		e = e.Because(errs.Provider)
	}
	return errs.Wrap(op, e)
}

// refusal is what OpenAI says in an answer that is no success.
type refusal struct {
	Error struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    any    `json:"code"` // a text, null, or for some faults a number
	} `json:"error"`
}

// classify turns an answer that is no success into a kind that says whether a repeat can
// help. It is the one place where OpenAI's statuses become kinds.
func (x *exchange) classify() *errs.Error {
	e := x.kind()
	if e.Err == nil {
		e = e.With(fmt.Errorf("status %d: %s", x.status, short(string(x.raw))))
	}
	return e
}

func (x *exchange) kind() *errs.Error {
	var r refusal
	_ = json.Unmarshal(x.raw, &r) // an error page that is no JSON: the status alone speaks
	api := r.Error
	status, wait := x.status, retryAfter(x.header)
	switch {
	case api.Code == "insufficient_quota" || api.Type == "insufficient_quota" || status == http.StatusPaymentRequired:
		return errs.New(errs.Forbidden, "quota", "OpenAI's quota for this key is used up; add credit or raise the limit in OpenAI's billing page, then try again")
	case status == http.StatusTooManyRequests:
		return errs.New(errs.Exhausted, "rate_limited", "OpenAI asks to go slower; the call is repeated later").After(wait)
	case status == http.StatusUnauthorized:
		return errs.New(errs.Unauthenticated, "key_refused", "OpenAI refuses the API key; check OPENAI_API_KEY")
	case status == http.StatusForbidden:
		return errs.New(errs.Forbidden, "not_allowed", "OpenAI does not allow this key to do that; check the key's project and rights")
	case status == http.StatusRequestTimeout || status == http.StatusConflict || status >= 500:
		return errs.New(errs.Unavailable, "provider_down", fmt.Sprintf("OpenAI can't answer just now (status %d); the call is repeated later", status)).After(wait)
	case api.Code == "model_not_found":
		return errs.New(errs.Invalid, "model_not_found", "OpenAI does not offer this model to this key; choose another model: "+short(api.Message))
	case api.Code == "moderation_blocked" || api.Code == "content_policy_violation":
		return errs.New(errs.Invalid, "blocked", "OpenAI's safety rules forbid this picture; change its prompt").Because(errs.Input)
	}
	return errs.New(errs.Invalid, "request_refused", fmt.Sprintf("OpenAI refused the request (status %d): %s", status, short(api.Message)))
}

// lost is for a call that brought no whole answer: connection, time-out, or our own guard.
func lost(err error) *errs.Error {
	var ours *errs.Error
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &timeout) && timeout.Timeout():
		return errs.New(errs.Unavailable, "timeout", "OpenAI did not answer in time; the call is repeated later").With(err)
	}
	return errs.New(errs.Unavailable, "connection_lost", "the connection to OpenAI broke; the call is repeated later").With(err)
}

// retryAfter is the wait that the provider asks for; 0 when it does not say.
func retryAfter(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	after := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(after, 64); err == nil && s > 0 {
		return time.Duration(s * float64(time.Second))
	}
	until, err := http.ParseTime(after)
	now, err2 := http.ParseTime(h.Get("Date")) // the provider's clock, so that ours does not matter
	if err != nil || err2 != nil {
		return 0
	}
	return max(0, until.Sub(now))
}

func short(s string) string {
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return s
}
