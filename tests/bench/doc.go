// SPDX-License-Identifier: Apache-2.0

// Command bench measures the SDK beside what it replaces, in turns and in one run, so that the machine is the same for
// both, and reports ratios of medians:
//
//	go run -C tests/bench . [-quick] [-case REGEXP] [-check] [-growth DIR]
//
// Each case is a line of JSON on standard output, followed by a table of all of them in Markdown:
//
//	{"case":"record","ours":151.2,"peer":128.9,"unit":"ns","ratio":1.17,"bound":1.25,"ok":true}
//
// A bound is what the ratio may be at most, or at least for throughput (unit 1/s). Without a peer it bounds ours. A case
// without a bound is a figure only.
package main
