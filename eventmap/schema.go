// SPDX-License-Identifier: Apache-2.0

package eventmap

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of an event map, as a copy: for editors, for checks where Go
// does not run, and for tools that write maps. It is published at its $id, too:
//
//	https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json
//
// The schema refuses nothing that [Parse] accepts. It sees the shape of a map alone: what depends on another
// place in the file (an undeclared metric, two names that meet in Prometheus, a product of values beyond
// max_series), on an expression, or on how YAML was written, only Parse refuses.
func Schema() []byte { return []byte(schema) }
