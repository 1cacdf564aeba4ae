package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Function is a function of the lab, and who it is there.
type Function struct {
	Name string
	Role string // the name of its role
	Key  string // the access key that its calls are signed with, when the lab is strict
}

// Functions are the functions whose names begin so.
func (l Lab) Functions(ctx context.Context, prefix string) (out []Function, err error) {
	pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(l.Config()), &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range page.Functions {
			if name := aws.ToString(f.FunctionName); strings.HasPrefix(name, prefix) {
				role := aws.ToString(f.Role)
				out = append(out, Function{name, role[strings.LastIndex(role, "/")+1:], keyOf(aws.ToString(f.FunctionArn), role)})
			}
		}
	}
	return out, nil
}

// keyOf is the access key that a strict emulator makes for a function and its role.
func keyOf(function, role string) string {
	sum := sha256.Sum256([]byte(function + ":" + role))
	return "ASIA" + strings.ToUpper(hex.EncodeToString(sum[:8]))
}

// batches are actions that the emulator asks for where AWS asks for the one they stand beside.
var batches = map[any]any{"sqs:SendMessage": "sqs:SendMessageBatch", "sqs:DeleteMessage": "sqs:DeleteMessageBatch"}

// Adapt makes a role's policy say to a strict emulator what it says to AWS: the emulator does not
// know the conditions that ours have (KMS's encryption contexts) and would refuse every call, and
// it has actions of its own for batches of messages. It is safe to repeat.
func (l Lab) Adapt(ctx context.Context, role, policy string) error {
	text, err := l.iam(ctx, url.Values{"Action": {"GetRolePolicy"}, "RoleName": {role}, "PolicyName": {policy}})
	if err != nil {
		return err
	}
	var answer struct {
		Document string `xml:"GetRolePolicyResult>PolicyDocument"`
	}
	if err := xml.Unmarshal(text, &answer); err != nil {
		return err
	}
	document, err := url.QueryUnescape(strings.ReplaceAll(answer.Document, "+", "%2B"))
	if err != nil {
		return err
	}
	var p struct {
		Version   string
		Statement []map[string]any
	}
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		return fmt.Errorf("policy of %s: %w in %q", role, err, document)
	}
	for _, s := range p.Statement {
		delete(s, "Condition")
		actions, ok := s["Action"].([]any)
		if !ok {
			actions = []any{s["Action"]}
		}
		for _, a := range actions {
			if more := batches[a]; more != nil {
				actions = append(actions, more)
			}
		}
		s["Action"] = actions
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = l.iam(ctx, url.Values{"Action": {"PutRolePolicy"}, "RoleName": {role}, "PolicyName": {policy}, "PolicyDocument": {string(raw)}})
	return err
}

// iam asks IAM, which the project has no client of.
func (l Lab) iam(ctx context.Context, form url.Values) ([]byte, error) {
	form.Set("Version", "2010-05-08")
	body := form.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL+"/", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	keys, err := l.Config().Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, keys, req, hex.EncodeToString(sum[:]), "iam", Region, time.Now()); err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("iam %s: %d %s", form.Get("Action"), res.StatusCode, text)
	}
	return text, err
}
