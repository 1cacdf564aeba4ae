package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/igny8/igny8/internal/errs"
)

// reply is what huma writes: a status and one of the bodies below.
type reply[B any] struct {
	Status int
	Body   B
}

type dataBody[O any] struct {
	Success   bool   `json:"success"`
	Data      O      `json:"data"`
	Message   string `json:"message,omitempty"`
	RequestID string `json:"request_id" doc:"name it when you ask us about this request"`
}

type listBody[T any] struct {
	Success   bool    `json:"success"`
	Count     int     `json:"count" doc:"number of records over all pages"`
	Next      *string `json:"next" doc:"address of the next page"`
	Previous  *string `json:"previous" doc:"address of the previous page"`
	Results   []T     `json:"results"`
	RequestID string  `json:"request_id"`
}

// errorBody is every answer that is not a success.
type errorBody struct {
	Success   bool                `json:"success"`
	Text      string              `json:"error" doc:"what is wrong and how to mend it"`
	Errors    map[string][]string `json:"errors,omitempty" doc:"messages by field"`
	Code      string              `json:"code" doc:"stable, for programs"`
	Next      string              `json:"next_step,omitempty" doc:"what to do, where there is something to do"`
	RequestID string              `json:"request_id" doc:"name it when you ask us about this request"`
	status    int
	header    http.Header
}

// Error, GetStatus and GetHeaders let huma write the body as it is.
func (e *errorBody) Error() string           { return e.Text }
func (e *errorBody) GetStatus() int          { return e.status }
func (e *errorBody) GetHeaders() http.Header { return e.header }

// statusOf is the one table from error kinds to HTTP.
func statusOf(e *errs.Error) int {
	switch e.Kind {
	case errs.Invalid:
		return codeStatus(e.Code, http.StatusBadRequest)
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.NotFound:
		return codeStatus(e.Code, http.StatusNotFound)
	case errs.Conflict:
		return codeStatus(e.Code, http.StatusConflict)
	case errs.Exhausted:
		return codeStatus(e.Code, http.StatusTooManyRequests)
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// codeStatus gives the few codes that have a status of their own.
func codeStatus(code string, otherwise int) int {
	switch code {
	case "credits", "plan_limit", "plan_required":
		return http.StatusPaymentRequired
	case "too_large":
		return http.StatusRequestEntityTooLarge
	case "method_not_allowed":
		return http.StatusMethodNotAllowed
	case CodeChanged:
		return http.StatusPreconditionFailed
	case "unsupported_media_type":
		return http.StatusUnsupportedMediaType
	}
	return otherwise
}

// texts are what a person reads when an error brings no message of its own.
var texts = map[errs.Kind]string{
	errs.Invalid: "the request is not valid", errs.Unauthenticated: "sign in first, or check the token",
	errs.Forbidden: "your role does not allow this", errs.NotFound: "not found",
	errs.Conflict: "the state does not allow this", errs.Exhausted: "a limit is reached: try again later",
	errs.Unavailable: "not available right now: try again in a moment",
	errs.Internal:    "something went wrong on our side; repeat the request, and name the request id if it stays",
}

// bodyOf makes the answer to an error. The text of an Internal error is fixed.
func bodyOf(e *errs.Error, requestID string) *errorBody {
	b := &errorBody{Text: e.Message, Errors: e.Fields, Code: e.Code, RequestID: requestID, status: statusOf(e), header: http.Header{}}
	if e.Kind == errs.Internal {
		b.Text, b.Code, b.Errors = texts[errs.Internal], "internal", nil
	}
	if b.Text == "" {
		b.Text = texts[e.Kind]
	}
	if b.Code == "" {
		b.Code = e.Kind.String()
	}
	if e.Kind != errs.Internal {
		b.Next = nextStep(e, b.Code)
	} else {
		b.Next = codes["internal"].next
	}
	if e.RetryAfter > 0 {
		b.header.Set("Retry-After", fmt.Sprint(int64((e.RetryAfter+999_999_999)/1_000_000_000)))
	}
	if b.status == http.StatusUnauthorized {
		b.header.Set("WWW-Authenticate", `Bearer realm="igny8"`)
	}
	return b
}

// Failure is the whole answer to an error for whoever stands before a Handler, and could not
// hand it the request: every answer has the envelope.
func Failure(err error, requestID string) (status int, body []byte) {
	b := bodyOf(errs.Of(err), requestID)
	var out bytes.Buffer
	_ = marshal(&out, b) // to memory: it can't fail
	return b.status, out.Bytes()
}

// marshal writes what is public of v as JSON without HTML escapes; answers are never read
// as HTML.
func marshal(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(public(v))
}

// unmarshal reads JSON and says where a fault is.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line, col := position(data, syntax.Offset)
		return fmt.Errorf("not valid JSON at line %d, column %d: %s", line, col, syntax.Error())
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("%s has to be of type %s, not %s", kind.Field, kind.Type, kind.Value)
	}
	return errors.New("not valid JSON")
}

// position is where the byte before offset stands, counted from 1.
func position(data []byte, offset int64) (line, col int) {
	head := data[:min(max(offset-1, 0), int64(len(data)))]
	line = bytes.Count(head, []byte("\n")) + 1
	return line, len(head) - bytes.LastIndexByte(head, '\n')
}
