// SPDX-License-Identifier: Apache-2.0

// Package livepage serves a page that shows live what a client tracks:
//
//   - the path of events to MongoDB;
//
//   - each event with the series that it changed;
//
//   - all metrics of the map with their last minutes;
//
//   - the map itself.
//
//     page := livepage.Handler(client, livepage.WithMetrics(prom.Handler()))
//     mux.Handle("/debug/analytics/", page)
//     fmt.Println(page.URL("http://127.0.0.1:5001/debug/analytics/"))
//
// # Who may see it
//
// The page shows documents, and documents describe what users did. Without [WithAuthorization], only browsers of this
// machine may see it. A request must meet all of these conditions. Any other request is answered with status 403.
//
//   - The connection comes from 127.0.0.1 or ::1.
//   - The Host header names the loopback.
//   - There is no header of a proxy.
//   - The request has the cookie that a browser got for the token of [Page.URL]. A token is good for one browser.
//
// With [WithAuthorization], a function of yours decides about each request, and about what its viewer sees. The page
// then asks for neither the token nor the loopback. A stream calls the function again every 15 seconds, and ends when
// the answer has changed.
//
// Documents are shown after redaction, as MongoDB stores them. [Access] masks users and fields.
//
// # What it costs
//
// While nobody looks, each event costs one atomic load. With viewers, the goroutine that tracks an event copies it into
// a buffer of bounded size. When the buffer is full, the event is not shown, and the page reports how many events it
// left out. A viewer that does not read is dropped. The page serves at most 32 viewers and needs at most some MiB of
// memory.
//
// # How it ends
//
// Streams end with Client.Shutdown and with [Page.Close]. When an http.Server is shut down, its own streams end: the
// page registers itself with each server. To keep streams out of request durations, pass
// httpinstr.WithExcluded(livepage.Paths(prefix)...).
package livepage
