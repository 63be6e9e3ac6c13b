// SPDX-License-Identifier: Apache-2.0

// Package migrate holds the command that brings old documents into today's form.
package migrate
