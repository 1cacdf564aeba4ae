package embedded_test

import (
	"bytes"
	"context"
	"encoding/json"
)

func tokenOf(payload []byte) string {
	var p struct{ Token string }
	_ = json.Unmarshal(payload, &p)
	return p.Token
}

func nilFunction(context.Context, []byte) ([]byte, error) { return []byte(`{}`), nil }

func contains(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }
