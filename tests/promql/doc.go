// SPDX-License-Identifier: Apache-2.0

// Package promql has no code of its own: its tests read what the command line makes with Prometheus' own parser. They
// have a module of their own, so that the command neither requires Prometheus nor the release of Go that it asks for.
package promql
