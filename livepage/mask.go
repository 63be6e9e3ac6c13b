// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// masked stands for what a viewer may not see.
const masked = "•••"

func hide(text string) string {
	if text == "" {
		return ""
	}
	return masked
}

// documentText returns a document, or its data, as Extended JSON, as far as a viewer may see it. Fields have the names of the caller.
func documentText(doc bson.Raw, whole bool, access *Access) string {
	if whole {
		doc = eventdoc.PlainDocument(doc)
	}
	if access.HideUsers || len(access.HideFields) > 0 {
		doc = mask(doc, whole, access)
	}
	text, err := bson.MarshalExtJSONIndent(doc, false, false, "", "  ")
	if err != nil {
		return "(a document that has no text)"
	}
	return string(text)
}

// mask returns a copy of a document in which texts stand for what a viewer may not see.
func mask(doc bson.Raw, whole bool, access *Access) bson.Raw {
	var paths []string
	if access.HideUsers && whole {
		paths = append(paths, eventdoc.FieldUserID, eventdoc.FieldSessionID, eventdoc.FieldAnonymousID, eventdoc.FieldGroupID, eventdoc.FieldKey)
		if _, err := doc.LookupErr(eventdoc.FieldKey); err == nil {
			paths = append(paths, eventdoc.FieldID) // it is made of the key
		}
	}
	for _, p := range access.hiddenData() {
		switch {
		case whole && p == "*":
			p = eventdoc.FieldData
		case whole:
			p = eventdoc.FieldData + "." + p
		}
		paths = append(paths, p)
	}
	return maskPaths(doc, paths)
}

// hiddenData returns the fields of the data that a viewer may not see: those that are hidden, and where users are, their ids.
func (a *Access) hiddenData() []string {
	if a.HideUsers {
		return slices.Concat(a.HideFields, eventdoc.DataIDs())
	}
	return a.HideFields
}

func maskPaths(doc bson.Raw, paths []string) bson.Raw {
	elements, err := doc.Elements()
	if err != nil {
		return nil
	}
	out := make(bson.D, 0, len(elements))
	for _, element := range elements {
		key := element.Key()
		var inner []string
		hidden := false
		for _, p := range paths {
			if p == key || p == "*" || strings.HasPrefix(key, p+".") {
				hidden = true
			} else if rest, ok := strings.CutPrefix(p, key+"."); ok {
				inner = append(inner, rest)
			}
		}
		out = append(out, bson.E{Key: key, Value: maskValue(element.Value(), hidden, inner)})
	}
	encoded, err := bson.Marshal(out)
	if err != nil {
		return nil
	}
	return encoded
}

// maskValue masks a value, or what the paths name within it.
func maskValue(value bson.RawValue, hidden bool, paths []string) any {
	if hidden {
		return masked
	}
	if len(paths) > 0 {
		if nested, ok := value.DocumentOK(); ok {
			return maskPaths(nested, paths)
		}
		if list, ok := value.ArrayOK(); ok {
			return maskEntries(list, paths)
		}
	}
	return value
}

// maskEntries masks in each entry of an array, whatever the index. A path passes through an array with an index or without, as a path
// that is redacted does.
func maskEntries(list bson.RawArray, paths []string) bson.A {
	values, err := list.Values()
	if err != nil {
		return nil
	}
	hidden := false
	inner := make([]string, 0, 2*len(paths))
	for _, p := range paths {
		first, rest, more := strings.Cut(p, ".")
		switch {
		case p == "*" || isIndex(first) && !more:
			hidden = true
		case isIndex(first):
			inner = append(inner, rest, p) // a field can have digits as its name
		default:
			inner = append(inner, p)
		}
	}
	out := make(bson.A, len(values))
	for i, v := range values {
		out[i] = maskValue(v, hidden, inner)
	}
	return out
}

// isIndex reports whether a part of a path can be the index of an array.
func isIndex(part string) bool { return part != "" && strings.Trim(part, "0123456789") == "" }
