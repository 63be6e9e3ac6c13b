// SPDX-License-Identifier: Apache-2.0

package eventmap

// Path leads to a field of an event's data, one part a level. A part that is a decimal number also
// indexes an array, counted from 0, as in MongoDB's dot notation. In Value.Path the last part can be
// "$size", which is the number of elements of the array before it; no other part starts with "$".
type Path []string
