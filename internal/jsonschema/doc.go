// SPDX-License-Identifier: Apache-2.0

// Package jsonschema writes JSON Schemas (draft 2020-12). Tests use it, to write the schemas of the event map and of the
// configuration from what their loaders declare; no package that users import needs it.
package jsonschema
