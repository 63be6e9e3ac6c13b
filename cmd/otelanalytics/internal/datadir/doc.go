// SPDX-License-Identifier: Apache-2.0

// Package datadir is what the commands share that look at a data directory: which one, and the payload of what is in it.
package datadir
