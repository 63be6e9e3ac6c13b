// SPDX-License-Identifier: Apache-2.0

// Package ingest has clients that others wrote send events to the doors of the SDK's package ingest: those of npm, as processes
// of node, those of Go, and those of browsers on a page in Chromium. make ingest installs them.
package ingest
