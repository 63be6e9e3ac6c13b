// SPDX-License-Identifier: Apache-2.0

// Package schemas has no code of its own: its tests hold the JSON Schemas of the event map and of the configuration
// against the strict loaders, with a validator that knows neither. They stand in this module so that users of the SDK do
// not depend on the validator.
package schemas
