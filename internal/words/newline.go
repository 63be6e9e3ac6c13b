// SPDX-License-Identifier: Apache-2.0

package words

import "strings"

// WithoutNewline returns a value of a configuration without the line breaks at its end. A Secret of Kubernetes that was made
// from a file has one, and so does a file that holds a key alone. No setting can mean it.
func WithoutNewline(text string) string { return strings.TrimRight(text, "\r\n") }
