// SPDX-License-Identifier: Apache-2.0

// Package personal recognises data about people: by the name of a field with [ByName], and by the form of a value with [ByForm]. Both
// are suspicions, for a person to confirm.
package personal
