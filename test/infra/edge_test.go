package infra_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/igny8/igny8/internal/lambdaio/gateway"
	"github.com/igny8/igny8/internal/webapp"
)

// checkAPI: the gateway's own limits, its log, and its own answers in our envelope.
func checkAPI(p project) (faults []string) {
	want := func(ok bool, why string) {
		if !ok {
			faults = append(faults, "the API "+why)
		}
	}
	a := p.root("Api")
	want(text(at(a, "StageName")) == "live" && text(at(p.docs[rootDoc], "Globals", "Api", "OpenApiVersion")) == "3.0.1", "has another stage, or two")
	want(text(at(a, "EndpointConfiguration", "Type")) == "REGIONAL", "stands behind an edge that is not ours")
	settings := list(at(a, "MethodSettings"))
	want(len(settings) == 1 && text(at(settings[0], "ResourcePath")) == "/*" && text(at(settings[0], "HttpMethod")) == "*" &&
		is(at(settings[0], "ThrottlingRateLimit"), "Ref", "ThrottleRate") && is(at(settings[0], "ThrottlingBurstLimit"), "Ref", "ThrottleBurst"), "has no throttle")
	want(is(at(a, "AccessLogSetting", "DestinationArn"), "GetAtt", "ApiLogs.Arn"), "logs no access")
	var line map[string]string
	format := text(at(a, "AccessLogSetting", "Format"))
	format = strings.ReplaceAll(format, `"time":$context.requestTimeEpoch`, `"time":"0"`)
	want(json.Unmarshal([]byte(format), &line) == nil && line["request"] == "$context.requestId", "logs no JSON")
	want(text(at(p.docs[rootDoc], "Resources", "Api", "DependsOn")) == "ApiLogAccount", "logs before its account may")
	answers, _ := at(a, "GatewayResponses").(map[string]any)
	want(answers["DEFAULT_4XX"] != nil && answers["DEFAULT_5XX"] != nil && text(at(answers["MISSING_AUTHENTICATION_TOKEN"], "StatusCode")) == "404", "answers in AWS's words")
	for name, r := range answers {
		var body struct {
			Success   *bool  `json:"success"`
			Text      string `json:"error"`
			Code      string `json:"code"`
			RequestID string `json:"request_id"`
		}
		raw := text(at(r, "ResponseTemplates", "application/json"))
		want(json.Unmarshal([]byte(raw), &body) == nil && body.Success != nil && !*body.Success && body.Text != "" && body.Code != "" && body.RequestID == "$context.requestId", "answers "+name+" out of the envelope")
	}
	return faults
}

func TestAPI(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkAPI(p))
	for _, c := range []struct{ old, other, want string }{
		{"ThrottlingRateLimit: !Ref ThrottleRate", "Rate: 1", "has no throttle"},
		{"DestinationArn: !GetAtt ApiLogs.Arn", "DestinationArn: x", "logs no access"},
		{`{"request":"$context.requestId",`, `request $context.requestId`, "logs no JSON"},
		{`"code":"not_found",`, ``, "answers MISSING_AUTHENTICATION_TOKEN out of the envelope"},
		{"DEFAULT_5XX:", "DEFAULT_5YY:", "answers in AWS's words"},
		{"OpenApiVersion: 3.0.1", "OpenApiVersion: 2.0", "has another stage, or two"},
		{"{Type: REGIONAL}", "{Type: EDGE}", "not ours"},
		{"DependsOn: ApiLogAccount", "DependsOn: ApiLogs", "logs before its account may"},
	} {
		refuses(t, checkAPI(p.with(t, rootDoc, c.old, c.other)), c.want)
	}
}

// AWS's own policies by their ids.
const (
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allButHost      = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
)

