// SPDX-License-Identifier: Apache-2.0

// Package rules holds the command that writes rules for Prometheus, and their tests, for an event map.
package rules
