// SPDX-License-Identifier: Apache-2.0

// Package httpbench has the handlers with which benchmarks compare package httpinstr with otelhttp alone. Only tests use it.
package httpbench
