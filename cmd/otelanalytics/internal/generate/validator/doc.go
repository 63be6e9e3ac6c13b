// SPDX-License-Identifier: Apache-2.0

// Package validator holds the command that writes MongoDB's collection validator for event maps, puts it into effect, and takes it
// off again.
package validator
