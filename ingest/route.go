// SPDX-License-Identifier: Apache-2.0

package ingest

import "cmp"

// Route returns the pattern of the endpoint at a path, such as /v1/batch or /v1/projects/{key}/settings. It returns "" for a path
// without an endpoint. Use it for spans and logs, which must not contain write keys.
func Route(path string) string {
	path = cleanPath(path)
	d := doorOf(path)
	if d == nil {
		return ""
	}
	return cmp.Or(d.route, path)
}
