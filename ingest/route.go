// SPDX-License-Identifier: Apache-2.0

package ingest

import "cmp"

// Route returns the pattern of the door at a path, such as /v1/batch or /v1/projects/{key}/settings, and nothing for a path that no
// door has. It is for spans and logs, where no write key belongs.
func Route(path string) string {
	path = cleanPath(path)
	d := doorOf(path)
	if d == nil {
		return ""
	}
	return cmp.Or(d.route, path)
}
