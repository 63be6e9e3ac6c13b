// SPDX-License-Identifier: Apache-2.0

package typedimpl

import "github.com/otelanalytics/otelanalytics-go/otelanalytics"

// Tracker is what generated code tracks through: an [otelanalytics.Client], or one of its modules.
type Tracker interface {
	Generated(code otelanalytics.GeneratedCode) ([]*otelanalytics.EventType, error)
}

var (
	_ Tracker = (*otelanalytics.Client)(nil)
	_ Tracker = (*otelanalytics.Module)(nil)
)
