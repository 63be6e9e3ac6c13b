// SPDX-License-Identifier: Apache-2.0

package diff

import "github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode"

// goNames compares the names of generated Go: one that stands for something else compiles, and says something else.
func (c *comparison) goNames() {
	before, err := gocode.Identifiers(c.before)
	if err != nil {
		return
	}
	after, err := gocode.Identifiers(c.after)
	if err != nil {
		c.add(Breaking, "go_name", "names of the map meet in Go", "otelanalytics generate go refuses the map, and says which")
		return
	}
	meant, called := make(map[string]string), make(map[string]gocode.Identifier)
	for _, i := range before {
		meant[i.Name()], called[i.Meaning] = i.Meaning, i
	}
	renamed := make(map[string]string) // owners, the new name by the old one
	for _, i := range after {
		name := i.Name()
		meaning, event := c.oldMeaning(i.Meaning)
		if was, ok := meant[name]; ok && was != meaning {
			c.add(Breaking, "go_name."+name, "stands for "+i.Meaning+" in generated Go, and stood for "+was, "typed code that uses it compiles, or may, and says something else")
		}
		old, ok := called[meaning]
		if !ok || old.Name() == name {
			continue
		}
		renamed[old.Name()] = name
		if i.Word == old.Word && (i.Owner == old.Owner || renamed[old.Owner] == i.Owner) {
			continue // it has moved with its owner
		}
		if event {
			c.add(Warning, "go_name."+old.Name(), i.Meaning+" is called "+name+" in generated Go", "typed code that uses the old name does not compile; go_name: "+old.Name()+" keeps it")
			continue
		}
		c.add(Breaking, "go_name."+old.Name(), i.Meaning+" is called "+name+" in generated Go", "typed code that uses the old name does not compile")
	}
}
