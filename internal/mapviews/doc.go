// SPDX-License-Identifier: Apache-2.0

// Package mapviews says what a meter provider must know of an event map. It needs OpenTelemetry's metric SDK alone, so
// that tests of code that tracks do not compile the exporters.
package mapviews
