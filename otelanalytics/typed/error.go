// SPDX-License-Identifier: Apache-2.0

package typed

import "errors"

// ErrOutdatedCode is returned by the function New of generated code when the client is strict and has another event map
// than the code was generated from. Run "otelanalytics generate go" on the map of the program.
var ErrOutdatedCode = errors.New("typed: generated code does not belong to this event map")
