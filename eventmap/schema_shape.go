// SPDX-License-Identifier: Apache-2.0

package eventmap

// objectDecl declares a mapping whose keys are fixed. The loader reads the known keys from it, and schema.json is
// written from it.
type objectDecl struct {
	name        string // of its definition in the schema; empty for the map itself
	description string
	keys        []keyDecl
	choice      []string // exactly one of these keys is there
}

// keyDecl declares one key of an object.
type keyDecl struct {
	name        string
	description string
	required    bool
	only        Instrument // the one that the key is for; empty: for all
	standard    any        // the value that stands in where the key is not written; nil: none, or it depends
	examples    []any
	shape
}

// shape describes the allowed content of one place.
type shape struct {
	kind        shapeKind
	words       func() []string // of a word
	text        textRule        // of text and data values
	lo, hi      int             // of a whole number
	of          *shape          // the entries of a list, the values of a mapping
	names       textRule        // the keys of a mapping
	least, most int             // entries of a list or mapping; most is 0 for no bound
	once        bool            // no entry of the list twice
	written     bool            // nothing written is no empty list
	object      *objectDecl
}

type shapeKind int

const (
	textShape        shapeKind = iota // booleans and whole numbers included
	wordShape                         // one of a few
	booleanShape                      //
	wholeNumberShape                  //
	numberShape                       //
	dataShape                         // a data path, an expression or a number
	listShape                         // nothing written is an empty one
	mappingShape                      // nothing written is an empty one
	objectShape                       // nothing written is one without keys
	wordsShape                        // one of a few, or a list of some of them
	valueShape                        // text, a number or a boolean
	noteShape                         // an object, or its note alone
	fieldShape                        // a field of the data, in the declaration of one
)

// textRule says which text is allowed. The patterns are in the syntax that JSON Schema recommends, which Go
// and ECMAScript read alike.
type textRule struct {
	description string // of the keys of a mapping
	pattern     string
	unlike      string // a pattern that must not match
	never       []string
	nobody      bool // no path of a field that tells users, sessions or traces apart
	most        int  // characters
}

// known returns the names of the keys.
func (o *objectDecl) known() []string {
	names := make([]string, len(o.keys))
	for i, key := range o.keys {
		names[i] = key.name
	}
	return names
}
