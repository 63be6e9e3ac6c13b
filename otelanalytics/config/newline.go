// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"strings"
)

// withoutNewline returns a value without the line breaks at its end. A Secret of Kubernetes that was made from a file has
// one, and so does a block of YAML. No setting can mean it.
func withoutNewline(text string) string { return strings.TrimRight(text, "\r\n") }

// oneLine refuses a line break within a value, without the value. what names the value.
func oneLine(text, what string) error {
	if at := strings.IndexAny(text, "\r\n"); at >= 0 {
		return fmt.Errorf("%s has a line break after %d of its %d bytes; write it on one line", what, at, len(text))
	}
	return nil
}
