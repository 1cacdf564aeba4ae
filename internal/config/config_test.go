package config_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/queue"
)

func TestLoad(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "IGNY8_TABLE": "t", "IGNY8_LOG_LEVEL": "warn", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "640",
		"IGNY8_BUCKET": "b", "IGNY8_S3_PATH_STYLE": "true", "IGNY8_QUEUE_AI": "https://sqs.example/ai", "IGNY8_OPENAI_KEY": "/k", "IGNY8_ANTHROPIC_KEY": "/a",
		"IGNY8_PROVIDER_TIMEOUT": "8m", "IGNY8_BACKOFF": "2s",
	} {
		t.Setenv(name, value)
	}
	c, err := config.Load[config.WorkerAI]()
	if err != nil || c.Common.AWS.Region != "eu-central-1" || c.Common.LogLevel != slog.LevelWarn || c.Common.Memory != 640 || !c.Bucket.PathStyle || c.Provider.Timeout != 8*time.Minute || c.Anthropic.Key != "/a" || c.Queue != "https://sqs.example/ai" {
		t.Fatalf("%+v %v", c, err)
	}
	t.Setenv("IGNY8_BACKOFF", "soon")
	t.Setenv("IGNY8_TABLE", "")
	_, err = config.Load[config.WorkerAI]()
	if err == nil || !strings.Contains(err.Error(), "IGNY8_TABLE") || !strings.Contains(err.Error(), "Backoff") {
		t.Errorf("%v does not name what is wrong", err)
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	for name, c := range config.Functions() {
		v, err := config.Variables(c)
		if err != nil || !slices.Contains(v, "IGNY8_TABLE") || len(slices.Compact(slices.Clone(v))) != len(v) {
			t.Errorf("%s: %v %v", name, v, err)
		}
	}
	if urls := (config.Tick{}).URLs(); len(urls) != 2*len(queue.Names()) {
		t.Errorf("tick knows %d queues", len(urls))
	}
}
