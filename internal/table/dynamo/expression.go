package dynamo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/table"
)

// expression collects the names and values of one call's expressions. Every name goes by
// an alias: many common ones are reserved words.
type expression struct {
	names  map[string]string
	values map[string]types.AttributeValue
}

func (x *expression) name(n string) string {
	if x.names == nil {
		x.names = map[string]string{}
	}
	for alias, have := range x.names {
		if have == n {
			return alias
		}
	}
	alias := fmt.Sprintf("#n%d", len(x.names))
	x.names[alias] = n
	return alias
}

func (x *expression) value(v any) string {
	if x.values == nil {
		x.values = map[string]types.AttributeValue{}
	}
	alias := fmt.Sprintf(":v%d", len(x.values))
	x.values[alias] = encodeValue(v)
	return alias
}

// conditions gives the condition expression; nil when there is none, as DynamoDB wants it.
func (x *expression) conditions(conds []table.Cond) *string {
	if len(conds) == 0 {
		return nil
	}
	terms := make([]string, len(conds))
	for i, c := range conds {
		terms[i] = x.condition(c)
	}
	return aws.String(strings.Join(terms, " AND "))
}

func (x *expression) condition(c table.Cond) string {
	attribute := mark + c.Name
	switch c.Kind {
	case table.CondAbsent:
		return "attribute_not_exists(" + x.name(pk) + ")"
	case table.CondExists:
		return "attribute_exists(" + x.name(pk) + ")"
	case table.CondVersion:
		if c.Value == int64(0) {
			return "attribute_not_exists(" + x.name(pk) + ")"
		}
		return x.name(version) + " = " + x.value(c.Value)
	case table.CondEquals:
		return x.name(attribute) + " = " + x.value(c.Plain())
	case table.CondAtLeast:
		return x.name(attribute) + " >= " + x.value(c.Value)
	default:
		return "attribute_not_exists(" + x.name(attribute) + ")"
	}
}

// update gives the update expression of a Change.
func (t *Table) update(x *expression, op table.Op) *string {
	c, now := op.Changes, stamp(t.clock.Now())
	set := []string{
		x.name(updated) + " = " + x.value(now),
		x.name(actor) + " = " + x.value(op.Key.Partition.Actor()),
		x.name(created) + " = if_not_exists(" + x.name(created) + ", " + x.value(now) + ")",
	}
	add := []string{x.name(version) + " " + x.value(int64(1))}
	var remove []string
	if c.Type != "" {
		set = append(set, x.name(kind)+" = if_not_exists("+x.name(kind)+", "+x.value(c.Type)+")")
	}
	for _, n := range slices.Sorted(maps.Keys(c.Set)) {
		set = append(set, x.name(mark+n)+" = "+x.value(c.Set[n]))
	}
	for _, n := range slices.Sorted(maps.Keys(c.Add)) {
		add = append(add, x.name(mark+n)+" "+x.value(c.Add[n]))
	}
	for _, n := range c.Remove {
		remove = append(remove, x.name(mark+n))
	}
	switch {
	case c.Expires == nil:
	case c.Expires.IsZero():
		remove = append(remove, x.name(ttl))
	default:
		set = append(set, x.name(ttl)+" = "+x.value(c.Expires.Unix()))
	}
	switch {
	case c.Index != nil:
		name, _ := c.Index.Partition.Name() // checked before
		set = append(set, x.name(indexPK)+" = "+x.value(name), x.name(indexSK)+" = "+x.value(c.Index.Sort))
	case c.NoIndex:
		remove = append(remove, x.name(indexPK), x.name(indexSK))
	}
	text := "SET " + strings.Join(set, ", ") + " ADD " + strings.Join(add, ", ")
	if len(remove) > 0 {
		text += " REMOVE " + strings.Join(remove, ", ")
	}
	return &text
}
