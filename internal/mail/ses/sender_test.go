package ses_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/mail"
	"github.com/igny8/igny8/internal/mail/ses"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

var hello = mail.Message{Key: "k", To: "ann@example.com", Subject: "Hello", Text: "Hello"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// service is an SES that fails with the faults in turn and takes every message after that.
type service struct {
	mu     sync.Mutex
	faults []error
	calls  []*sesv2.SendEmailInput
	during func() // runs while a call is under way
}

func (s *service) SendEmail(_ context.Context, in *sesv2.SendEmailInput, change ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var o sesv2.Options
	for _, c := range change {
		c(&o)
	}
	if o.Retryer != (aws.NopRetryer{}) {
		return nil, errors.New("the client would send twice")
	}
	s.calls = append(s.calls, in)
	if s.during != nil {
		s.during()
	}
	if n := len(s.calls); n <= len(s.faults) {
		return nil, s.faults[n-1]
	}
	return &sesv2.SendEmailOutput{MessageId: aws.String("ses-1")}, nil
}

type world struct {
	*service
	table table.Table
	now   *clock.Fake
}

func newWorld(t *testing.T, faults ...error) *world {
	now := clock.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	tab := disk.Open(t, now)
	return &world{service: &service{faults: faults}, table: tab, now: now}
}

// send is a call of an instance that knows nothing of the ones before.
func (w *world) send(ctx context.Context) error {
	return ses.New(w, w.table, "IGNY8 <noreply@example.com>", w.now).Send(ctx, hello)
}

// want sends and looks at the error's kind and at the calls of SES's up to now.
func (w *world) want(t *testing.T, what string, kind errs.Kind, calls int) {
	t.Helper()
	err := w.send(t.Context())
	if kind == done && err != nil || kind != done && !errs.Is(err, kind) {
		t.Errorf("%s: %v, want kind %d", what, err, kind)
	}
	if kind == errs.Unavailable && errs.Of(err).RetryAfter <= 0 {
		t.Errorf("%s: it does not tell how long to wait", what)
	}
	if len(w.calls) != calls {
		t.Errorf("%s: %d calls, want %d", what, len(w.calls), calls)
	}
}

const done = errs.Kind(255)

func client(code string) error { return &smithy.GenericAPIError{Code: code, Fault: smithy.FaultClient} }

func TestOncePerKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.want(t, "sent", done, 1)
		w.now.Advance(time.Hour)
	}
	w.now.Advance(31 * 24 * time.Hour)
	w.want(t, "its record has expired and is still there", done, 1)
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := w.send(t.Context()); err != nil && !errs.Is(err, errs.Unavailable) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.want(t, "after all", done, 1)
}

// TestLostAnswer: the message may be out. It is sent again, but not before the claim is
// over, and then no more.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{errors.New("connection reset"), &smithy.GenericAPIError{Code: "InternalServiceErrorException", Fault: smithy.FaultServer}} {
		w := newWorld(t, fault)
		w.want(t, "lost", errs.Unavailable, 1)
		w.want(t, "at once", errs.Unavailable, 1)
		w.now.Advance(119 * time.Second)
		w.want(t, "claim alive", errs.Unavailable, 1)
		w.now.Advance(time.Second)
		w.want(t, "claim over", done, 2)
		w.now.Advance(time.Hour)
		w.want(t, "sent", done, 2)
	}
}

// TestTakenOver: a call that outlived its claim leaves the record to who took it over.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, client("TooManyRequestsException"))
	w.during = func() {
		w.during = nil
		w.now.Advance(3 * time.Minute)
		other := &world{service: &service{}, table: w.table, now: w.now}
		other.want(t, "takes over", done, 1)
	}
	w.want(t, "outlived", errs.Unavailable, 1)
	w.want(t, "sent by the other", done, 1)
}

// TestRefused: a message that SES refused was not sent, so a repeat need not wait.
func TestRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, client("TooManyRequestsException"), client("MessageRejected"), client("BadRequestException"))
	w.want(t, "busy", errs.Unavailable, 1)
	w.want(t, "not verified", errs.Internal, 2)
	w.want(t, "bad address", errs.Invalid, 3)
	w.want(t, "sent", done, 4)
	w.want(t, "again", done, 4)
}

// frail is a table that loses the writes after the first.
type frail struct {
	table.Table
	fault error
}

func (f *frail) Write(ctx context.Context, op table.Op) error {
	if op.Kind == table.OpChange && f.fault != nil {
		return f.fault
	}
	return f.Table.Write(ctx, op)
}

