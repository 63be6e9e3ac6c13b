// SPDX-License-Identifier: Apache-2.0

// Package exporters has no code of its own: its tests export to real servers, and ask them what dashboards ask. Package
// servers starts them.
//
//	make tools                 builds Prometheus, promtool and an OpenTelemetry Collector into .build, once
//	cd tests/exporters && go test ./...
//
// It is a module of its own, so that users of the SDK do not depend on what its tests need.
package exporters