// checkEdge: the app's pages are index.html on the app's behaviour alone; the API gets what
// the viewer sent, the secret, and the viewer's address as the edge saw it.
func checkEdge(p project) (faults []string) {
	want := func(ok bool, why string) {
		if !ok {
			faults = append(faults, "the edge "+why)
		}
	}
	stack := at(p.docs[p.nested("EdgeStack")], "Resources")
	d := at(stack, "Distribution", "Properties", "DistributionConfig")
	want(at(d, "CustomErrorResponses") == nil, "turns the API's 404 into a page")
	function := func(behaviour any) string {
		all := list(at(behaviour, "FunctionAssociations"))
		if len(all) != 1 || text(at(all[0], "EventType")) != "viewer-request" {
			return ""
		}
		return strings.TrimSuffix(argument(at(all[0], "FunctionARN"), "GetAtt"), ".FunctionARN")
	}
	app := at(d, "DefaultCacheBehavior")
	want(text(at(app, "TargetOriginId")) == "web" && function(app) == "AppPages" && is(at(app, "ResponseHeadersPolicyId"), "Ref", "AppHeaders"), "serves the app otherwise")
	behaviours := list(at(d, "CacheBehaviors"))
	var paths []string
	for _, b := range behaviours {
		path := text(at(b, "PathPattern"))
		paths = append(paths, path)
		want(text(at(b, "TargetOriginId")) == "api" && text(at(b, "CachePolicyId")) == cachingDisabled && text(at(b, "OriginRequestPolicyId")) == allButHost &&
			len(list(at(b, "AllowedMethods"))) == 7 && text(at(b, "ViewerProtocolPolicy")) == "https-only", "passes "+path+" on otherwise than it came")
		want(function(b) == "ApiViewer", "does not tell the viewer's address of "+path)
	}
	slices.Sort(paths)
	want(slices.Equal(paths, []string{"/api/v1/*", "/v1/*"}), "passes other paths to the API")
	for _, o := range list(at(d, "Origins")) {
		headers := list(at(o, "OriginCustomHeaders"))
		switch text(at(o, "Id")) {
		case "api":
			want(len(headers) == 1 && strings.EqualFold(text(at(headers[0], "HeaderName")), gateway.EdgeHeader) && firstOf(at(headers[0], "HeaderValue"), "EdgeSecret") &&
				text(at(o, "CustomOriginConfig", "OriginProtocolPolicy")) == "https-only", "sends the API no secret")
		default:
			want(is(at(o, "OriginAccessControlId"), "Ref", "WebAccess") && headers == nil, "reads the app's bucket as anybody")
		}
	}
	code := text(at(stack, "ApiViewer", "Properties", "FunctionCode"))
	want(strings.Contains(code, "headers['"+strings.ToLower(gateway.ViewerHeader)+"'] = {value: event.viewer.ip}"), "tells another address than the viewer's")
	for _, name := range []string{"AppHeaders", "ApiHeaders"} {
		s := at(stack, name, "Properties", "ResponseHeadersPolicyConfig", "SecurityHeadersConfig")
		want(at(s, "StrictTransportSecurity") != nil && at(s, "ContentTypeOptions") != nil && at(s, "FrameOptions") != nil && at(s, "ReferrerPolicy") != nil, "leaves headers out of "+name)
	}
	want(at(stack, "AppHeaders", "Properties", "ResponseHeadersPolicyConfig", "SecurityHeadersConfig", "ContentSecurityPolicy") != nil, "lets pages load anything")
	want(is(at(p.root("EdgeStack"), "Parameters", "EdgeSecret"), "Ref", "EdgeSecret") && text(at(p.docs[rootDoc], "Parameters", "EdgeSecret", "NoEcho")) == "true", "shows its secret")
	return faults
}

// firstOf tells whether a value is the first of a parameter's list.
func firstOf(v any, parameter string) bool {
	selected, ok := v.(call)
	if !ok || selected.Function != "Select" || len(list(selected.Argument)) != 2 || text(list(selected.Argument)[0]) != "0" {
		return false
	}
	split, ok := list(selected.Argument)[1].(call)
	return ok && split.Function == "Split" && len(list(split.Argument)) == 2 && is(list(split.Argument)[1], "Ref", parameter)
}

