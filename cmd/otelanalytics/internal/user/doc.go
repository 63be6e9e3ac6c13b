// SPDX-License-Identifier: Apache-2.0

// Package user holds the commands for requests of access and of deletion.
package user
