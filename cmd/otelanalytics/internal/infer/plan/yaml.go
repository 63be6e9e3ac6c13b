// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// documents reads the YAML documents of a file, which are mappings.
func documents(f File) (all []schema, err error) {
	defer func() {
		if recover() != nil { // the parser panics where it finds itself in a state that it does not expect
			err = fmt.Errorf("%s: is no YAML that can be read", f.Name)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(f.Data))
	for {
		var m map[string]any
		err := d.Decode(&m)
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("%s: is no YAML with keys that are texts: %w", f.Name, err)
		case m != nil:
			all = append(all, m)
		}
	}
}

// objects returns the entries of a list that are mappings.
func (s schema) objects(key string) (all []schema) {
	for _, one := range s.list(key) {
		if m, ok := one.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}
