// SPDX-License-Identifier: Apache-2.0

// Package page keeps what OpenTelemetry's SDK collects as metric families of Prometheus' client library, from one
// gathering to the next. A gathering changes values and exemplars; names, labels and order are made once a series.
//
//	p, err := page.New(page.Config{TargetInfo: true})
//	…
//	err = reader.Collect(ctx, &data)
//	families, err := p.Update(&data, time.Now())
//
// What is on the page is defined by go.opentelemetry.io/otel/exporters/prometheus: a test holds the two together, byte for
// byte. Created timestamps are this package's own.
package page
