// SPDX-License-Identifier: Apache-2.0

// Package dashboards holds the command that writes Grafana dashboards for event maps.
package dashboards
