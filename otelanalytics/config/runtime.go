// SPDX-License-Identifier: Apache-2.0

package config

// Runtime holds the settings that a client can change while it runs: its metrics switches and its log levels. The zero
// value switches all metrics on and has no levels.
type Runtime struct {
	// MetricsDisabled switches the client's metrics off.
	MetricsDisabled bool
	// DisabledModules and DisabledEvents name the modules and the entries of the event map whose metrics are off.
	DisabledModules, DisabledEvents []string
	// LogLevels are the log levels. Nil means none.
	LogLevels *Levels
}

// Runtime returns the settings that can change while a client runs, for otelanalytics.Client.Configure.
func (c Config) Runtime() Runtime {
	return Runtime{
		MetricsDisabled: c.MetricsDisabled, DisabledModules: c.DisabledModules, DisabledEvents: c.DisabledEvents,
		LogLevels: c.LogLevels,
	}
}
