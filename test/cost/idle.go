package cost

import (
	"fmt"
	"strings"

	"github.com/igny8/igny8/test/stackfile"
)

// Month is 30 days in seconds, as bills count.
const Month = 30 * 86400.0

// free are the types of resources that cost nothing while nothing happens; what they cost by
// use is in the bill of a run. A type that is in neither list is refused: somebody has to say
// what it costs.
var free = map[string]string{
	"AWS::Serverless::Application":             "its resources are counted themselves",
	"AWS::Serverless::Api":                     "by request",
	"AWS::ApiGateway::Account":                 "a setting",
	"AWS::Serverless::StateMachine":            "by transition",
	"AWS::IAM::Role":                           "free",
	"AWS::Logs::LogGroup":                      "by bytes",
	"AWS::Logs::MetricFilter":                  "free; the metric that it makes is counted by the data points, none while idle",
	"AWS::Logs::ResourcePolicy":                "free",
	"AWS::SQS::Queue":                          "by request; polling is counted with the function that polls",
	"AWS::SQS::QueuePolicy":                    "free",
	"AWS::SNS::Topic":                          "by message",
	"AWS::SNS::TopicPolicy":                    "free",
	"AWS::SNS::Subscription":                   "free",
	"AWS::S3::Bucket":                          "by request and bytes",
	"AWS::S3::BucketPolicy":                    "free",
	"AWS::DynamoDB::Table":                     "by request and bytes",
	"AWS::KMS::Alias":                          "free",
	"AWS::CloudFront::Distribution":            "by request and bytes",
	"AWS::CloudFront::OriginAccessControl":     "free",
	"AWS::CloudFront::CachePolicy":             "free",
	"AWS::CloudFront::OriginRequestPolicy":     "free",
	"AWS::CloudFront::ResponseHeadersPolicy":   "free",
	"AWS::CloudFront::Function":                "by invocation",
	"AWS::CodeDeploy::Application":             "free for functions",
	"AWS::CodeDeploy::DeploymentGroup":         "free for functions",
	"AWS::CodeDeploy::DeploymentConfig":        "free",
	"AWS::Lambda::Alias":                       "free",
	"AWS::Lambda::Version":                     "free but for its code, far below a cent",
	"AWS::Lambda::Permission":                  "free",
	"AWS::Lambda::EventInvokeConfig":           "free",
	"AWS::WAFv2::WebACLAssociation":            "free",
	"AWS::Budgets::Budget":                     "the first two of an account are free, and they only tell",
	"AWS::CE::AnomalyMonitor":                  "free",
	"AWS::CE::AnomalySubscription":             "free",
	"AWS::ApplicationAutoScaling::Target":      "free",
	"AWS::CloudFormation::WaitConditionHandle": "free",
	"AWS::SSM::Parameter":                      "free as a standard parameter",
}

// TickWork is what one tick of a product without work does; it is counted by the bench.
type TickWork struct {
	ReadUnits, WriteUnits float64
	Receives              float64 // of dead letters
	Milliseconds          float64
	LogBytes              float64
}

// IdleTick is the most that a tick does in whose product nothing is under way; the bench, which
// counts it, holds it to that.
var IdleTick = TickWork{ReadUnits: 48, Receives: 5, Milliseconds: 350}

// Within tells whether a tick does at most as much as another.
func (w TickWork) Within(most TickWork) bool {
	return w.ReadUnits <= most.ReadUnits && w.WriteUnits <= most.WriteUnits && w.Receives <= most.Receives && w.Milliseconds <= most.Milliseconds && w.LogBytes <= most.LogBytes
}

// Kinds groups what an idle stack costs as docs/cost.md does.
func Kinds(l Line) string {
	switch service := Service(l); {
	case service == "kms":
		return "keys"
	case service == "waf":
		return "firewall"
	case service == "alarm":
		return "alarms"
	case service == "dashboard":
		return "dashboard"
	case strings.HasSuffix(l.What, " polls"):
		return "event sources that ask empty queues"
	case strings.HasPrefix(l.What, "tick"):
		return "tick"
	}
	return Position(l)
}

