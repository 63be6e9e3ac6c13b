// SPDX-License-Identifier: Apache-2.0

package config

import _ "embed"

//go:embed config.schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of the configuration file, as a copy: for editors, for checks
// where Go does not run, and for tools that write such files. It is published at its $id, too:
//
//	https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/otelanalytics/config/config.schema.json
//
// The schema refuses nothing that [Load] accepts. It sees the shape of a file alone: how YAML was written
// (quotes, digits of another base), what a variable holds that a value refers to, the bounds of durations, and a key
// that is there twice, only Load refuses.
func Schema() []byte { return []byte(schema) }
