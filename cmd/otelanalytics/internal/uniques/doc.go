// SPDX-License-Identifier: Apache-2.0

// Package uniques holds the commands about distinct users in sketches.
package uniques
