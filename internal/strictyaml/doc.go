// SPDX-License-Identifier: Apache-2.0

// Package strictyaml reads YAML files that people write. It reports every mistake with its line, column and key, and with
// the remedy.
//
// [Format.Parse] returns the one document of a file as a [Node]. A node's methods read the expected kind: text, numbers, words,
// lists, mappings, or objects with known keys. They report every other kind. Aliases are resolved within a bound.
// Tags, merge keys, a second document and repeated keys are refused. A [Report] collects the mistakes.
//
// [Decode] is for files that are read without a Node. The configuration uses it: it replaces references, and its messages
// do not repeat values, which may be secrets.
package strictyaml
