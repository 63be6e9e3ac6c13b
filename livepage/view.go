// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// view identifies the data that an access shows. Tabs of a browser share a stream only if their views are the same:
// another tab may have been opened with other rights.
func (a *Access) view() string {
	of := *a
	if len(of.HideFields) == 0 {
		of.HideFields = nil
	}
	text, err := json.Marshal(&of)
	if err != nil {
		return "" // it is made of texts
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// equal reports whether two viewers have the same rights.
func (a *Access) equal(b *Access) bool {
	return a.Role == b.Role && a.HideUsers == b.HideUsers && a.ChangeSwitches == b.ChangeSwitches && slices.Equal(a.HideFields, b.HideFields)
}
