// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// masked replaces a value that a viewer may not see.
const masked = "•••"

func hide(text string) string {
	if text == "" {
		return ""
	}
	return masked
}

// documentText returns a document, or its data, as Extended JSON, masked for a viewer. Fields keep the caller's names.
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

// hiding lists the fields of a document, or of its data, that a viewer may not see.
type hiding struct {
	paths []string // from the outermost document
	names []string // wherever they are
}

// mask returns a copy of a document in which [masked] replaces the values that a viewer may not see.
func mask(doc bson.Raw, whole bool, access *Access) bson.Raw {
	h := access.hiddenData()
	if !whole {
		return h.mask(doc)
	}
	var paths []string
	if access.HideUsers {
		paths = append(paths, eventdoc.FieldUserID, eventdoc.FieldSessionID, eventdoc.FieldAnonymousID, eventdoc.FieldGroupID, eventdoc.FieldKey)
		if _, err := doc.LookupErr(eventdoc.FieldKey); err == nil {
			paths = append(paths, eventdoc.FieldID) // it is made of the key
		}
	}
	for _, p := range h.paths {
		if p == "*" {
			paths = append(paths, eventdoc.FieldData)
		} else {
			paths = append(paths, eventdoc.FieldData+"."+p)
		}
	}
	h.paths = paths
	return h.mask(doc)
}

// hiddenData returns the fields of the data that a viewer may not see: the hidden fields and, if users are hidden,
// their ids, which clients nest at any depth.
func (a *Access) hiddenData() hiding {
	h := hiding{paths: a.HideFields}
	if a.HideUsers {
		h.names = eventdoc.DataIDs()
	}
	return h
}

// named reports whether a name, or a part of one with dots, is hidden wherever it is.
func (h hiding) named(name string) bool {
	if len(h.names) == 0 {
		return false
	}
	for part := range strings.SplitSeq(name, ".") {
		if slices.Contains(h.names, part) {
			return true
		}
	}
	return false
}

func (h hiding) mask(doc bson.Raw) bson.Raw {
	elements, err := doc.Elements()
	if err != nil {
		return nil
	}
	out := make(bson.D, 0, len(elements))
	for _, element := range elements {
		key := element.Key()
		inner := hiding{names: h.names}
		hide := h.named(key)
		for _, p := range h.paths {
			if p == key || p == "*" || strings.HasPrefix(key, p+".") {
				hide = true
			} else if rest, ok := strings.CutPrefix(p, key+"."); ok {
				inner.paths = append(inner.paths, rest)
			}
		}
		out = append(out, bson.E{Key: key, Value: inner.maskValue(element.Value(), hide)})
	}
	encoded, err := bson.Marshal(out)
	if err != nil {
		return nil
	}
	return encoded
}

// maskValue masks a value, or the hidden parts of it.
func (h hiding) maskValue(value bson.RawValue, hide bool) any {
	if hide {
		return masked
	}
	if len(h.paths) > 0 || len(h.names) > 0 {
		if nested, ok := value.DocumentOK(); ok {
			return h.mask(nested)
		}
		if list, ok := value.ArrayOK(); ok {
			return h.maskEntries(list)
		}
	}
	return value
}

// maskEntries masks values in each entry of an array. A path may name the index of an array or leave it out, as a path
// for redaction may.
func (h hiding) maskEntries(list bson.RawArray) bson.A {
	values, err := list.Values()
	if err != nil {
		return nil
	}
	hide := false
	inner := hiding{make([]string, 0, 2*len(h.paths)), h.names}
	for _, p := range h.paths {
		first, rest, more := strings.Cut(p, ".")
		switch {
		case p == "*" || isIndex(first) && !more:
			hide = true
		case isIndex(first):
			inner.paths = append(inner.paths, rest, p) // a field can have digits as its name
		default:
			inner.paths = append(inner.paths, p)
		}
	}
	out := make(bson.A, len(values))
	for i, v := range values {
		out[i] = inner.maskValue(v, hide)
	}
	return out
}

// isIndex reports whether a part of a path can be the index of an array.
func isIndex(part string) bool { return part != "" && strings.Trim(part, "0123456789") == "" }
