// SPDX-License-Identifier: Apache-2.0

// Package ownmetrics is the one table of the SDK's own metrics. The packages that count register their instruments from it.
// Dashboards, alert rules, the doctor and docs/metrics.md read it.
//
// To add a metric, add a row to table.go and feed the instrument that its method returns. Then run make generate for
// docs/metrics.md.
package ownmetrics
