// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"io/fs"
	"os"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
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

// format is what the files of event maps have in common.
var format = strictyaml.Format{
	Name:     "an event map",
	Begin:    `begin it with "version: 1"`,
	MaxBytes: maxFileBytes,
	TooLong:  "an event map is never that long: check the path, or split the map",
}

func parse(file string, data []byte) (*Map, error) {
	r := strictyaml.NewReport(maxErrors)
	root, ok := format.Parse(r, data)
	if !ok {
		return nil, newErrors(file, r.Mistakes())
	}
	l := newLoader()
	l.load(root)
	if found := r.Mistakes(); len(found) > 0 {
		return nil, newErrors(file, found)
	}
	return l.result(), nil
}
