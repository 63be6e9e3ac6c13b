// SPDX-License-Identifier: Apache-2.0

// Package root puts the commands together.
package root
