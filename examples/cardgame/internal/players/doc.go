// SPDX-License-Identifier: Apache-2.0

// Package players plays the card game against its HTTP API, as apps do, and
// keeps count of what the answers say that happened: what must be in MongoDB
// and on /metrics. It knows the API alone, nothing of the service and nothing
// of the SDK, so that its count can be compared with theirs.
package players
