package ses_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/aws"
	tables "github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/mail"
	"github.com/igny8/igny8/internal/mail/mailtest"
	"github.com/igny8/igny8/internal/mail/ses"
	"github.com/igny8/igny8/internal/table/dynamo"
)

const tableName = "igny8-mail-test"

// TestConformance runs the suite on the emulator, with its records in DynamoDB Local and a
// sender, by which its messages are told apart, for each case.
func TestConformance(t *testing.T) {
	t.Parallel()
	lab.Conform(t, nil, func(t *testing.T) {
		l := lab.Start(t)
		client := sesv2.NewFromConfig(l.Config())
		store := dynamodb.NewFromConfig(l.Config(), func(o *dynamodb.Options) { o.BaseEndpoint = &l.Table })
		create := sync.OnceValue(func() error { return tables.CreateTable(context.Background(), store, tableName) })
		mailtest.Run(t, func(t *testing.T) mailtest.Driver {
			if err := create(); err != nil {
				t.Fatal(err)
			}
			from := lab.Name(t, "noreply") + "@example.com"
			if _, err := client.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &from}); err != nil {
				t.Fatal(err)
			}
			return mailtest.Driver{
				Sender: keyed{ses.Open(l.Config(), dynamo.New(store, tableName, clock.Real{}), from, clock.Real{}), from},
				Sent:   func(t *testing.T) []mail.Message { return sent(t, l.URL, from) },
			}
		})
	})
}

// keyed gives each case Keys of its own, since they share the table.
type keyed struct {
	mail.Sender
	prefix string
}

func (k keyed) Send(ctx context.Context, m mail.Message) error {
	if m.Key != "" {
		m.Key = k.prefix + m.Key
	}
	return k.Sender.Send(ctx, m)
}

// sent are the messages from a sender, as the emulator keeps them for tests.
func sent(t *testing.T, url, from string) (all []mail.Message) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/_ministack/ses/messages?account="+lab.Account, nil)
	must(t, err)
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer res.Body.Close()
	var held struct {
		Messages map[string][]struct {
			Source, Subject, BodyText, BodyHTML string
			To                                  []string
		}
	}
	must(t, json.NewDecoder(res.Body).Decode(&held))
	for _, m := range held.Messages[lab.Account] {
		if m.Source != from {
			continue
		}
		if len(m.To) != 1 {
			t.Errorf("sent to %v", m.To)
		}
		all = append(all, mail.Message{To: m.To[0], Subject: m.Subject, Text: m.BodyText, HTML: m.BodyHTML})
	}
	return all
}