// TestMarkIsLost: what is out is told to be out; the one who asks again all the same, after
// the claim, has it doubled.
func TestMarkIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := &frail{w.table, errs.New(errs.Unavailable, "", "")}
	w.table = f
	w.want(t, "sent, not marked", done, 1)
	w.want(t, "claimed", errs.Unavailable, 1)
	w.now.Advance(2 * time.Minute)
	f.fault = nil
	w.want(t, "doubled", done, 2)
	w.want(t, "marked", done, 2)
}

// TestCallerLeaves: the mark is written even when the caller's context ended meanwhile.
func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.during = cancel
	must(t, w.send(ctx))
	w.want(t, "marked", done, 1)
	if err := w.send(ctx); !errs.Is(err, errs.Unavailable) {
		t.Errorf("under an ended context: %v", err)
	}
}

// TestMessage: what SES is given, and that the record holds nothing of it.
func TestMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := mail.Message{Key: strings.Repeat("k", 5000), To: "Änn <ann@example.com>", Subject: "Grüße", Text: "Hällo", HTML: "<p>Hällo</p>"}
	must(t, ses.New(w, w.table, "IGNY8 <noreply@example.com>", w.now).Send(t.Context(), m))
	in := w.calls[0]
	simple := in.Content.Simple
	if !slices.Equal(in.Destination.ToAddresses, []string{"=?utf-8?q?=C3=84nn?= <ann@example.com>"}) || aws.ToString(in.FromEmailAddress) != "IGNY8 <noreply@example.com>" {
		t.Errorf("from %v to %v", aws.ToString(in.FromEmailAddress), in.Destination.ToAddresses)
	}
	for want, c := range map[string]*string{"Grüße": simple.Subject.Data, "Hällo": simple.Body.Text.Data, "<p>Hällo</p>": simple.Body.Html.Data} {
		if aws.ToString(c) != want {
			t.Errorf("%q, want %q", aws.ToString(c), want)
		}
	}
	for _, c := range []*string{simple.Subject.Charset, simple.Body.Text.Charset, simple.Body.Html.Charset} {
		if aws.ToString(c) != "UTF-8" {
			t.Errorf("charset %q", aws.ToString(c))
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int // 0: the connection breaks
		code   string
		want   errs.Kind
	}{
		{400, "BadRequestException", errs.Invalid},
		{429, "TooManyRequestsException", errs.Unavailable},
		{400, "LimitExceededException", errs.Unavailable},
		{500, "InternalServiceErrorException", errs.Unavailable},
		{503, "", errs.Unavailable},
		{0, "", errs.Unavailable},
		{400, "MessageRejected", errs.Internal},
		{400, "MailFromDomainNotVerifiedException", errs.Internal},
		{400, "AccountSuspendedException", errs.Internal},
		{400, "SendingPausedException", errs.Internal},
		{404, "NotFoundException", errs.Internal},
		{403, "AccessDeniedException", errs.Internal},
	} {
		w := newWorld(t)
		api := sesv2.NewFromConfig(lab.Failing(c.status, c.code))
		if err := ses.New(api, w.table, "noreply@example.com", w.now).Send(t.Context(), hello); errs.KindOf(err) != c.want {
			t.Errorf("%d %s: %v, want %v", c.status, c.code, err, c.want)
		}
	}
}

// asks counts the calls of the table's.
type asks struct {
	table.Table
	n int
}

func (a *asks) Write(ctx context.Context, op table.Op) error { a.n++; return a.Table.Write(ctx, op) }

// TestNothingIsKept: a message that may not be sent leaves no record; one that was sent
// leaves one for 30 days, without its address and text.
func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := &asks{Table: w.table}
	bad := hello
	bad.To = "ann"
	if err := ses.New(w, a, "noreply@example.com", w.now).Send(t.Context(), bad); !errs.Is(err, errs.Invalid) || a.n > 0 {
		t.Errorf("%v after %d writes", err, a.n)
	}
	var seen table.Item
	w.table = &look{w.table, &seen}
	w.want(t, "sent", done, 1)
	if got := seen.Expires.Sub(w.now.Now()); got != 30*24*time.Hour {
		t.Errorf("kept for %v", got)
	}
	for name, v := range seen.Attrs {
		if text, ok := v.(string); ok && strings.Contains(text, "ann") {
			t.Errorf("the record's %s is %q", name, text)
		}
	}
}

// look keeps the last item put.
type look struct {
	table.Table
	seen *table.Item
}

func (l *look) Write(ctx context.Context, op table.Op) error {
	if op.Kind == table.OpPut {
		*l.seen = op.Item
	}
	return l.Table.Write(ctx, op)
}