// Idle is what a month of an environment costs in which nobody does anything: its resources,
// its event sources' polling and its schedules. Keys are counted without rotations; see
// Rotations.
func Idle(p Prices, s stackfile.Stack, tick TickWork) (Bill, error) {
	b := Bill{Prices: p}
	fns, err := s.Functions()
	if err != nil {
		return b, err
	}
	gb := "lambda.gb_second"
	if s.Params["Architecture"] == "x86_64" {
		gb = "lambda.gb_second_x86"
	}
	for _, r := range s.Resources {
		if err := b.standing(r); err != nil {
			return b, err
		}
	}
	for name, f := range fns {
		if f.Source != "" {
			b.Add(name+" polls", "sqs.request", p.Assume("pollers")*Month/p.Assume("poll_seconds"))
		}
		if f.EverySecond > 0 && s.Params["TickState"] != "DISABLED" {
			times := Month / f.EverySecond
			b.Add(name, "scheduler.invocation", times)
			b.Add(name, "lambda.request", times)
			b.Add(name, gb, times*tick.Milliseconds/1000*f.MemoryMB/1024)
			b.Add(name, "dynamodb.read", times*tick.ReadUnits)
			b.Add(name, "dynamodb.write", times*tick.WriteUnits)
			b.Add(name+" dead letters", "sqs.request", times*tick.Receives)
			b.Add(name, "logs.gb_in", times*(tick.LogBytes+p.Assume("platform_log_bytes"))/1e9)
		}
	}
	return b, nil
}

// standing adds what a resource costs by being there.
func (b *Bill) standing(r stackfile.Resource) error {
	switch r.Type {
	case "AWS::Serverless::Function", "AWS::Lambda::Function":
		if r.Props["ProvisionedConcurrencyConfig"] != nil {
			return fmt.Errorf("%s has provisioned concurrency, which is not priced here", r.Path)
		}
	case "AWS::KMS::Key":
		b.Add(r.Path, "kms.key_month", 1)
	case "AWS::CloudWatch::Alarm":
		name, err := alarmPrice(r)
		if err != nil {
			return err
		}
		b.Add(r.Path, name, float64(max(1, len(r.List("Metrics"))-expressions(r))))
	case "AWS::CloudWatch::CompositeAlarm":
		b.Add(r.Path, "alarm.composite_month", 1)
	case "AWS::CloudWatch::Dashboard":
		b.Add(r.Path, "dashboard.month", 1)
	case "AWS::WAFv2::WebACL":
		b.Add(r.Path, "waf.acl_month", 1)
		b.Add(r.Path, "waf.rule_month", float64(len(r.List("Rules"))))
	case "AWS::SecretsManager::Secret":
		b.Add(r.Path, "secret.month", 1)
	default:
		if free[r.Type] == "" {
			return fmt.Errorf("%s is a %s: say in test/cost/idle.go what it costs while nothing happens", r.Path, r.Type)
		}
	}
	return nil
}

// alarmPrice tells a fast alarm, which costs three times as much, from others.
func alarmPrice(r stackfile.Resource) (string, error) {
	periods := []any{r.Props["Period"]}
	for _, m := range r.List("Metrics") {
		periods = append(periods, stackfile.At(m, "MetricStat", "Period"))
	}
	for _, p := range periods {
		n, err := stackfile.Number(p)
		if err != nil {
			return "", fmt.Errorf("%s: %w", r.Path, err)
		}
		if n > 0 && n < 60 {
			return "alarm.fast_month", nil
		}
	}
	return "alarm.metric_month", nil
}

// expressions are the entries of an alarm's metrics that only compute.
func expressions(r stackfile.Resource) (n int) {
	for _, m := range r.List("Metrics") {
		if stackfile.At(m, "Expression") != nil {
			n++
		}
	}
	return n
}

// Rotations is how many rotations of its keys an environment will have paid for after so many
// years: each of the first two of a key costs as much as a key.
func Rotations(s stackfile.Stack, years float64) (n float64, err error) {
	for _, k := range s.Of("AWS::KMS::Key") {
		if stackfile.Text(k.Props["EnableKeyRotation"]) != "true" {
			continue
		}
		days, err := stackfile.Number(k.Props["RotationPeriodInDays"])
		if err != nil {
			return 0, err
		}
		if days == 0 {
			days = 365
		}
		n += min(2, float64(int(years*365/days)))
	}
	return n, nil
}
