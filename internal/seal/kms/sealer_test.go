package kms_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/seal/kms"
	"github.com/igny8/igny8/internal/seal/sealtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	lab.Conform(t, nil, func(t *testing.T) {
		config := lab.Start(t).Config()
		client := sdk.NewFromConfig(config)
		sealtest.Run(t, func(t *testing.T) seal.Sealer {
			key, err := client.CreateKey(t.Context(), &sdk.CreateKeyInput{})
			if err != nil {
				t.Fatal(err)
			}
			return kms.Open(config, *key.KeyMetadata.Arn)
		})
	})
}

var scope = account.Mint(account.Grant{Account: "acc_1"})

// loose is a KMS that looks at nothing: what it lets through, the driver has to find.
type loose struct {
	data []byte // the one data key
	held [][]byte
	asks []map[string]string
	keys []string
}

func (l *loose) give(key *string, asked map[string]string) []byte {
	plain := bytes.Clone(l.data)
	l.held, l.asks, l.keys = append(l.held, plain), append(l.asks, asked), append(l.keys, aws.ToString(key))
	return plain
}

func (l *loose) GenerateDataKey(_ context.Context, in *sdk.GenerateDataKeyInput, _ ...func(*sdk.Options)) (*sdk.GenerateDataKeyOutput, error) {
	return &sdk.GenerateDataKeyOutput{Plaintext: l.give(in.KeyId, in.EncryptionContext), CiphertextBlob: []byte("wrapped")}, nil
}

func (l *loose) Decrypt(_ context.Context, in *sdk.DecryptInput, _ ...func(*sdk.Options)) (*sdk.DecryptOutput, error) {
	return &sdk.DecryptOutput{Plaintext: l.give(in.KeyId, in.EncryptionContext)}, nil
}

// TestLooseKMS runs the suite on it: account, field and every byte of a text are bound by
// the driver's own cipher as well, and data keys are wiped.
func TestLooseKMS(t *testing.T) {
	t.Parallel()
	l := &loose{data: bytes.Repeat([]byte{7}, 32)}
	sealtest.Run(t, func(*testing.T) seal.Sealer { return kms.New(l, "key-1") })
	l.asks, l.keys = nil, nil
	s := kms.New(l, "key-1")
	text, err := s.Seal(t.Context(), scope, "wp_password", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(t.Context(), scope, "wp_password", text); err != nil {
		t.Fatal(err)
	}
	for i, asked := range l.asks {
		if len(asked) != 2 || asked["account"] != "acc_1" || asked["field"] != "wp_password" || l.keys[i] != "key-1" {
			t.Errorf("call %d names key %s and context %v", i, l.keys[i], asked)
		}
	}
	for _, key := range l.held {
		if !bytes.Equal(key, make([]byte, 32)) {
			t.Fatal("a data key was not wiped")
		}
	}
}

// TestUnreadableTextsCostNothing: what can't have come from Seal is not sent to KMS, which
// would call some of it a wrong request of ours.
func TestUnreadableTextsCostNothing(t *testing.T) {
	t.Parallel()
	l := &loose{data: make([]byte, 32)}
	text := func(n int, rest int) string {
		return "k1:" + base64.RawURLEncoding.EncodeToString(append([]byte{byte(n >> 8), byte(n)}, make([]byte, rest)...))
	}
	for _, bad := range []string{"", "k1:", "k1:AA", "s1:AAAAAAAA", text(0, 50), text(9, 8), text(6145, 7000), text(7, 50) + "\n", text(7, 50) + "="} {
		if _, err := kms.New(l, "k").Open(t.Context(), scope, "f", bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if len(l.asks) > 0 {
		t.Errorf("%d calls, want none", len(l.asks))
	}
	l.data = make([]byte, 16)
	if _, err := kms.New(l, "k").Seal(t.Context(), scope, "f", nil); !errs.Is(err, errs.Internal) {
		t.Errorf("a short data key: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	text, err := kms.New(&loose{data: make([]byte, 32)}, "k").Seal(t.Context(), scope, "f", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int // 0: the connection breaks
		code   string
		want   errs.Kind
	}{
		{400, "InvalidCiphertextException", errs.Invalid},
		{400, "IncorrectKeyException", errs.Invalid},
		{400, "ThrottlingException", errs.Unavailable},
		{400, "LimitExceededException", errs.Unavailable},
		{503, "DependencyTimeoutException", errs.Unavailable},
		{500, "KeyUnavailableException", errs.Unavailable},
		{500, "KMSInternalException", errs.Unavailable},
		{502, "", errs.Unavailable},
		{0, "", errs.Unavailable},
		{400, "DisabledException", errs.Internal},
		{400, "KMSInvalidStateException", errs.Internal},
		{400, "NotFoundException", errs.Internal},
		{400, "AccessDeniedException", errs.Internal},
		{400, "InvalidKeyUsageException", errs.Internal},
		{400, "ValidationException", errs.Internal},
	} {
		s := kms.New(sdk.NewFromConfig(lab.Failing(c.status, c.code)), "k")
		if _, err := s.Open(t.Context(), scope, "f", text); errs.KindOf(err) != c.want {
			t.Errorf("Open, %d %s: %v, want %v", c.status, c.code, err, c.want)
		}
		if _, err := s.Seal(t.Context(), scope, "f", nil); errs.KindOf(err) != c.want {
			t.Errorf("Seal, %d %s: %v, want %v", c.status, c.code, err, c.want)
		}
	}
}