func TestEdge(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkEdge(p))
	const file = "infra/edge.yaml"
	for _, c := range []struct{ file, old, other, want string }{
		{file, "DefaultRootObject: index.html", "CustomErrorResponses: [{ErrorCode: 404, ResponsePagePath: /index.html}]", "404 into a page"},
		{file, "FunctionARN: !GetAtt ApiViewer.FunctionARN", "FunctionARN: !GetAtt AppPages.FunctionARN", "does not tell the viewer's address of /v1/*"},
		{file, cachingDisabled, "658327ea-f89d-4fab-a63d-7e88639e58f6", "passes /v1/* on otherwise"},
		{file, "PathPattern: /api/v1/*", "PathPattern: /api/*", "passes other paths"},
		{file, "HeaderName: x-igny8-edge", "HeaderName: x-edge", "sends the API no secret"},
		{file, "OriginAccessControlId: !Ref WebAccess", "OriginAccessControlId: x", "as anybody"},
		{file, "{value: event.viewer.ip}", "{value: request.headers.from}", "another address"},
		{file, "ContentTypeOptions: {Override: true}", "", "leaves headers out of AppHeaders"},
		{file, "          ContentSecurityPolicy:\n            ContentSecurityPolicy:", "          Policy:\n            ContentSecurityPolicy:", "load anything"},
		{rootDoc, "NoEcho: true", "NoEcho: false", "shows its secret"},
	} {
		refuses(t, checkEdge(p.with(t, c.file, c.old, c.other)), c.want)
	}
}

// checkAlarms: what somebody is told of, and whom.
func checkAlarms(p project) (faults []string) {
	seen := map[string]bool{}
	for _, r := range p.resources("AWS::CloudWatch::Alarm") {
		for _, d := range list(at(r.props, "Dimensions")) {
			seen[text(at(r.props, "MetricName"))+" "+argument(at(d, "Value"), "Ref")] = true
		}
		if r.file == canaryDoc {
			continue // it stops a deploy, and tells nobody
		}
		if to := list(at(r.props, "AlarmActions")); len(to) != 1 || !is(to[0], "Ref", "Notices") {
			faults = append(faults, r.id+" tells nobody")
		}
	}
	for _, want := range []string{"Errors TickFunction", "Invocations TickFunction", "Errors StageFunction", "5XXError ApiName",
		"Latency ApiName", "ExecutionsFailed MachineArn"} {
		if !seen[want] {
			faults = append(faults, "no alarm for "+want)
		}
	}
	faults = append(faults, checkFilters(p)...)
	if b := p.resources("AWS::Budgets::Budget"); len(b) != 1 || argument(at(b[0].props, "Budget", "BudgetLimit", "Amount"), "Ref") != "SpendLimit" {
		faults = append(faults, "nobody is told of what is spent")
	}
	for _, r := range p.resources("AWS::SNS::Topic") {
		if at(r.props, "KmsMasterKeyId") != nil {
			faults = append(faults, r.id+" is encrypted, and alarms can't send to it")
		}
	}
	return faults
}

// filtered are the log groups whose lines are counted, by the metric that counts them.
var filtered = map[string][]string{"ProviderRefusals": {"AiLogs", "ImageLogs"}, "DeadLetters": {"TickLogs"}, "CreditDrift": {"TickLogs"}}

var message = regexp.MustCompile(`\$\.msg = "([^"]*)"`)

