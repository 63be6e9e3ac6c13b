// SPDX-License-Identifier: Apache-2.0

// Package promapi asks a Prometheus server for commands that look at samples.
//
//	u, err := promapi.Parse("prometheus", "http://127.0.0.1:9090")
//	series, err := promapi.Raw(ctx, u, `up{job="shop"}`, from, to)
package promapi
