// SPDX-License-Identifier: Apache-2.0

// Package lines writes metric families in Prometheus' text formats, version 0.0.4 and OpenMetrics 1.0.
//
//	w := lines.Writer{OpenMetrics: true}
//	page, ok := w.AppendFamily(page, family)
//
// What it writes is what package expfmt of Prometheus' common library writes, byte for byte: tests hold the two together.
// It renders labels once a series and bounds once a family, where expfmt does so for each line. What it does not know how
// to write, such as summaries, timestamps and quoted names, it leaves to expfmt.
package lines
