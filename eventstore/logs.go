// SPDX-License-Identifier: Apache-2.0

package eventstore

import "log/slog"

// logs are the loggers of a store's two halves, told apart by the attribute subsystem.
type logs struct{ journal, mongodb *slog.Logger }

func newLogs(l *slog.Logger) logs {
	const subsystem = "subsystem"
	return logs{journal: l.With(subsystem, "journal"), mongodb: l.With(subsystem, "mongodb")}
}
