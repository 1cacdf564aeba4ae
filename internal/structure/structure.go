// Package structure is the vocabulary of what a text can be: content types and the content
// structures of each (facts 7.6), for ideas, tasks and contents alike.
package structure

import "slices"

var structures = map[string][]string{
	"post":     {"article", "guide", "comparison", "review", "listicle"},
	"page":     {"landing_page", "business_page", "service_page", "general", "cluster_hub"},
	"product":  {"product_page"},
	"taxonomy": {"category_archive", "tag_archive", "attribute_archive"},
}

// Of lists the content structures of a content type, the usual one first; none for an
// unknown type.
func Of(contentType string) []string { return slices.Clone(structures[contentType]) }

// TypeOf is the content type that a structure belongs to; empty for an unknown one.
func TypeOf(structure string) string {
	for t, list := range structures {
		if slices.Contains(list, structure) {
			return t
		}
	}
	return ""
}

// Fit gives a structure that belongs to the type: the one that is there, or the type's usual
// one when another type was chosen without a structure. An unknown type leaves it as it is.
func Fit(contentType, structure string) string {
	list := structures[contentType]
	if len(list) == 0 || slices.Contains(list, structure) {
		return structure
	}
	return list[0]
}

// Wrong says what is wrong with a structure of a type; empty when it is right.
func Wrong(contentType, structure string) string {
	switch TypeOf(structure) {
	case "":
		return "choose one of the known structures, such as article or guide"
	case contentType:
		return ""
	}
	return "choose a structure of the content type " + contentType
}
