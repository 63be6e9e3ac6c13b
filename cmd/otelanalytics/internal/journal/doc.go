// SPDX-License-Identifier: Apache-2.0

// Package journal holds the commands about journals.
package journal
