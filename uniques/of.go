// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// parseOf returns the path in a document of what [Metric].Of counts, or what is wrong with it. It takes what the key of of an event
// map takes.
func parseOf(of string) (path []string, problem string) {
	switch {
	case of == User:
		return []string{eventdoc.FieldUserID}, ""
	case of == Session:
		return []string{eventdoc.FieldSessionID}, ""
	case strings.HasPrefix(of, "$"):
		return nil, fmt.Sprintf("; known are %s, %s and paths of the event's data; write the field of that name as %s", User, Session, datapath.Bracketed(of))
	case strings.HasPrefix(of, "="):
		return nil, ", and what is counted cannot be computed; write the path of a data field, such as game.id"
	case words.Control(of):
		return nil, ", which holds a control character; write the path of a data field, such as game.id"
	}
	dotted, ok := datapath.Dotted(of)
	if !ok {
		return nil, `, whose brackets hold neither a key in quotes nor an index; write it such as order["total amount"] or items[0].id`
	}
	parts := strings.Split(dotted, ".")
	switch {
	case slices.Contains(parts, ""):
		return nil, ", which has an empty part; write the path of a data field, such as game.id"
	case slices.ContainsFunc(parts, datapath.Reserved):
		return nil, fmt.Sprintf(", and no field is named %s or %s; write the path of a data field, such as game.id", datapath.Size, datapath.Sum)
	case len(parts) > datapath.MaxParts:
		return nil, fmt.Sprintf(", which has more than %d parts, and MongoDB nests no deeper", datapath.MaxParts)
	}
	path = append(path, eventdoc.FieldData)
	for _, part := range parts {
		path = append(path, eventdoc.StoredName(part))
	}
	return path, ""
}
