// Package ses is the mail driver on Amazon SES. The role that calls needs ses:SendEmail on
// the identity that it sends from.
//
// SES sends what it is told as often as it is told, so the driver keeps a record of each Key
// in the table: it is claimed before the call and marked after it. A process that dies
// between the two, and an answer that is lost, leave a claim without a mark; nobody knows
// then whether the message went out. Such a claim is taken over two minutes later, by
// whoever calls Send again, so the message may go out twice: once more for each such crash
// or lost answer, and never otherwise. The other choice would lose it, and people wait for
// their invitation or their new password: twice is a nuisance, never is a fault.
//
// Records are kept for 30 days. A Key that comes back later is as good as new once the table
// has deleted its record, and sends nothing until then.
package ses

import (
	"context"
	"errors"
	stdmail "net/mail"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/mail"
	"github.com/igny8/igny8/internal/table"
)

// patience is how long one call of SES's may take; far less than a claim's life, so that the
// clocks of two machines may differ by a minute.
const patience = 30 * time.Second

// API is what the driver needs of an SES client; *sesv2.Client has it.
type API interface {
	SendEmail(context.Context, *sesv2.SendEmailInput, ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
}

// Sender is the driver. It is safe for concurrent use.
type Sender struct {
	api   API
	table table.Table
	from  string
	clock clock.Clock
}

var _ mail.Sender = (*Sender)(nil)

// New makes a Sender of messages from an address such as "IGNY8 <noreply@example.com>",
// whose domain or address is a verified identity of SES's. The clock tells when a claim is
// over. The client's own retries are not used: they would send twice.
func New(client API, t table.Table, from string, c clock.Clock) *Sender {
	return &Sender{api: client, table: t, from: from, clock: c}
}

// Open is New with a client made from the configuration; nothing is called.
func Open(config aws.Config, t table.Table, from string, c clock.Clock) *Sender {
	return New(sesv2.NewFromConfig(config), t, from, c)
}

// Send implements mail.Sender. Unavailable also while the same Key is being sent elsewhere,
// or was cut short in the last two minutes; RetryAfter tells how long that may last.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	in, err := s.compose(m)
	if err != nil {
		return err
	}
	c, err := s.claim(ctx, m.Key)
	if err != nil || c.sent {
		return errs.Wrap("mail", err)
	}
	id, err := s.call(ctx, in)
	if err != nil {
		if refused(err) {
			s.release(ctx, c)
		}
		return errs.Wrap("mail", fault(err))
	}
	s.mark(ctx, c, id)
	return nil
}

func (s *Sender) compose(m mail.Message) (*sesv2.SendEmailInput, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	to, err := stdmail.ParseAddress(m.To)
	if err != nil {
		return nil, errs.Field("to", "must be one e-mail address").With(err)
	}
	recipient := to.Address
	if to.Name != "" {
		recipient = to.String() // a name that is not ASCII as an encoded word, which SES asks for
	}
	body := &types.Body{Text: text(m.Text)}
	if m.HTML != "" {
		body.Html = text(m.HTML)
	}
	return &sesv2.SendEmailInput{
		FromEmailAddress: &s.from, Destination: &types.Destination{ToAddresses: []string{recipient}},
		Content: &types.EmailContent{Simple: &types.Message{Subject: text(m.Subject), Body: body}},
	}, nil
}

// call sends the message and gives SES's id of it.
func (s *Sender) call(ctx context.Context, in *sesv2.SendEmailInput) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := s.api.SendEmail(ctx, in, once)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.MessageId), nil
}

func text(s string) *types.Content {
	return &types.Content{Data: &s, Charset: aws.String("UTF-8")}
}

// once turns the client's own retries off.
func once(o *sesv2.Options) { o.Retryer = aws.NopRetryer{} }

// refused tells that SES said no, so that nothing went out.
func refused(err error) bool {
	var api smithy.APIError
	var status interface{ HTTPStatusCode() int }
	return errors.As(err, &api) && api.ErrorFault() != smithy.FaultServer &&
		(!errors.As(err, &status) || status.HTTPStatusCode() < 500)
}

// fault gives an error of SES's its kind.
func fault(err error) error {
	var api smithy.APIError
	switch {
	case !refused(err):
		return errs.New(errs.Unavailable, "mail_unsure", "the mail service did not answer: try again in some minutes").With(err).After(life)
	case retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary:
		return errs.New(errs.Unavailable, "mail_busy", "the mail service is busy: try again in a moment").With(err).After(time.Second)
	case errors.As(err, &api) && api.ErrorCode() == "BadRequestException":
		return errs.New(errs.Invalid, "mail_refused", "the mail service refuses the message: check the address").With(err)
	}
	return errs.New(errs.Internal, "internal", "SES refuses the message: look at the identity, the account's standing and the permissions").With(err)
}
