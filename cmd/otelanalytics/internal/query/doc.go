// SPDX-License-Identifier: Apache-2.0

// Package query holds the command that shows the events of MongoDB.
package query
