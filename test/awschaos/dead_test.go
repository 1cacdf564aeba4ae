package awschaos_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/igny8/igny8/internal/lab/aws/proxy"
	"github.com/igny8/igny8/test/stack"
)

// deadLetters: the table refuses two workers whatever they ask about the account, so that
// each delivery of their messages fails and SQS gives them up. Tick makes a failed job of
// each, and a person's retry mends it: once an import, once the only job of a run's stage.
func deadLetters(t *testing.T, p *place) {
	p.visible(t, "QueueBulk")
	p.visible(t, "QueueCluster")
	bulk := p.table.Add(refused("WorkerBulk", p.account))
	dead := stack.Import(p.client, p.site, p.file)
	p.buried(t, dead)
	bulk.Remove()
	if done := p.retry(dead); done.Result.New != p.rows {
		t.Errorf("the import that was tried again brought %d keywords, want %d", done.Result.New, p.rows)
	}

	cluster := p.table.Add(refused("WorkerCluster", p.account))
	run := stack.CompleteRun(p.client, p.site.ID)
	cluster.Remove()
	p.spoiled(bulk, cluster)
	failed := 0
	for _, e := range stack.Story(p.client, p.site.ID, run) {
		if e.Kind == "stage_item_failed" {
			failed++
			p.buried(t, e.Job)
			p.retry(e.Job)
		}
	}
	if failed == 0 {
		t.Error("no job of the run was given up")
	}
	stack.CompleteRun(p.client, p.site.ID)
}

// waits is how long a job may take on a machine that has much else to do.
const waits = 5 * time.Minute

// retry has a failed job's work done again, and waits.
func (p *place) retry(failed string) stack.Job {
	again := stack.Call[stack.Job](p.client, http.MethodPost, "/v1/jobs/"+failed+"/retry/", nil, http.StatusAccepted)
	p.asked = append(p.asked, again.ID)
	return p.client.Follow(again.ID, waits)
}

func refused(function, account string) proxy.Rule {
	return proxy.Rule{Kind: proxy.Throttle, Function: function, Action: "GetItem", Match: []string{account}}
}

// buried waits until a job has failed because its message was given up, and holds that it
// tells its cause and what to do.
func (p *place) buried(t *testing.T, id string) {
	t.Helper()
	for end := time.Now().Add(waits); ; time.Sleep(300 * time.Millisecond) {
		j := stack.Call[stack.Job](p.client, http.MethodGet, "/v1/jobs/"+id+"/", nil, http.StatusOK)
		switch {
		case j.Status == "failed" && j.Cause == "ours" && j.Reason != "":
			return
		case j.Status == "failed" || time.Now().After(end):
			t.Fatalf("the job of a dead letter is %+v", j)
		}
	}
}

// visible has a queue bring a message again after two seconds. Only here: the stack's own
// times are a minute at least.
func (w *world) visible(t *testing.T, output string) {
	t.Helper()
	_, err := sqs.NewFromConfig(w.lab.Config()).SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: aws.String(w.at.Outputs[output]), Attributes: map[string]string{"VisibilityTimeout": fmt.Sprint(2)},
	})
	if err != nil {
		t.Fatal(err)
	}
}
