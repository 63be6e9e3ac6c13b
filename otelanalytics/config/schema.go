// SPDX-License-Identifier: Apache-2.0

package config

import _ "embed"

//go:embed config.schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of the configuration file, as a copy. It is for editors, for checks
// without Go, and for tools that write such files. It is also published at its $id:
//
//	https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/otelanalytics/config/config.schema.json
//
// The schema accepts everything that [Load] accepts. It sees only the shape of a file. Only Load finds mistakes in the
// way YAML is written (quotes, digits of another base), in the values of variables, and in the bounds of durations.
// Only Load finds a duplicate key.
func Schema() []byte { return []byte(schema) }
