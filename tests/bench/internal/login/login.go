// SPDX-License-Identifier: Apache-2.0

package login

import _ "embed"

// Map is the event map.
//
//go:embed events.yaml
var Map []byte
