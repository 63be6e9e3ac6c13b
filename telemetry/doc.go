// SPDX-License-Identifier: Apache-2.0

// Package telemetry makes what OpenTelemetry's SDK needs to know of an event map.
//
//	m, err := eventmap.ParseFile("events.yaml")
//	prom, err := exporterprom.New()
//	provider := sdkmetric.NewMeterProvider(
//		sdkmetric.WithReader(prom.Reader()),
//		sdkmetric.WithView(telemetry.Views(m)...),
//	)
//
// A map whose metrics are all explicit needs none of it.
package telemetry
