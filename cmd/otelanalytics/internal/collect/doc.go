// SPDX-License-Identifier: Apache-2.0

// Package collect holds the command that takes events over HTTP as a program of its own: package ingest, with a store, telemetry,
// and everything that such a program needs to stand on the internet.
//
//	listener of events ── limit of connections ── TLS ── http.Server ── traced ── ingest.Handler ── otelanalytics.Client ── store
//	listener of operators ── http.Server ── /metrics, /healthz, /readyz, the live page
//	watcher ── configuration, keys and certificate, when they change and on SIGHUP
package collect
