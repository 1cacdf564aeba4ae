package benchcost

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	lab "github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/workflow"
)

// calls are what code asked of AWS and of makers.
type calls struct {
	Table           lab.Units
	Put, Get        float64 // S3
	Stored          float64 // bytes put there
	Queue           float64 // requests of SQS
	States          float64 // requests of Step Functions
	Transitions     float64
	Seals           float64 // requests of KMS
	Texts, Pictures float64 // asked of makers
	Logged          float64 // bytes
	CPU             time.Duration
}

func (c calls) plus(o calls, times float64) calls {
	c.Table.Requests += int(times * float64(o.Table.Requests))
	c.Table.Refused += int(times * float64(o.Table.Refused))
	c.Table.Write += times * o.Table.Write
	c.Table.Read += times * o.Table.Read
	c.Put, c.Get, c.Stored = c.Put+times*o.Put, c.Get+times*o.Get, c.Stored+times*o.Stored
	c.Queue, c.States, c.Transitions, c.Seals = c.Queue+times*o.Queue, c.States+times*o.States, c.Transitions+times*o.Transitions, c.Seals+times*o.Seals
	c.Texts, c.Pictures, c.Logged = c.Texts+times*o.Texts, c.Pictures+times*o.Pictures, c.Logged+times*o.Logged
	c.CPU += time.Duration(times * float64(o.CPU))
	return c
}

func (c calls) less(o calls) calls { return c.plus(o, -1) }

// counter sees all calls; the doubles of the ports below tell it.
type counter struct {
	mu      sync.Mutex
	sum     calls
	meter   *lab.Meter
	picture float64 // bytes that a maker's picture is counted as
}

func (c *counter) add(f func(*calls)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.sum)
}

func (c *counter) now() calls {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.sum
	out.Table = c.meter.Now()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		out.CPU = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return out
}

// Write counts what is logged.
func (c *counter) Write(p []byte) (int, error) {
	c.add(func(n *calls) { n.Logged += float64(len(p)) })
	return len(p), nil
}

// files counts as the driver on S3 asks: one request for each call.
type files struct {
	blob.Store
	*counter
}

func (f files) size(contentType string, content []byte) float64 {
	if strings.HasPrefix(contentType, "image/") {
		return f.picture
	}
	return float64(len(content))
}

func (f files) Put(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	f.add(func(c *calls) { c.Put++; c.Stored += f.size(contentType, content) })
	return f.Store.Put(ctx, n, contentType, content)
}

func (f files) PutNew(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	f.add(func(c *calls) { c.Put++; c.Stored += f.size(contentType, content) })
	return f.Store.PutNew(ctx, n, contentType, content)
}

func (f files) Open(ctx context.Context, n blob.Name) (io.ReadCloser, blob.Info, error) {
	f.add(func(c *calls) { c.Get++ })
	return f.Store.Open(ctx, n)
}

// flow counts requests of Step Functions; its transitions are told by the interpreter.
type flow struct {
	workflow.Engine
	*counter
}

func (f flow) Start(ctx context.Context, name string, input []byte) error {
	f.add(func(c *calls) { c.States++ })
	return f.Engine.Start(ctx, name, input)
}

func (f flow) Describe(ctx context.Context, name string) (workflow.Execution, error) {
	f.add(func(c *calls) { c.States++ })
	return f.Engine.Describe(ctx, name)
}

func (f flow) Succeed(ctx context.Context, token string, output []byte) error {
	f.add(func(c *calls) { c.States++ })
	return f.Engine.Succeed(ctx, token, output)
}

// keys counts requests of KMS.
type keys struct {
	seal.Sealer
	*counter
}

func (k keys) Seal(ctx context.Context, s account.Scope, field string, plain []byte) (string, error) {
	k.add(func(c *calls) { c.Seals++ })
	return k.Sealer.Seal(ctx, s, field, plain)
}

func (k keys) Open(ctx context.Context, s account.Scope, field, sealed string) ([]byte, error) {
	k.add(func(c *calls) { c.Seals++ })
	return k.Sealer.Open(ctx, s, field, sealed)
}

