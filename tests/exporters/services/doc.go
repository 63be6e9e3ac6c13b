// SPDX-License-Identifier: Apache-2.0

// Package services starts services whose metrics a Prometheus scrapes, for tests: the card game, and services in which
// everything goes wrong that the SDK counts. They listen on free ports of 127.0.0.1 and end with the test.
package services
