// SPDX-License-Identifier: Apache-2.0

// Package bucket divides time: into the buckets that sketches are kept for, and into the windows that are read.
//
// All of it depends on the clock alone. Buckets begin at multiples of their length since 1970, which for hours and days is UTC.
package bucket
