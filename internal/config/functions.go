package config

import (
	"slices"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/igny8/igny8/internal/queue"
)

// APIAuth is of functions/api-auth.
type APIAuth struct {
	Common       Common
	API          API
	TokenKey     string `env:"IGNY8_TOKEN_KEY,notEmpty"` // name of the secret
	TextModel    string `env:"IGNY8_TEXT_MODEL,notEmpty"`
	ImageModel   string `env:"IGNY8_IMAGE_MODEL,notEmpty"`
	StartCredits int64  `env:"IGNY8_START_CREDITS,notEmpty"` // whole credits of a new account
}

// APIPlanner is of functions/api-planner.
type APIPlanner struct {
	Common  Common
	API     API
	Bucket  Bucket
	AI      string `env:"IGNY8_QUEUE_AI,notEmpty"`
	Cluster string `env:"IGNY8_QUEUE_CLUSTER,notEmpty"`
	Bulk    string `env:"IGNY8_QUEUE_BULK,notEmpty"`
}

// APIWriter is of functions/api-writer.
type APIWriter struct {
	Common  Common
	API     API
	Bucket  Bucket
	AI      string `env:"IGNY8_QUEUE_AI,notEmpty"`
	Image   string `env:"IGNY8_QUEUE_IMAGE,notEmpty"`
	Publish string `env:"IGNY8_QUEUE_PUBLISH,notEmpty"`
}

// APIAutomation is of functions/api-automation.
type APIAutomation struct {
	Common       Common
	API          API
	Bucket       Bucket
	Queues       Queues
	Bulk         string `env:"IGNY8_QUEUE_BULK,notEmpty"` // a failed import or export is retried too
	StateMachine string `env:"IGNY8_STATE_MACHINE,notEmpty"`
}

// URLs are the queues by name.
func (a APIAutomation) URLs() map[queue.Name]string {
	all := a.Queues.URLs()
	all[queue.Bulk] = a.Bulk
	return all
}

// APIIntegration is of functions/api-integration.
type APIIntegration struct {
	Common Common
	API    API
	Sites  Sites
}

// APIBilling is of functions/api-billing.
type APIBilling struct {
	Common Common
	API    API
}

// APISystem is of functions/api-system.
type APISystem struct {
	Common Common
	API    API
	Bucket Bucket
}

// Queues are the addresses of the queues that the pipeline sends to.
type Queues struct {
	AI      string `env:"IGNY8_QUEUE_AI,notEmpty"`
	Image   string `env:"IGNY8_QUEUE_IMAGE,notEmpty"`
	Publish string `env:"IGNY8_QUEUE_PUBLISH,notEmpty"`
	Cluster string `env:"IGNY8_QUEUE_CLUSTER,notEmpty"`
}

// URLs are the addresses by name.
func (q Queues) URLs() map[queue.Name]string {
	return map[queue.Name]string{queue.AI: q.AI, queue.Image: q.Image, queue.Publish: q.Publish, queue.Cluster: q.Cluster}
}

// Stage is of functions/stage.
type Stage struct {
	Common Common
	Bucket Bucket
	Queues Queues
}

// WorkerAI is of functions/worker-ai.
type WorkerAI struct {
	Common    Common
	Bucket    Bucket
	Provider  Provider
	Anthropic Anthropic
	Jobs      Jobs
	Queue     string `env:"IGNY8_QUEUE_AI,notEmpty"`
}

// WorkerImage is of functions/worker-image.
type WorkerImage struct {
	Common    Common
	Bucket    Bucket
	Provider  Provider
	Stability Stability
	Jobs      Jobs
	Queue     string `env:"IGNY8_QUEUE_IMAGE,notEmpty"`
}

// WorkerPublish is of functions/worker-publish.
type WorkerPublish struct {
	Common Common
	Bucket Bucket
	Sites  Sites
	Stray  Stray
	Jobs   Jobs
	Queue  string `env:"IGNY8_QUEUE_PUBLISH,notEmpty"`
}

// WorkerCluster is of functions/worker-cluster.
type WorkerCluster struct {
	Common   Common
	Bucket   Bucket
	Provider Provider
	Jobs     Jobs
	Queue    string `env:"IGNY8_QUEUE_CLUSTER,notEmpty"`
}

// WorkerBulk is of functions/worker-bulk.
type WorkerBulk struct {
	Common Common
	Bucket Bucket
	Jobs   Jobs
	Queue  string `env:"IGNY8_QUEUE_BULK,notEmpty"`
}

// Tick is of functions/tick.
type Tick struct {
	Common       Common
	Bucket       Bucket
	Queues       Queues
	Bulk         string `env:"IGNY8_QUEUE_BULK,notEmpty"`
	Dead         Dead
	Sites        Sites
	Stray        Stray
	StateMachine string        `env:"IGNY8_STATE_MACHINE,notEmpty"`
	Resend       time.Duration `env:"IGNY8_RESEND,notEmpty"`
	Stale        time.Duration `env:"IGNY8_STALE,notEmpty"`
	SweepFrom    time.Duration `env:"IGNY8_SWEEP_FROM,notEmpty"`
}

// Dead are the addresses of the dead letters.
type Dead struct {
	AI      string `env:"IGNY8_DEAD_QUEUE_AI,notEmpty"`
	Image   string `env:"IGNY8_DEAD_QUEUE_IMAGE,notEmpty"`
	Publish string `env:"IGNY8_DEAD_QUEUE_PUBLISH,notEmpty"`
	Cluster string `env:"IGNY8_DEAD_QUEUE_CLUSTER,notEmpty"`
	Bulk    string `env:"IGNY8_DEAD_QUEUE_BULK,notEmpty"`
}

// URLs are the addresses of all queues and their dead letters by name.
func (t Tick) URLs() map[queue.Name]string {
	all := t.Queues.URLs()
	all[queue.Bulk] = t.Bulk
	all[queue.AI.Dead()], all[queue.Image.Dead()], all[queue.Publish.Dead()] = t.Dead.AI, t.Dead.Image, t.Dead.Publish
	all[queue.Cluster.Dead()], all[queue.Bulk.Dead()] = t.Dead.Cluster, t.Dead.Bulk
	return all
}

// Functions are the structs by the folder of their function: what the tests of the template
// go by.
func Functions() map[string]any {
	return map[string]any{
		"api-auth": &APIAuth{}, "api-planner": &APIPlanner{}, "api-writer": &APIWriter{}, "api-automation": &APIAutomation{},
		"api-integration": &APIIntegration{}, "api-billing": &APIBilling{}, "api-system": &APISystem{}, "stage": &Stage{}, "worker-ai": &WorkerAI{},
		"worker-image": &WorkerImage{}, "worker-publish": &WorkerPublish{}, "worker-cluster": &WorkerCluster{},
		"worker-bulk": &WorkerBulk{}, "tick": &Tick{},
	}
}

// Variables are the names of the variables that a function's struct reads, in order.
func Variables(c any) ([]string, error) {
	fields, err := env.GetFieldParams(c)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Key
	}
	slices.Sort(names)
	return names, nil
}
