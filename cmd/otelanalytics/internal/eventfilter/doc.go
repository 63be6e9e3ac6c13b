// SPDX-License-Identifier: Apache-2.0

// Package eventfilter has the flags that say which events a command is about.
package eventfilter