// texts and pictures count what is asked of makers, which answer at once.
type texts struct {
	ai.Text
	*counter
}

func (t texts) Write(ctx context.Context, r ai.TextRequest) (ai.Answer, error) {
	t.add(func(c *calls) { c.Texts++ })
	return t.Text.Write(ctx, r)
}

// pictures draw each size once: drawing is not what a function does that asks a maker.
type pictures struct {
	ai.Image
	*counter
	mu    *sync.Mutex
	drawn map[string]ai.Answer
}

func (p pictures) Draw(ctx context.Context, r ai.ImageRequest) (ai.Answer, error) {
	p.add(func(c *calls) { c.Pictures++ })
	p.mu.Lock()
	defer p.mu.Unlock()
	key := r.Size + " " + r.Format
	if a, ok := p.drawn[key]; ok {
		return a, nil
	}
	a, err := p.Image.Draw(ctx, r)
	if err == nil {
		p.drawn[key] = a
	}
	return a, err
}

// sqs is SQS as far as the driver and an event source need it: a list for each queue, in the
// order of sending. Each call is a request.
type sqs struct {
	*counter
	clock *clock.Fake
	lists map[string][]message
	last  int
}

type message struct {
	id, body string
	due      time.Time
}

func (s *sqs) SendMessageBatch(_ context.Context, in *sdk.SendMessageBatchInput, _ ...func(*sdk.Options)) (*sdk.SendMessageBatchOutput, error) {
	bytes := 0
	s.mu.Lock()
	for _, e := range in.Entries {
		s.last++
		bytes += len(*e.MessageBody)
		s.lists[*in.QueueUrl] = append(s.lists[*in.QueueUrl], message{fmt.Sprint(s.last), *e.MessageBody, s.clock.Now().Add(time.Duration(e.DelaySeconds) * time.Second)})
	}
	s.mu.Unlock()
	s.add(func(c *calls) { c.Queue += float64((bytes + 64<<10 - 1) / (64 << 10)) })
	return &sdk.SendMessageBatchOutput{}, nil
}

func (s *sqs) ReceiveMessage(_ context.Context, in *sdk.ReceiveMessageInput, _ ...func(*sdk.Options)) (*sdk.ReceiveMessageOutput, error) {
	s.add(func(c *calls) { c.Queue++ })
	out := &sdk.ReceiveMessageOutput{}
	for _, m := range s.take(*in.QueueUrl, int(in.MaxNumberOfMessages)) {
		out.Messages = append(out.Messages, types.Message{MessageId: aws.String(m.ID), Body: aws.String(m.Body), ReceiptHandle: aws.String(m.ID)})
	}
	return out, nil
}

func (s *sqs) DeleteMessageBatch(context.Context, *sdk.DeleteMessageBatchInput, ...func(*sdk.Options)) (*sdk.DeleteMessageBatchOutput, error) {
	s.add(func(c *calls) { c.Queue++ })
	return &sdk.DeleteMessageBatchOutput{}, nil
}

func (s *sqs) ChangeMessageVisibility(context.Context, *sdk.ChangeMessageVisibilityInput, ...func(*sdk.Options)) (*sdk.ChangeMessageVisibilityOutput, error) {
	s.add(func(c *calls) { c.Queue++ })
	return &sdk.ChangeMessageVisibilityOutput{}, nil
}

// take gives up to n messages that are due.
func (s *sqs) take(q string, n int) (out []queue.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rest []message
	for _, m := range s.lists[q] {
		if len(out) < n && !m.due.After(s.clock.Now()) {
			out = append(out, queue.Delivery{ID: m.id, Receipt: m.id, Body: m.body, Receives: 1})
			continue
		}
		rest = append(rest, m)
	}
	s.lists[q] = rest
	return out
}

// empty tells whether nothing is left to be done.
func (s *sqs) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lists {
		if len(l) > 0 {
			return false
		}
	}
	return true
}