// checkFilters: what counts lines of the log counts those that the code writes, and an alarm looks
// at each count.
func checkFilters(p project) (faults []string) {
	found := map[string][]string{}
	for _, r := range p.resources("AWS::Logs::MetricFilter") {
		made := list(at(r.props, "MetricTransformations"))[0]
		name := text(at(made, "MetricName"))
		told := slices.ContainsFunc(p.resources("AWS::CloudWatch::Alarm"), func(a resource) bool {
			return text(at(a.props, "MetricName")) == name && at(a.props, "Namespace") == at(made, "MetricNamespace")
		})
		if !told {
			faults = append(faults, "nobody is told of what "+r.id+" counts")
		}
		found[name] = append(found[name], argument(at(r.props, "LogGroupName"), "Ref"))
		for _, m := range message.FindAllStringSubmatch(text(at(r.props, "FilterPattern")), -1) {
			if !strings.Contains(p.texts[engine], `("`+m[1]+`", `) {
				faults = append(faults, r.id+" counts lines that nobody writes: "+m[1])
			}
		}
	}
	if !maps.EqualFunc(found, filtered, slices.Equal[[]string]) {
		faults = append(faults, fmt.Sprintf("counted are %v, not %v", found, filtered))
	}
	return faults
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	p := load(t)
	report(t, checkAlarms(p))
	for _, c := range []struct{ old, other, want string }{
		{"MetricName: ProviderRefusals, MetricValue", "MetricName: Refusals, MetricValue", "nobody is told of what AiRefusals counts"},
		{"MetricName: CreditDrift, MetricValue", "MetricName: Drift, MetricValue", "nobody is told of what CreditDrift counts"},
		{`$.msg = "credits have drifted"`, `$.msg = "credits drift"`, "CreditDrift counts lines that nobody writes: credits drift"},
		{"LogGroupName: !Ref TickLogs", "LogGroupName: !Ref AiLogs", "counted are"},
	} {
		refuses(t, checkAlarms(p.with(t, "infra/alarms.yaml", c.old, c.other)), c.want)
	}
	refuses(t, checkAlarms(p.with(t, "infra/alarms.yaml", "Amount: !Ref SpendLimit", "Amount: 5")), "what is spent")
	refuses(t, checkAlarms(p.with(t, "infra/alarms.yaml", "AlarmActions: [!Ref Notices]", "AlarmActions: []")), "TickFails tells nobody")
	refuses(t, checkAlarms(p.with(t, "infra/alarms.yaml", "MetricName: ExecutionsFailed", "MetricName: ExecutionsStarted")), "no alarm for ExecutionsFailed MachineArn")
	refuses(t, checkAlarms(p.with(t, "infra/alarms.yaml", "      Subscription:", "      KmsMasterKeyId: alias/aws/sns\n      Subscription:")), "can't send to it")
}

// checkPolicy: pages from the edge live under the content policy that the program gives them;
// the bucket of files, to which they send uploads too, stands where the program has previews.
func checkPolicy(p project, program string) (faults []string) {
	const files = "https://${FilesDomain}"
	app := at(p.docs[p.nested("EdgeStack")], "Resources", "AppHeaders", "Properties", "ResponseHeadersPolicyConfig", "SecurityHeadersConfig")
	edge, own := directives(argument(at(app, "ContentSecurityPolicy", "ContentSecurityPolicy"), "Sub")), directives(program)
	for _, name := range []string{"img-src", "connect-src"} {
		if !slices.Contains(edge[name], files) {
			faults = append(faults, "the edge lets no files into "+name)
		}
		edge[name] = slices.DeleteFunc(edge[name], func(source string) bool { return source == files })
	}
	if !maps.EqualFunc(edge, own, slices.Equal[[]string]) {
		faults = append(faults, "the edge lets pages do other things than the program does")
	}
	return faults
}

// directives takes a content policy apart.
func directives(policy string) map[string][]string {
	out := map[string][]string{}
	for part := range strings.SplitSeq(policy, ";") {
		if words := strings.Fields(part); len(words) > 0 {
			slices.Sort(words[1:])
			out[words[0]] = words[1:]
		}
	}
	return out
}

func TestContentPolicy(t *testing.T) {
	t.Parallel()
	h, err := webapp.New(fstest.MapFS{}, http.NotFoundHandler(), webapp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	program, p := w.Header().Get("Content-Security-Policy"), load(t)
	report(t, checkPolicy(p, program))
	const file = "infra/edge.yaml"
	for _, c := range []struct{ old, other, want string }{
		{"style-src 'self';", "style-src 'self' 'unsafe-inline';", "other things"},
		{"script-src 'self'; ", "", "other things"},
		{"frame-ancestors 'none'", "frame-ancestors *", "other things"},
		{"connect-src 'self' https://${FilesDomain};", "connect-src 'self';", "no files into connect-src"},
	} {
		refuses(t, checkPolicy(p.with(t, file, c.old, c.other), program), c.want)
	}
}
