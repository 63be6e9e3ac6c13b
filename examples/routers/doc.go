// SPDX-License-Identifier: Apache-2.0

// Package routers shows how routers other than net/http's tell package
// httpinstr which route a request matched.
package routers
