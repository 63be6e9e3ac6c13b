// SPDX-License-Identifier: Apache-2.0

// Package redistest starts a real redis-server for a test, on a free port of 127.0.0.1, and ends it with the test.
package redistest
