// SPDX-License-Identifier: Apache-2.0

// Package catalogue holds the command that writes a page about an event map.
package catalogue
