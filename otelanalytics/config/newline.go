// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"strings"
)

// oneLine refuses a line break within a value. The error does not contain the value. The argument what names the value.
func oneLine(text, what string) error {
	if at := strings.IndexAny(text, "\r\n"); at >= 0 {
		return fmt.Errorf("%s has a line break after %d of its %d bytes; write it on one line", what, at, len(text))
	}
	return nil
}
