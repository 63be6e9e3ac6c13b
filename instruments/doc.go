// SPDX-License-Identifier: Apache-2.0

// Package instruments turns an event map into OpenTelemetry instruments and records into them.
//
//	set, err := instruments.New(m, otel.Meter("example.com/shop"))
//	defer set.Close()
//	login, ok := set.EventType("user_logged_in")
//	fields := make([]instruments.Value, len(login.Fields()))
//	fields[0] = instruments.String("email") // in the order of login.Fields()
//	err = login.Record(ctx, "user_logged_in", fields)
//
// Most programs use package otelanalytics, which stores the event as well.
//
// # Bounds
//
// The number of series and the memory are bounded, whatever a caller records:
//
//   - A value becomes "other" if the map does not list it, or if the attribute's limit is reached.
//   - A combination of values beyond the metric's max_series becomes "other" in every attribute.
//
// Each such value is counted in otelanalytics.attributes.overflow by metric and attribute.
//
// # Cost
//
// A value is looked up as a small integer, and a combination of values as a prebuilt slice of options. Once a
// combination is known, recording it allocates nothing and takes no lock of this package.
//
// # Concurrency
//
// Everything here is safe for concurrent use.
package instruments
