package stackfile

import (
	"os"
	"path/filepath"
	"testing"
)

const sample = `
Parameters:
  Big: {Type: String, Default: "no"}
  Size: {Type: Number, Default: 128}
  Rate: {Type: String, Default: rate(5 minutes)}
Conditions:
  IsBig: !Equals [!Ref Big, "yes"]
  IsSmall: !Not [!Condition IsBig]
  Both: !And [!Condition IsBig, !Condition IsSmall]
  Either: !Or [!Condition IsBig, !Condition IsSmall]
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/worker-ai/
      MemorySize: !Ref Size
      Timeout: !If [IsBig, 900, 60]
      Gone: !If [IsBig, x, !Ref AWS::NoValue]
      Events:
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Queues.Outputs.AiArn, BatchSize: 7, ScalingConfig: {MaximumConcurrency: 3}}}
        Rate: {Type: ScheduleV2, Properties: {ScheduleExpression: !Ref Rate}}
  OnlyBig: {Type: X, Condition: IsBig}
  OnlySmall: {Type: X, Condition: IsSmall}
  Never: {Type: X, Condition: Both}
  Always: {Type: X, Condition: Either}
  Inner:
    Type: AWS::Serverless::Application
    Properties: {Location: infra/inner.yaml, Parameters: {Big: !Ref Big, Unknown: !GetAtt Worker.Arn}}
`

const inner = `
Parameters:
  Big: {Type: String, Default: "yes"}
Conditions:
  IsBig: !Equals [!Ref Big, "yes"]
Resources:
  Deep: {Type: Y, Condition: IsBig}
`

const config = `
[small.deploy.parameters]
parameter_overrides = [
  "Size=256",
]
[big.deploy.parameters]
parameter_overrides = [
  "Big=yes",
  "Rate='rate(1 hour)'",
]
[other.deploy.parameters]
parameter_overrides = ["Size=1"]
`

func write(t *testing.T, template string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "infra"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"template.yaml": template, "infra/inner.yaml": inner, "samconfig.toml": config} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestLoad(t *testing.T) {
	t.Parallel()
	root := write(t, sample)
	for env, want := range map[string]struct {
		paths                  []string
		memory, timeout, every float64
		gone                   any
	}{
		"small": {[]string{"Always", "Inner", "OnlySmall", "Worker"}, 256, 60, 300, nil},
		"big":   {[]string{"Always", "Inner", "Inner/Deep", "OnlyBig", "Worker"}, 128, 900, 3600, "x"},
	} {
		s, err := Load(root, env)
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, r := range s.Resources {
			paths = append(paths, r.Path)
			if r.Path == "Worker" && r.Props["Gone"] != want.gone {
				t.Errorf("%s: Gone is %v, want %v", env, r.Props["Gone"], want.gone)
			}
		}
		if !equal(paths, want.paths) {
			t.Errorf("%s: %v, want %v", env, paths, want.paths)
		}
		all, err := s.Functions()
		f := Function{Name: "worker-ai", MemoryMB: want.memory, TimeoutS: want.timeout, Source: "ai", Batch: 7, Concurrency: 3, EverySecond: want.every}
		if err != nil || all["worker-ai"] != f {
			t.Errorf("%s: %+v %v, want %+v", env, all["worker-ai"], err, f)
		}
	}
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Load(write(t, sample), "moon"); err == nil {
		t.Error("an environment that is not there was loaded")
	}
	for name, template := range map[string]string{
		"an unknown condition": "Resources:\n  A: {Type: X, Condition: Nobody}\n",
		"an unknown function":  "Conditions:\n  C: !Split [a, b]\nResources:\n  A: {Type: X, Condition: C}\n",
	} {
		if _, err := Load(write(t, template), "small"); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
	s, err := Load(write(t, "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: dist/x/, MemorySize: much}}\n"), "small")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Functions(); err == nil {
		t.Error("a memory that is no number was read")
	}
}

// TestProject: the project's own files can be followed in each environment.
func TestProject(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"local", "staging", "production"} {
		s, err := Load("../..", env)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.Functions()
		if err != nil {
			t.Fatal(err)
		}
		if w := all["worker-ai"]; w.Source != "ai" || w.Batch < 1 || w.Concurrency < 2 || w.MemoryMB < 128 || all["tick"].EverySecond == 0 {
			t.Errorf("%s: %+v", env, w)
		}
	}
}
