// SPDX-License-Identifier: Apache-2.0

// Package page converts metrics of OpenTelemetry's SDK to metric families of Prometheus' client library. It keeps the
// families from one gathering to the next. A gathering changes values and exemplars. Names, labels and the order are
// computed once a series.
//
//	p, err := page.New(page.Config{TargetInfo: true})
//	…
//	err = reader.Collect(ctx, &data)
//	families, err := p.Update(&data, time.Now())
//
// The page has the same content as the page of go.opentelemetry.io/otel/exporters/prometheus. A test compares the two
// byte for byte. Only this package writes created timestamps.
package page
