// SPDX-License-Identifier: Apache-2.0

// Package quarantine holds the commands about quarantine files.
package quarantine
