// SPDX-License-Identifier: Apache-2.0

// Package livepage serves a page that shows, as it happens, what a client tracks: the way of events to MongoDB, each event with
// the series that it moved, all metrics of the map with their last minutes, and the map itself.
//
//	page := livepage.Handler(client, livepage.WithMetrics(prom.Handler()))
//	mux.Handle("/debug/analytics/", page)
//	fmt.Println(page.URL("http://127.0.0.1:5001/debug/analytics/"))
//
// # Who may see it
//
// The page shows documents, which hold what users did. Without [WithAuthorization], it is for browsers of this machine alone. A request
// needs all of these; any other is answered with 403:
//
//   - The connection comes from 127.0.0.1 or ::1.
//   - The Host header names the loopback.
//   - There is no header of a proxy.
//   - There is the cookie that the token of [Page.URL] became. A token is good for one browser.
//
// With [WithAuthorization], a function of yours decides about each request, and what its viewer sees. The token and the loopback are
// not asked for then. A stream asks it again every 15 seconds, and ends when the answer has changed.
//
// Documents are shown after redaction, as MongoDB gets them. [Access] masks users and fields.
//
// # What it costs
//
// Nothing but an atomic load for each event while nobody looks. With viewers, an event is copied into a buffer of bounded size
// by the goroutine that tracks it; when the buffer is full, the event is not shown, and the page says how many were not. A viewer
// that does not read is dropped, not waited for. The page takes 32 viewers and at most some MiB of memory.
//
// # How it ends
//
// Streams end with Client.Shutdown and with [Page.Close]. When an http.Server is shut down, its own streams end: the page registers
// itself with each server. httpinstr.WithExcluded(page.Paths(prefix)...) keeps streams out of request durations.
package livepage
