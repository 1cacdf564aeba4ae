package dynamo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// The names in DynamoDB.
const (
	pk, sk           = "pk", "sk"
	indexPK, indexSK = "gpk", "gsk"
	indexName        = "gsi1"
	version          = "v"
	kind             = "type"
	created          = "created"
	updated          = "updated"
	actor            = "actor"
	ttl              = "ttl"
	mark             = "a_" // before the name of an item's own attribute
)

type raw = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func whole(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// stamp is a time as stored: readable in the console, and to the nanosecond.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func keyOf(k table.Key) raw {
	name, _ := k.Partition.Name() // checked before
	return raw{pk: text(name), sk: text(k.Sort)}
}

// nameOf identifies an item within a batch.
func nameOf(r raw) [2]string { return [2]string{str(r[pk]), str(r[sk])} }

func str(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func integer(v types.AttributeValue) (int64, bool) {
	n, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	return i, err == nil
}

// expired tells whether an item's time has passed. DynamoDB deletes such items up to days
// later.
func expired(r raw, now time.Time) bool {
	at, ok := integer(r[ttl])
	return ok && at <= now.Unix()
}

// encode makes the whole item of a Put and stamps it.
func (t *Table) encode(it table.Item) raw {
	now := t.clock.Now()
	if it.Created.IsZero() {
		it.Created = now
	}
	r := keyOf(it.Key)
	r[version], r[actor] = whole(it.Version+1), text(it.Actor)
	r[created], r[updated] = text(stamp(it.Created)), text(stamp(now))
	if it.Type != "" {
		r[kind] = text(it.Type)
	}
	if !it.Expires.IsZero() {
		r[ttl] = whole(it.Expires.Unix())
	}
	if it.Index != nil {
		name, _ := it.Index.Partition.Name() // checked before
		r[indexPK], r[indexSK] = text(name), text(it.Index.Sort)
	}
	for name, v := range it.Attrs {
		r[mark+name] = encodeValue(v)
	}
	return r
}

// encodeValue takes a Plain value.
func encodeValue(v any) types.AttributeValue {
	switch v := v.(type) {
	case string:
		return text(v)
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case int64:
		return whole(v)
	case float64:
		return &types.AttributeValueMemberN{Value: strconv.FormatFloat(v, 'g', -1, 64)}
	case []byte:
		return &types.AttributeValueMemberB{Value: v}
	case []any:
		list := make([]types.AttributeValue, len(v))
		for i, x := range v {
			list[i] = encodeValue(x)
		}
		return &types.AttributeValueMemberL{Value: list}
	case map[string]any:
		m := make(raw, len(v))
		for k, x := range v {
			m[k] = encodeValue(x)
		}
		return &types.AttributeValueMemberM{Value: m}
	default:
		return &types.AttributeValueMemberNULL{Value: true}
	}
}

// decode makes an item of what was read; p is a partition of the tenant that reads.
func decode(r raw, p table.Partition) (table.Item, error) {
	var it table.Item
	name := nameOf(r)
	peer, err := p.Peer(name[0])
	if err != nil {
		return it, damaged(name, err)
	}
	it.Key, it.Type, it.Actor = table.Key{Partition: peer, Sort: name[1]}, str(r[kind]), str(r[actor])
	ok := false
	if it.Version, ok = integer(r[version]); !ok {
		return it, damaged(name, fmt.Errorf("no %s", version))
	}
	if it.Created, err = time.Parse(time.RFC3339Nano, str(r[created])); err != nil {
		return it, damaged(name, err)
	}
	if it.Updated, err = time.Parse(time.RFC3339Nano, str(r[updated])); err != nil {
		return it, damaged(name, err)
	}
	if at, ok := integer(r[ttl]); ok {
		it.Expires = time.Unix(at, 0).UTC()
	}
	if sort := str(r[indexSK]); sort != "" {
		place, err := p.Peer(str(r[indexPK]))
		if err != nil {
			return it, damaged(name, err)
		}
		it.Index = &table.Index{Partition: place, Sort: sort}
	}
	it.Attrs = table.Attrs{}
	for n, v := range r {
		own, found := strings.CutPrefix(n, mark)
		if !found {
			continue
		}
		if it.Attrs[own], err = decodeValue(v); err != nil {
			return it, damaged(name, fmt.Errorf("%s: %w", n, err))
		}
	}
	return it, nil
}

func decodeValue(v types.AttributeValue) (any, error) {
	var err error
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, nil
	case *types.AttributeValueMemberBOOL:
		return v.Value, nil
	case *types.AttributeValueMemberN:
		return number(v.Value)
	case *types.AttributeValueMemberB:
		return append([]byte{}, v.Value...), nil // an empty one is no nil
	case *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, x := range v.Value {
			if list[i], err = decodeValue(x); err != nil {
				return nil, err
			}
		}
		return list, nil
	case *types.AttributeValueMemberM:
		m := make(map[string]any, len(v.Value))
		for k, x := range v.Value {
			if m[k], err = decodeValue(x); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	return nil, fmt.Errorf("a %T is none of the port's types", v)
}

// number keeps int64 exact.
func number(s string) (any, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, err
	}
	return table.Whole(f), nil
}

func damaged(name [2]string, err error) error {
	return errs.New(errs.Internal, "damaged", fmt.Sprintf("the item %q is not as the driver writes it", name)).With(err)
}
