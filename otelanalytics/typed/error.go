// SPDX-License-Identifier: Apache-2.0

package typed

import "errors"

// ErrOutdatedCode reports that generated code was made from another event map than the client has. The function New of
// generated code returns it if the client is strict. Run "otelanalytics generate go" on the map of the program.
var ErrOutdatedCode = errors.New("typed: generated code does not belong to this event map")
