package httpapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Tagged is an answer that names its version: Route sends it as the header ETag.
type Tagged interface{ ETag() string }

// VersionTag is the ETag of a version: its number in quotes.
func VersionTag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch is the version that the client says it has read, as the header If-Match names it;
// empty when it names none, or any ("*").
func IfMatch(ctx context.Context) string {
	x := exchangeOf(ctx)
	if x == nil {
		return ""
	}
	tag := strings.Trim(strings.TrimPrefix(strings.TrimSpace(x.ifMatch), "W/"), `"`)
	if tag == "*" {
		return ""
	}
	return tag
}

// CodeChanged is the code of an edit that others came before: 412.
const CodeChanged = "changed_meanwhile"

// Changed is the error of an edit whose record was changed since the client read it.
func Changed() error {
	return errs.New(errs.Conflict, CodeChanged, "it was changed by others since you read it, and nothing was done: read it again, and repeat with its new version")
}

// Unchanged gives Changed when the client named a version in If-Match, and the record has
// another now; nil when it named none.
func Unchanged(ctx context.Context, version int64) error {
	if tag := IfMatch(ctx); tag != "" && tag != strconv.FormatInt(version, 10) {
		return Changed()
	}
	return nil
}
