package prompt

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/table"
)

const sortPrefix = "PROMPT#"

// Key is where an account's own prompt of a type is, for who reads it together with other
// items (see TextOf).
func Key(s account.Scope, t Type) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "PROMPT#" + string(t)}
}

// TextOf gives the own prompt of a type that is among items read from Key; "" for none.
func TextOf(items []table.Item, t Type) string {
	for _, it := range items {
		if it.Key.Sort == sortPrefix+string(t) {
			text, _ := it.Attrs["text"].(string)
			return text
		}
	}
	return ""
}

func (v *Service) own(ctx context.Context, s account.Scope) (map[Type]table.Item, error) {
	items, err := table.Collect(ctx, v.table, table.Query{Partition: table.Of(s), Prefix: sortPrefix, Consistency: table.Consistent})
	out := map[Type]table.Item{}
	for _, it := range items {
		out[Type(strings.TrimPrefix(it.Key.Sort, sortPrefix))] = it
	}
	return out, err
}

// of makes a Prompt of an item; without a version there is none of the account's own.
func of(t Type, it table.Item) Prompt {
	p := Prompt{Type: t, Text: Default(t), Default: Default(t), Placeholders: Placeholders(t)}
	if it.Version == 0 {
		return p
	}
	p.Text, _ = it.Attrs["text"].(string)
	p.Own, p.UpdatedAt, p.Version = true, &it.Updated, it.Version
	return p
}
