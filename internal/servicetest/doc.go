// SPDX-License-Identifier: Apache-2.0

// Package servicetest reads the metrics page of a service in a test. Only tests use it.
package servicetest
