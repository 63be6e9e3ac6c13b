// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"io/fs"
	"os"
)

// Parse reads an event map. Where the content is wrong the error is an [Errors] with every mistake; its
// positions are named "event map:LINE:COLUMN".
func Parse(data []byte) (*Map, error) { return parse("event map", data) }

// ParseFile reads an event map from a file of at most 1 MiB. Where the content is wrong the error is an
// [Errors] with every mistake, whose positions carry the path as given; where the file cannot be read it
// wraps the operating system's error and names the path.
func ParseFile(path string) (*Map, error) {
	f, err := os.Open(path)
	data, err := readAll(path, f, err)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

// ParseFS is ParseFile for a file system, such as an [embed.FS].
func ParseFS(fsys fs.FS, name string) (*Map, error) {
	f, err := fsys.Open(name)
	data, err := readAll(name, f, err)
	if err != nil {
		return nil, err
	}
	return parse(name, data)
}

func parse(file string, data []byte) (*Map, error) {
	r := &report{file: file}
	root, ok := document(r, data)
	if !ok {
		return nil, r.result()
	}
	l := newLoader(r)
	l.load(root)
	if err := r.result(); err != nil {
		return nil, err
	}
	return newMap(l.result()), nil
}
