// SPDX-License-Identifier: Apache-2.0

// Package rawjson reads JSON in place that [encoding/json.Valid] has found to be valid. It looks at no byte more than it must, and
// panics where the JSON is not valid.
//
// It reads as package json does: bytes that are not UTF-8 become U+FFFD in names and texts.
package rawjson
