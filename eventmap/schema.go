// SPDX-License-Identifier: Apache-2.0

package eventmap

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of an event map, as a copy. It is for editors, for checks without Go,
// and for tools that write maps. It is also published at its $id:
//
//	https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json
//
// The schema accepts everything that [Parse] accepts. It sees only the shape of a map. Only Parse finds other mistakes:
// between two places in the file, in an expression, and in the way YAML is written. Examples are an undeclared metric,
// two names that are the same in Prometheus, and a product of values beyond max_series.
func Schema() []byte { return []byte(schema) }
