package stackfile

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Call is a function of CloudFormation that only a deploy can answer: !Ref x, !GetAtt x.y,
// !Sub text …
type Call struct {
	Function string
	Argument any
}

// Parse reads a template, or another document in YAML or JSON, as maps, lists, Calls and texts.
// Numbers and truth values are texts as well. It fails on what is no YAML.
func Parse(text []byte) (any, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		return nil, err
	}
	return read(n.Content[0]), nil
}

func read(n *yaml.Node) any {
	v := plain(n)
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return Call{n.Tag[1:], v}
	}
	if m, ok := v.(map[string]any); ok && len(m) == 1 {
		for k, arg := range m {
			if k == "Ref" || k == "Condition" || strings.HasPrefix(k, "Fn::") {
				return Call{strings.TrimPrefix(k, "Fn::"), arg}
			}
		}
	}
	return v
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = read(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := make([]any, len(n.Content))
		for i, c := range n.Content {
			l[i] = read(c)
		}
		return l
	case yaml.AliasNode:
		return Call{"alias", n.Value} // CloudFormation takes none; nobody knows what to do with it
	}
	return n.Value
}

// At follows keys, and gives nil where there is none.
func At(v any, keys ...string) any {
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

// Text is v when it is a text, and empty otherwise.
func Text(v any) string { s, _ := v.(string); return s }
