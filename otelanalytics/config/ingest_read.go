// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
)

// sources reads the list of sources. A key without a value is an empty list.
func (f *file) sources(key string, n *yaml.Node) {
	if strictyaml.IsNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		f.fail(n, key, "must be a list, not "+kind(n), `write one source after each "-": - {name: web, keys: [HASH]}`)
		return
	}
	named := make(map[string]int)
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", key, i)
		f.config.Ingest.Sources = append(f.config.Ingest.Sources, IngestSource{})
		of := &file{table: sourceSettings(at), config: f.config, lookup: f.lookup, report: f.report}
		before := len(f.report.Mistakes())
		of.group(item, at)
		if len(f.report.Mistakes()) > before {
			continue // what is missing may be what is wrong
		}
		s := &f.config.Ingest.Sources[i]
		line, taken := named[s.Name]
		switch {
		case s.Name == "":
			f.fail(item, at, "has no name", "write name: and a name, such as web")
		case taken:
			f.fail(item, at, fmt.Sprintf("has the name of the source on line %d", line), "give each source a name of its own")
		case len(s.Keys) == 0 && s.KeysFile == "":
			f.fail(item, at, "has no keys", "write the hashes of its keys in keys:, or the path of a file with them in keys_file:")
		}
		named[s.Name] = item.Line
	}
}
