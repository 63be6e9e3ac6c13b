// SPDX-License-Identifier: Apache-2.0

// Package strictyaml reads YAML files that people write, and reports every mistake at its line and column, with the key
// and what would be right.
//
// [Format.Parse] returns the one document of a file as a [Node]. A node's methods read what they expect (text, numbers, words,
// lists, mappings, objects with known keys) and report what is something else. Aliases are resolved within a bound;
// tags, merge keys, a second document and repeated keys are refused. A [Report] collects the mistakes. [Decode] is for a file
// that is read in another way: the configuration repeats no values, which may be secrets, and replaces references.
package strictyaml
