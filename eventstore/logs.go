// SPDX-License-Identifier: Apache-2.0

package eventstore

import "log/slog"

// logs are the loggers of a store's two halves, told apart by the attribute subsystem.
type logs struct{ journal, sink *slog.Logger }

func newLogs(l *slog.Logger, sink string) logs {
	const subsystem = "subsystem"
	return logs{journal: l.With(subsystem, "journal"), sink: l.With(subsystem, sink)}
}
