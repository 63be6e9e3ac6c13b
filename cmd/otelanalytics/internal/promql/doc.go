// SPDX-License-Identifier: Apache-2.0

// Package promql writes PromQL that asks for the metrics of an event map, for pages, dashboards and rules alike.
package promql
