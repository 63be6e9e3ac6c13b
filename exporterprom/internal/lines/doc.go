// SPDX-License-Identifier: Apache-2.0

// Package lines writes metric families in Prometheus' text formats, version 0.0.4 and OpenMetrics 1.0.
//
//	w := lines.Writer{OpenMetrics: true}
//	page, ok := w.AppendFamily(page, family)
//
// The output is the same, byte for byte, as the output of package expfmt of Prometheus' common library. Tests compare
// the two. This package renders labels once a series and bounds once a family. Package expfmt renders them for each
// line. The caller uses expfmt for families that this package cannot write, such as summaries, timestamps and quoted
// names.
package lines
