// SPDX-License-Identifier: Apache-2.0

// Package mapschema has no code of its own: its tests hold the JSON Schema of the event map against the strict
// loader, with a validator that knows neither. They stand in this module so that users of the SDK do not
// depend on the validator.
package mapschema
