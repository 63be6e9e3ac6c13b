// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"reflect"
	"strings"
)

// tag is what a field of a struct says about its encoding, by the rules of the driver: those of its Encoder after
// UseJSONStructTags, or without.
type tag struct {
	key                              string
	skip, omitEmpty, minSize, inline bool
}

func tagOf(f reflect.StructField, bsonTagsOnly bool) tag {
	text, ok := f.Tag.Lookup("bson")
	if !ok && !bsonTagsOnly {
		text, ok = f.Tag.Lookup("json")
	}
	if !ok && !strings.Contains(string(f.Tag), ":") {
		text = string(f.Tag)
	}
	if text == "-" {
		return tag{skip: true}
	}
	t := tag{key: strings.ToLower(f.Name)}
	for i, part := range strings.Split(text, ",") {
		if i == 0 && part != "" {
			t.key = part
		}
		switch part { // the first one, too, as the driver reads it
		case "omitempty":
			t.omitEmpty = true
		case "minsize":
			t.minSize = true
		case "inline":
			t.inline = true
		}
	}
	return t
}

// namesOf returns all names of a field: those of its tags, its Go name, and that in lower case, which the driver gives it.
func namesOf(f reflect.StructField) []string {
	names := []string{f.Name, strings.ToLower(f.Name)}
	for _, key := range [...]string{"bson", "json"} {
		name, _, options := strings.Cut(f.Tag.Get(key), ",")
		if name != "" && (name != "-" || options) {
			names = append(names, name)
		}
	}
	return names
}
